"""Checkpoints in rosinality's and NVIDIA's layouts, against the paper's formulas by their names.

With ``PARITY_FOLDER`` a folder of checkpoints with what the official code computed is compared.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import published_generators as published
import published_pickles as pickled
import pytest
import torch

from styleforge.errors import UserError
from styleforge.models.pickles import read_pickled_network
from styleforge.models.stylegan2.layout import filled_generator
from styleforge.models.stylegan2.nvidia import from_pickle
from styleforge.models.stylegan2.rosinality import find_rosinality, from_rosinality
from styleforge.models.tensors import read_checkpoint

PARITY = os.environ.get("PARITY_FOLDER", "")
WHAT = "a StyleGAN2 generator"


def convert(path):
    if path.suffix == ".pt":
        return from_rosinality(*find_rosinality(read_checkpoint(path, WHAT)))
    return from_pickle(read_pickled_network(path, WHAT))


def load(path):
    converted = convert(path)
    return filled_generator(converted.tensors, converted.facts)


def write(path, state, **more):
    """A checkpoint of the layout that the path's stem names."""
    if path.stem == "rosinality":
        return published.write_rosinality(path, state, latent_avg=torch.arange(8) / 10)
    if path.stem == "ada":
        return pickled.write_ada(path, pickled.ada_network(state, **more))
    return pickled.write_tensorflow(path, state)


FILES = ("rosinality.pt", "ada.pkl", "tensorflow.pkl")


@pytest.mark.parametrize("name", FILES)
def test_it_draws_what_the_published_network_draws(tmp_path, name):
    state = published.rosinality_state()
    generator = load(write(tmp_path / name, state))
    z = torch.randn(2, published.WIDTH)
    wplus = torch.randn(2, generator.rows, published.WIDTH)
    noise = published.noises(state)
    torch.testing.assert_close(generator.map(z), published.map_z(state, z), rtol=0, atol=1e-5)
    wanted = published.draw(state, wplus, noise)
    found = generator.synthesize(wplus, generator.stored_noise)
    torch.testing.assert_close(found, wanted, rtol=0, atol=1e-4)
    other = [torch.randn_like(one) for one in noise]
    torch.testing.assert_close(
        generator.synthesize(wplus, other), published.draw(state, wplus, other), rtol=0, atol=1e-4
    )
    assert generator.w_avg.tolist() == pytest.approx([one / 10 for one in range(8)])
    assert not any(one.requires_grad for one in generator.parameters())


@pytest.mark.parametrize("name", FILES)
def test_what_is_known_of_it(tmp_path, name):
    facts = convert(write(tmp_path / name, published.rosinality_state())).facts
    assert facts["size"] == 16
    assert (facts["width"], facts["depth"], facts["noise"]) == (8, 3, True)
    assert facts["channels"] == {"4": 12, "8": 10, "16": 6}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("constant", [(4, 2), (8, 4), (4, 7)])
def test_pictures_that_are_not_square(tmp_path, monkeypatch, name, constant):
    """StyleGAN-Human's constant is 4 x 2."""
    monkeypatch.setattr(published, "CONSTANT", constant)
    state = published.rosinality_state()
    path = write(tmp_path / name, state)
    height, width = (4 * one for one in constant)
    facts = convert(path).facts
    assert (facts["size"], facts["constant"]) == ([height, width], list(constant))
    generator = load(path)
    assert (generator.size, generator.rows) == ((height, width), 6)
    wplus, noise = torch.randn(2, generator.rows, published.WIDTH), published.noises(state)
    found = generator.synthesize(wplus, generator.stored_noise)
    assert found.shape == (2, 3, height, width)
    wanted = published.draw(state, wplus, noise)
    torch.testing.assert_close(found, wanted, rtol=0, atol=1e-4)
    assert generator.synthesize(wplus, noise, size=8).shape == (2, 3, height // 2, width // 2)


@pytest.mark.parametrize("prefix", ["", "decoder.", "g_ema.", "generator."])
def test_a_generator_inside_another_checkpoint(tmp_path, prefix):
    state = published.rosinality_state()
    whole = {f"{prefix}{name}": one for name, one in state.items()}
    whole["encoder.body.0.res_layer.0.weight"] = torch.ones(2)
    if not prefix:
        del whole["encoder.body.0.res_layer.0.weight"]
    average = torch.randn(8)
    torch.save({"state_dict": whole, "latent_avg": average.repeat(6, 1)}, tmp_path / "e4e.pt")
    generator = load(tmp_path / "e4e.pt")
    torch.testing.assert_close(generator.w_avg, average)
    wplus = torch.randn(1, 6, 8)
    torch.testing.assert_close(
        generator.synthesize(wplus, generator.stored_noise),
        published.draw(state, wplus, published.noises(state)), rtol=0, atol=1e-4,
    )  # fmt: skip


def test_without_noise_maps_and_mean_latent(tmp_path):
    state = published.rosinality_state(noises=False)
    converted = convert(published.write_rosinality(tmp_path / "a.pt", state))
    assert converted.facts["noise"] is False
    assert any("no noise maps" in note for note in converted.notes)
    assert any("no mean latent" in note for note in converted.notes)
    generator = filled_generator(converted.tensors, converted.facts)
    assert generator.stored_noise == ()
    z = torch.randn(20_000, 8, generator=torch.Generator().manual_seed(5))
    mean = published.map_z(state, z).mean(0)
    spread = float(published.map_z(state, z).std())
    assert float((generator.w_avg - mean).abs().max()) < 0.05 * spread


@pytest.mark.parametrize("clamp", [None, 2.0])
def test_what_ada_clamps_is_clamped(tmp_path, clamp):
    state = published.rosinality_state()
    path = write(tmp_path / "ada.pkl", state, clamp=clamp)
    converted = convert(path)
    assert converted.facts["clamp"] == clamp
    assert any("half precision" in note for note in converted.notes)  # of one block
    generator = load(path)
    wplus = torch.randn(2, 6, 8)
    noise = published.noises(state)
    wanted = published.draw(state, wplus, noise, clamp)
    torch.testing.assert_close(generator.synthesize(wplus, noise), wanted, rtol=0, atol=1e-4)
    other = published.draw(state, wplus, noise, 2.0 if clamp is None else None)
    assert float((other - wanted).abs().max()) > 0.1


# --- what is refused --------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"architecture": "resnet"}, "architecture is 'resnet'"),
        ({"c_dim": 10}, "takes labels"),
        ({"kernel": torch.ones(12, 12)}, "another filter"),
        ({"drop": ("16.conv1.bias",)}, r"1 of its weights are missing.*convs\.4\.bias"),
    ],
)
def test_other_generators_of_nvidia(tmp_path, more, said):
    with pytest.raises(UserError, match=said):
        convert(write(tmp_path / "ada.pkl", published.rosinality_state(), **more))


def test_a_stylegan3(tmp_path):
    start = pickled.module("SynthesisInput", {"weight": torch.ones(2, 2)})
    synthesis = pickled.module("SynthesisNetwork", modules={"input": start})
    network = pickled.module("Generator", modules={"synthesis": synthesis})
    with pytest.raises(UserError, match="StyleGAN3"):
        convert(pickled.write_ada(tmp_path / "ada.pkl", network))


@pytest.mark.parametrize("options", [{"version": 3}, {"label_size": 5}])
def test_other_networks_of_the_tensorflow_era(tmp_path, options):
    path = pickled.write_tensorflow(tmp_path / "a.pkl", published.rosinality_state(), **options)
    with pytest.raises(UserError, match=r"TensorFlow era|takes labels"):
        convert(path)


def test_a_weight_too_many_and_one_of_another_shape(tmp_path):
    state = published.rosinality_state()
    state["convs.9.conv.weight"] = torch.ones(1, 2, 2, 3, 3)
    with pytest.raises(UserError, match="not its own"):
        convert(published.write_rosinality(tmp_path / "a.pt", state))
    state = published.rosinality_state()
    state["convs.1.activate.bias"] = torch.ones(3)
    with pytest.raises(UserError, match=r"another shape, such as convs\.2\.bias"):
        convert(published.write_rosinality(tmp_path / "a.pt", state))


# --- what the official code computed ----------------------------------------------------------
@pytest.mark.skipif(not PARITY, reason="PARITY_FOLDER names no folder of official outputs")
@pytest.mark.parametrize("name", ["rosinality_32.pt", "rosinality_128.pt", "nvidia_ada_64.pkl"])
def test_parity_with_the_official_code(name):
    folder = Path(PARITY)
    generator = load(folder / name)
    wanted = {key: torch.from_numpy(one)
              for key, one in np.load(folder / f"{Path(name).stem}.npz").items()}  # fmt: skip
    close = {"rtol": 0, "atol": 1e-4}
    w = generator.map(wanted["z"])
    torch.testing.assert_close(w, wanted["w"], **close)
    found = generator.synthesize(wanted["wplus"], generator.stored_noise)
    torch.testing.assert_close(found, wanted["image"], **close)
    latent = w[:, None].repeat(1, generator.rows, 1)
    whole = "truncated_07" in wanted
    pulled = generator.truncate(latent, 0.7, None if whole else 8)
    torch.testing.assert_close(
        generator.synthesize(pulled, generator.stored_noise),
        wanted["truncated_07" if whole else "truncated_07_cutoff_8"], **close,
    )  # fmt: skip
