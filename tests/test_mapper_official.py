"""The published checkpoint's layout, with random weights, against a network of its own."""

from __future__ import annotations

import argparse
import pickle

import pytest
import torch
from published_mapper import PUBLISHED, WIDTH, make_network, write
from torch.nn import functional

from styleforge.errors import UserError
from styleforge.mapper.official import load_official

NAMES = {"style": "look.shape", "colour": "look.colour"}


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


def test_options_of_a_training_are_passed_over(tmp_path):
    network = make_network(width=16)
    path = write(tmp_path / "one.pt", network, opts=argparse.Namespace(size=1024))
    assert load(path).width == 16


def test_other_objects_are_refused_with_the_remedy(tmp_path):
    path = write(tmp_path / "one.pt", make_network(width=4), opts=argparse.ArgumentParser)
    with pytest.raises(UserError, match=r"argparse\.ArgumentParser.*torch\.save"):
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
