"""Mappers that declare more than they hold: refused in a sentence, before memory is taken."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
import torch
from declaring import EXPANDING, sparse
from published_mapper import make_network, write
from safetensors import safe_open
from safetensors.torch import save_file

from styleforge.errors import UserError
from styleforge.mapper.files import load_mapper, save_mapper
from styleforge.mapper.official import load_official
from styleforge.testing import toy_mapper


def official(path):
    return load_official(path, style="look.shape", colour="look.colour")


def test_a_published_mapper_of_absurd_sizes(tmp_path):
    """A column of a million numbers declares a network of a million squared."""
    network = make_network(width=16)
    state = {f"mapper.{key}": one for key, one in network.state_dict().items()}
    for name in list(state):
        if "gamma_function.3.weight" in name:
            state[name] = torch.zeros(10**6, 1)
    torch.save({"state_dict": state}, tmp_path / "tall.pt")
    with pytest.raises(UserError, match=r"coarse group .*(its sizes are|its sizes need)"):
        official(tmp_path / "tall.pt")


def test_a_published_mapper_with_nan(tmp_path):
    network = make_network(width=16)
    with torch.no_grad():
        next(network.parameters()).fill_(float("nan"))
    with pytest.raises(UserError, match="holds NaN"):
        official(write(tmp_path / "nan.pt", network))


ABSURD = {
    "depth": 10**9, "width": 10**9, "embedding": 10**9, "hidden": 10**9, "rows": 10**9,
}  # fmt: skip


@pytest.fixture
def file(tmp_path):
    save_mapper(toy_mapper.mapper(), tmp_path / "mapper.safetensors")
    return tmp_path / "mapper.safetensors"


def with_header(file, **changed):
    from safetensors import safe_open

    with safe_open(file, framework="pt") as content:
        shape = json.loads(content.metadata()["mapper"])
        state = {key: content.get_tensor(key) for key in content.keys()}  # noqa: SIM118
    save_file(state, file, metadata={"mapper": json.dumps(shape | changed)})


@pytest.mark.parametrize("name", ABSURD)
@pytest.mark.parametrize("value", [10**9, -1, 2.5, True, "many", None, [1]])
def test_a_mapper_of_absurd_sizes(file, name, value):
    with_header(file, **{name: value})
    with pytest.raises(UserError, match="is no mapper of styleforge") as caught:
        load_mapper(file)
    assert len(str(caught.value)) < 1000


def test_a_mapper_of_very_many_parts(file):
    with_header(file, injections=[{"name": f"n{at}", "attribute": "a", "rows": [0]}
                                  for at in range(10_000)])  # fmt: skip
    with pytest.raises(UserError, match="its sizes need at least"):
        load_mapper(file)


@pytest.mark.parametrize("length", [10**9, 2**63, 5_000_000])
def test_headers_of_absurd_length(file, length):
    file.write_bytes(length.to_bytes(8, "little") + file.read_bytes()[8:])
    with pytest.raises(UserError, match="its header has"):
        load_mapper(file)


def test_a_header_that_declares_a_tensor_that_is_not_there(file):
    header = json.dumps({"a": {"dtype": "F32", "shape": [10**10], "data_offsets": [0, 4 * 10**10]}})
    file.write_bytes(len(header).to_bytes(8, "little") + header.encode())
    with pytest.raises(UserError, match="is no mapper of styleforge"):
        load_mapper(file)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_mapper_with_nan(file, value):
    mapper = toy_mapper.mapper()
    with torch.no_grad():
        next(mapper.parameters()).fill_(value)
    with pytest.raises(UserError, match="is not written"):
        save_mapper(mapper, file)
    save_mapper(toy_mapper.mapper(), file)
    with safe_open(file, "pt") as kept:
        tensors = {name: kept.get_tensor(name) for name in kept.keys()}  # noqa: SIM118
        shape = kept.metadata()
    next(iter(tensors.values())).fill_(value)
    save_file(tensors, file, shape)
    with pytest.raises(UserError, match="NaN or infinite"):
        load_mapper(file)


LIMITED = """
import resource, sys
import torch, styleforge.mapper.official, styleforge.mapper.files
from styleforge.errors import UserError
from styleforge.models.pickles import read_pickled_network
from styleforge.models.tensors import read_tensors
from styleforge.mapper.files import load_mapper
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for path in sys.argv[1:]:
    try:
        load_mapper(path) if path.endswith("safetensors") else read_tensors(path, "a checkpoint")
        print("used", path)
    except UserError:
        pass
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


def test_none_of_them_takes_memory(tmp_path, file):
    """A process of its own: peaks of one that did more are peaks of that."""
    with_header(file, depth=10**9)
    paths = [file]
    for number, tensor in enumerate((*EXPANDING.values(), sparse())):
        paths.append(tmp_path / f"{number}.pt")
        torch.save({"state_dict": {"a": tensor}}, paths[-1])
    command = [sys.executable, "-c", LIMITED, *map(str, paths)]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert int(said) < 100, said  # megabytes
