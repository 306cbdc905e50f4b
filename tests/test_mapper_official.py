"""The published checkpoint's layout, with random weights, against a network of its own."""

from __future__ import annotations

import argparse
import pickle

import pytest
import torch
from torch import nn
from torch.nn import functional

from styleforge.errors import UserError
from styleforge.mapper.official import load_official

# Of every group of the published network: its name in the file, its rows, its condition.
PUBLISHED = {
    "course_mapping": (0, 4, "style"),
    "medium_mapping": (4, 8, "style"),
    "fine_mapping": (8, 18, "colour"),
}
WIDTH = 512
NAMES = {"style": "look.shape", "colour": "look.colour"}


class PublishedModule(nn.Module):
    """A modulation module with the published names; the embedding comes once per row."""

    def __init__(self, rows, width=WIDTH):
        super().__init__()
        self.rows = rows
        self.fc = nn.Linear(width, width)
        self.gamma_function = nn.Sequential(
            nn.Linear(width, width), nn.LayerNorm([width]), nn.LeakyReLU(), nn.Linear(width, width)
        )
        self.beta_function = nn.Sequential(
            nn.Linear(width, width), nn.LayerNorm([width]), nn.LeakyReLU(), nn.Linear(width, width)
        )

    def forward(self, x, embedding, cut):
        y = self.fc(x)
        y = functional.layer_norm(y, [self.rows, y.shape[-1]])
        if cut:
            return y
        y = y * (self.gamma_function(embedding) + 1) + self.beta_function(embedding)
        return functional.leaky_relu(y)


class PublishedMapper(nn.Module):
    """All groups, as the checkpoint names them, over all 18 rows."""

    def __init__(self, groups=tuple(PUBLISHED), width=WIDTH, modules=5):
        super().__init__()
        self.width = width
        for name in groups:
            start, stop, _ = PUBLISHED[name]
            group = nn.Module()
            group.modulation_module_list = nn.ModuleList(
                PublishedModule(stop - start, width) for _ in range(modules)
            )
            self.add_module(name, group)

    def forward(self, w, conditions):
        steps = []
        for name, (start, stop, attribute) in PUBLISHED.items():
            x = w[:, start:stop]
            group = getattr(self, name, None)
            if group is None:
                steps.append(torch.zeros_like(x))
                continue
            given = conditions.get(attribute)
            cut = given is None
            e = torch.ones(len(w), self.width) if cut else given
            e = e[:, None].repeat(1, 18, 1)[:, start:stop]
            x = x * torch.rsqrt(torch.mean(x**2, dim=1, keepdim=True) + 1e-8)
            for module in group.modulation_module_list:
                x = module(x, e, cut)
            steps.append(x)
        return w + 0.1 * torch.cat(steps, dim=1)


def make_network(**args):
    torch.manual_seed(0)
    network = PublishedMapper(**args)
    for name, parameter in network.named_parameters():
        if parameter.ndim == 1:  # biases and norms, which begin as 0 and 1
            nn.init.normal_(parameter, mean=float(name.endswith("1.weight")), std=0.2)
    return network.eval()


def write(path, network, **changes):
    """The published file: mapper, generator and CLIP, and the options of the training."""
    state = {f"mapper.{name}": tensor for name, tensor in network.state_dict().items()}
    state["mapper.clip_model.visual.conv1.weight"] = torch.randn(8, 3, 4, 4).half()
    state["mapper.clip_model.logit_scale"] = torch.tensor(4.6).half()
    state["decoder.style.1.weight"] = torch.randn(8, 8)
    state["decoder.noises.noise_0"] = torch.randn(1, 1, 4, 4)
    options = {"no_coarse_mapper": False, "stylegan_size": 1024, "device": "cuda:0",
               "checkpoint_path": None, "id_lambda": 0.3}  # fmt: skip
    torch.save({"state_dict": state | changes.pop("state", {}), "opts": options} | changes, path)
    return path


def load(path):
    return load_official(path, style=NAMES["style"], colour=NAMES["colour"])


def draw(width=WIDTH):
    torch.manual_seed(1)
    # CLIP's embeddings as they come have lengths near 10, and they are not made shorter.
    return torch.randn(2, 18, width), {
        name: 10 * functional.normalize(torch.randn(2, width), dim=1) for name in NAMES
    }


def ours(conditions):
    return {NAMES[name]: tensor for name, tensor in conditions.items()}


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    network = make_network()
    return network, write(tmp_path_factory.mktemp("checkpoint") / "clip.pt", network)


@pytest.mark.parametrize("given", [("style", "colour"), ("style",), ("colour",), ()])
def test_equals_the_published_network(published, given):
    network, path = published
    mapper = load(path)
    latent, conditions = draw()
    conditions = {name: conditions[name] for name in given}
    with torch.no_grad():
        torch.testing.assert_close(
            mapper(latent, ours(conditions)), network(latent, conditions), rtol=0, atol=1e-6
        )


def test_what_is_loaded(published):
    mapper = load(published[1])
    assert [(one.name, one.attribute, one.rows) for one in mapper.injections] == [
        ("coarse", "look.shape", (0, 1, 2, 3)),
        ("medium", "look.shape", (4, 5, 6, 7)),
        ("fine", "look.colour", tuple(range(8, 18))),
    ]
    assert (mapper.rows, mapper.width, mapper.embedding) == (18, 512, 512)
    assert not mapper.training
    assert not any(parameter.requires_grad for parameter in mapper.parameters())
    assert sum(p.numel() for p in mapper.parameters()) == sum(
        p.numel() for p in published[0].parameters()
    )


@pytest.mark.parametrize("missing", PUBLISHED)
def test_a_group_that_is_missing_leaves_its_rows(tmp_path, missing):
    groups = [name for name in PUBLISHED if name != missing]
    network = make_network(groups=groups, width=16)
    mapper = load(write(tmp_path / "one.pt", network))
    latent, conditions = draw(16)
    with torch.no_grad():
        found = mapper(
            latent, {n: e for n, e in ours(conditions).items() if n in mapper.attributes}
        )
        torch.testing.assert_close(found, network(latent, conditions), rtol=0, atol=1e-6)
    start, stop, _ = PUBLISHED[missing]
    assert torch.equal(found[:, start:stop], latent[:, start:stop])


@pytest.mark.parametrize("new", [True, False])
def test_other_ways_of_saving(tmp_path, new):
    """A bare state dict, in half precision, in PyTorch's older file format too."""
    network = make_network(width=16, modules=2)
    half = network.half().state_dict()
    torch.save(half, tmp_path / "bare.pt", _use_new_zipfile_serialization=new)
    mapper = load(tmp_path / "bare.pt")
    latent, conditions = draw(16)
    with torch.no_grad():
        torch.testing.assert_close(
            mapper(latent, ours(conditions)), network.float()(latent, conditions), atol=1e-6, rtol=0
        )


def test_the_file_may_go_after_loading(tmp_path):
    network = make_network(width=16)
    path = write(tmp_path / "one.pt", network)
    mapper = load(path)
    path.write_bytes(b"\0" * path.stat().st_size)  # what is mapped and not copied would change
    latent, conditions = draw(16)
    with torch.no_grad():
        torch.testing.assert_close(
            mapper(latent, ours(conditions)), network(latent, conditions), rtol=0, atol=1e-6
        )


# --- files that are not it ----------------------------------------------------------------
def test_no_file(tmp_path):
    with pytest.raises(UserError, match="There is no file"):
        load(tmp_path / "nothing.pt")
    with pytest.raises(UserError, match="There is no file"):
        load(tmp_path)


@pytest.mark.parametrize(
    "content",
    [b"", b"<html>Quota exceeded</html>", b"\x80\x02}q\x00.", b"PK\x03\x04rest", b"\0" * 99],
)
def test_not_a_checkpoint(tmp_path, content):
    path = tmp_path / "download.pt"
    path.write_bytes(content)
    with pytest.raises(UserError, match=r"download\.pt (cannot be read|holds no mapper)"):
        load(path)


def test_half_a_checkpoint(tmp_path):
    whole = write(tmp_path / "whole.pt", make_network(width=16)).read_bytes()
    path = tmp_path / "half.pt"
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(UserError, match="incomplete"):
        load(path)


@pytest.mark.parametrize("content", [{"weight": torch.ones(3)}, torch.ones(3), {"state_dict": 3},
                                     [1, 2], {"state_dict": {7: torch.ones(2)}}])  # fmt: skip
def test_another_checkpoint(tmp_path, content):
    torch.save(content, tmp_path / "other.pt")
    with pytest.raises(UserError, match="holds no mapper"):
        load(tmp_path / "other.pt")


class Code:
    """A pickle that writes a file when it is loaded."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return (open, (str(self.path), "w"))


@pytest.mark.parametrize("plain", [True, False])
def test_code_is_refused_and_not_run(tmp_path, plain):
    path, trace = tmp_path / "code.pt", tmp_path / "trace"
    if plain:
        path.write_bytes(pickle.dumps({"state_dict": Code(trace)}))
    else:
        write(path, make_network(width=4), extra=Code(trace))
    expected = "no file of PyTorch's" if plain else r"object \(\S*open\).*can run code"
    with pytest.raises(UserError, match=expected):
        load(path)
    assert not trace.exists()


def test_options_as_an_object_are_refused_with_the_remedy(tmp_path):
    path = write(tmp_path / "one.pt", make_network(width=4), opts=argparse.Namespace(size=1024))
    with pytest.raises(UserError, match=r"argparse\.Namespace.*torch\.save"):
        load(path)


def test_a_damaged_group(tmp_path):
    network = make_network(width=16)
    name = "mapper.medium_mapping.modulation_module_list.3.beta_function.1.bias"
    for number, damage in enumerate((torch.zeros(5), None)):
        state = {f"mapper.{key}": tensor for key, tensor in network.state_dict().items()}
        if damage is None:
            del state[name]
        else:
            state[name] = damage
        path = tmp_path / f"{number}.pt"
        torch.save({"state_dict": state}, path)
        with pytest.raises(UserError, match=r"medium group .*layers\.3\.beta\.1\.bias"):
            load(path)


@pytest.mark.parametrize("gone", [".0.gamma_function.0.weight", ".0.gamma_function.3.weight",
                                  ".2."])  # fmt: skip
def test_a_damaged_first_group(tmp_path, gone):
    network = make_network(width=16)
    state = {f"mapper.{key}": tensor for key, tensor in network.state_dict().items()}
    kept = {key: t for key, t in state.items() if "course" not in key or gone not in key}
    assert len(kept) < len(state)
    torch.save({"state_dict": kept}, tmp_path / "damaged.pt")
    with pytest.raises(UserError, match=r"coarse group .*damaged"):
        load(tmp_path / "damaged.pt")


def test_a_module_too_many(tmp_path):
    extra = {"mapper.fine_mapping.modulation_module_list.5.fc.bias": torch.zeros(16)}
    path = write(tmp_path / "one.pt", make_network(width=16), state=extra)
    with pytest.raises(UserError, match=r"fine group .*layers\.5\.linear\.bias"):
        load(path)
