"""e4e's and pSp's layouts with random weights, against their formulas by the published names."""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path

import pytest
import torch
from torch.nn import functional

from styleforge.errors import UserError
from styleforge.models.style_encoder import StyleEncoder, filled_encoder, from_style_encoder
from styleforge.models.tensors import read_checkpoint
from styleforge.pack.protocols import Inverter

PARITY = os.environ.get("PARITY_FOLDER", "")
STAGES = ((1, 16), (2, 32), (1, 48), (1, 64))
ROWS = 9  # coarse, middle and fine ones


def published_state(side=32, seed=0):
    torch.manual_seed(seed)
    network = StyleEncoder(ROWS, stages=STAGES, side=side)
    state = {}
    for name, one in network.state_dict().items():
        if name == "mean":
            continue
        if "running_var" in name:
            state[name] = torch.rand_like(one) + 0.5
        elif one.is_floating_point():
            state[name] = one + torch.randn_like(one) / 10
        else:
            state[name] = one
    return state


def write(path, state, **beside):
    whole = {f"encoder.{name}": one for name, one in state.items()}
    whole["decoder.input.input"] = torch.ones(1, 4, 4, 4)
    torch.save({"state_dict": whole} | beside, path)
    return path


def norm(state, name, maps):
    return functional.batch_norm(
        maps, state[f"{name}.running_mean"], state[f"{name}.running_var"],
        state[f"{name}.weight"], state[f"{name}.bias"],
    )  # fmt: skip


def features(state, image):
    """The maps after every unit, by the formulas of IR-SE networks."""
    maps = functional.conv2d(image, state["input_layer.0.weight"], padding=1)
    maps = functional.prelu(norm(state, "input_layer.1", maps), state["input_layer.2.weight"])
    found = []
    index = 0
    for stage, (count, width) in enumerate(STAGES):
        for number in range(count):
            unit, stride = f"body.{index}", 1 if number else 2
            out = norm(state, f"{unit}.res_layer.0", maps)
            out = functional.conv2d(out, state[f"{unit}.res_layer.1.weight"], padding=1)
            out = functional.prelu(out, state[f"{unit}.res_layer.2.weight"])
            weight = state[f"{unit}.res_layer.3.weight"]
            out = norm(
                state, f"{unit}.res_layer.4", functional.conv2d(out, weight, None, stride, 1)
            )
            share = out.mean((2, 3), keepdim=True)
            share = functional.relu(
                functional.conv2d(share, state[f"{unit}.res_layer.5.fc1.weight"])
            )
            share = functional.conv2d(share, state[f"{unit}.res_layer.5.fc2.weight"]).sigmoid()
            short = maps[:, :, ::stride, ::stride]
            if maps.shape[1] != width:
                short = functional.conv2d(
                    maps, state[f"{unit}.shortcut_layer.0.weight"], None, stride
                )
                short = norm(state, f"{unit}.shortcut_layer.1", short)
            maps = out * share + short
            index += 1
        if stage:
            found.append(maps)
    return found


def reference(state, image, mean, *, deltas):
    fine, middle, coarse = features(state, image)

    def added(small, large, name):
        large = functional.conv2d(large, state[f"{name}.weight"], state[f"{name}.bias"])
        up = functional.interpolate(
            small, size=large.shape[-2:], mode="bilinear", align_corners=True
        )
        return up + large

    p2 = added(coarse, middle, "latlayer1")
    p1 = added(p2, fine, "latlayer2")
    rows = []
    for row in range(ROWS):
        maps = coarse if row < 3 else p2 if row < 7 else p1
        step = 0
        while f"styles.{row}.convs.{step}.weight" in state:
            name = f"styles.{row}.convs.{step}"
            maps = functional.conv2d(maps, state[f"{name}.weight"], state[f"{name}.bias"], 2, 1)
            maps = functional.leaky_relu(maps, 0.01)
            step += 2
        assert maps.shape[-2:] == (1, 1)
        weight, bias = state[f"styles.{row}.linear.weight"], state[f"styles.{row}.linear.bias"]
        rows.append(maps.flatten(1) @ weight.T / weight.shape[1] ** 0.5 + bias)
    latent = torch.stack(rows, 1)
    if deltas:
        latent = torch.stack(
            [latent[:, 0] + (latent[:, row] if row else 0) for row in range(ROWS)], 1
        )
    return latent + mean


def read(path):
    converted = from_style_encoder(read_checkpoint(path, "an encoder"))
    return filled_encoder(converted.tensors, converted.facts), converted


@pytest.mark.parametrize(("kind", "deltas"), [("Encoder4Editing", True),
                                              ("GradualStyleEncoder", False)])  # fmt: skip
@pytest.mark.parametrize("options", [dict, argparse.Namespace])
def test_it_reads_off_what_the_published_encoder_reads(tmp_path, kind, deltas, options):
    state = published_state()
    mean = torch.randn(ROWS, 64)
    path = write(tmp_path / "a.pt", state, latent_avg=mean, opts=options(encoder_type=kind))
    encoder, converted = read(path)
    assert isinstance(encoder, Inverter)
    assert converted.facts == {
        "rows": ROWS, "stages": [[1, 16], [2, 32], [1, 48], [1, 64]], "side": 32, "deltas": deltas
    }  # fmt: skip
    image = torch.randn(2, 3, 32, 32)
    wanted = reference(state, image, mean, deltas=deltas)
    torch.testing.assert_close(encoder(image), wanted, rtol=0, atol=1e-4)
    large = image.repeat_interleave(4, 2).repeat_interleave(4, 3)
    torch.testing.assert_close(encoder(large), wanted, rtol=0, atol=1e-4)


def test_one_mean_latent_serves_all_rows(tmp_path):
    mean = torch.randn(64)
    encoder, converted = read(write(tmp_path / "a.pt", published_state(), latent_avg=mean))
    assert torch.equal(encoder.mean, mean.expand(ROWS, -1))
    assert "taken for e4e's" in converted.notes[0]


def test_what_is_no_encoder(tmp_path):
    state = published_state()
    with pytest.raises(UserError, match="no mean latent"):
        read(write(tmp_path / "a.pt", state))
    less = {name: one for name, one in state.items() if name != "styles.4.convs.2.bias"}
    with pytest.raises(UserError, match=r"1 weights, such as styles\.4\.convs\.2\.bias"):
        read(write(tmp_path / "b.pt", less, latent_avg=torch.ones(64)))
    other = state | {"latlayer1.bias": torch.ones(5)}
    with pytest.raises(UserError, match=r"latlayer1\.bias"):
        read(write(tmp_path / "c.pt", other, latent_avg=torch.ones(64)))
    torch.save({"state_dict": {"weight": torch.ones(2)}}, tmp_path / "d.pt")
    with pytest.raises(UserError, match="no encoder of e4e"):
        read(tmp_path / "d.pt")


def test_the_published_names_and_shapes():
    """IR-SE50 with 18 rows: 267 million numbers in 621 tensors, less the mean latent."""
    from styleforge.models.style_encoder import empty_encoder

    facts = {"rows": 18, "stages": [[3, 64], [4, 128], [14, 256], [3, 512]], "side": 256,
             "deltas": True}  # fmt: skip
    shapes = {name: tuple(one.shape) for name, one in empty_encoder(facts).state_dict().items()}
    assert len(shapes) == 622
    assert shapes["body.23.res_layer.5.fc1.weight"] == (32, 512, 1, 1)
    assert shapes["styles.2.convs.6.weight"] == (512, 512, 3, 3)
    assert "styles.2.convs.8.weight" not in shapes
    assert "styles.3.convs.8.weight" in shapes
    assert "styles.7.convs.10.weight" in shapes
    assert shapes["latlayer1.weight"] == (512, 256, 1, 1)
    assert shapes["latlayer2.weight"] == (512, 128, 1, 1)
    assert shapes["mean"] == (18, 512)


@pytest.mark.skipif(not PARITY, reason="PARITY_FOLDER names no folder of official layouts")
def test_the_tensors_are_those_of_the_published_file():
    from styleforge.models.style_encoder import empty_encoder

    listed = json.loads((Path(PARITY) / "e4e_layout.json").read_text())["tensors"]
    published = {
        name.removeprefix("encoder."): tuple(shape)
        for name, shape in listed.items()
        if name.startswith("encoder.")
    }
    facts = {"rows": 18, "stages": [[3, 64], [4, 128], [14, 256], [3, 512]], "side": 256,
             "deltas": True}  # fmt: skip
    shapes = {name: tuple(one.shape) for name, one in empty_encoder(facts).state_dict().items()}
    assert shapes.pop("mean") == (18, 512)
    assert shapes == published
