"""Mappers on disk."""

from __future__ import annotations

import json

import pytest
import torch
from safetensors.torch import load_file, save_file

from styleforge.errors import UserError
from styleforge.mapper.files import load_mapper, save_mapper
from styleforge.mapper.network import Injection, Mapper
from styleforge.testing import toy_mapper


@pytest.fixture
def mapper():
    return toy_mapper.mapper()


@pytest.fixture
def file(mapper, tmp_path):
    path = tmp_path / "deep" / "mapper_toy.safetensors"
    save_mapper(mapper, path)
    return path


def header(path) -> dict:
    from safetensors import safe_open

    with safe_open(path, framework="pt") as content:
        return json.loads(content.metadata()["mapper"])


def test_a_mapper_survives_the_disk(mapper, file):
    again = load_mapper(file)
    assert again.injections == mapper.injections
    assert not again.training
    for key, value in mapper.state_dict().items():
        assert torch.equal(again.state_dict()[key], value.half().float())
    latent = torch.randn(1, mapper.rows, mapper.width, generator=torch.Generator().manual_seed(0))
    words = {"toy.shape": torch.ones(1, mapper.embedding)}
    with torch.no_grad():
        wanted, found = (one(latent, words) for one in (mapper, again))
    torch.testing.assert_close(found, wanted, atol=2e-3, rtol=0)


def test_the_norm_is_kept_and_files_of_before_have_the_published_one(tmp_path, file):
    wide = Mapper([Injection("one", "shape", (0, 1))], rows=3, width=4, embedding=5, norm="width")
    save_mapper(wide, tmp_path / "wide.safetensors")
    assert load_mapper(tmp_path / "wide.safetensors").norm == "width"
    shape = {key: one for key, one in header(file).items() if key != "norm"}
    save_file(load_file(file), tmp_path / "older", metadata={"mapper": json.dumps(shape)})
    assert load_mapper(tmp_path / "older").norm == "rows"


def test_writing_replaces_and_leaves_nothing_else(mapper, file):
    with torch.no_grad():
        next(mapper.parameters()).fill_(0.5)
    save_mapper(mapper, file)
    first = next(iter(mapper.state_dict()))
    assert torch.equal(load_mapper(file).state_dict()[first], mapper.state_dict()[first])
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_there_is_no_file(tmp_path):
    with pytest.raises(UserError, match=r"There is no mapper .*lost\.safetensors; train one"):
        load_mapper(tmp_path / "lost.safetensors")
    with pytest.raises(UserError, match="There is no mapper"):
        load_mapper(tmp_path)


def test_what_is_no_mapper_says_so(file, tmp_path):
    state = load_file(file)
    shape = header(file)
    one = shape["injections"][0]
    garbage = tmp_path / "garbage"
    garbage.write_bytes(b"\x00\xff" * 50)
    (tmp_path / "empty").write_bytes(b"")
    (tmp_path / "cut").write_bytes(file.read_bytes()[:-10])
    headers = {
        "none": None,
        "no json": "{",
        "a list": "[1]",
        "nothing": "{}",
        "other fields": json.dumps(shape | {"colour": 3}),
        "no width": json.dumps({k: v for k, v in shape.items() if k != "rows"}),
        "other width": json.dumps(shape | {"width": 9}),
        "more depth": json.dumps(shape | {"depth": 3}),
        "another norm": json.dumps(shape | {"norm": "people"}),
        "words for rows": json.dumps(shape | {"rows": "many"}),
        "a broken injection": json.dumps(shape | {"injections": [{"name": "coarse"}]}),
        "rows twice": json.dumps(shape | {"injections": [one, one | {"name": "b"}]}),
        "a number": json.dumps(shape | {"injections": 3}),
    }
    for name, text in headers.items():
        save_file(state, tmp_path / name, metadata=None if text is None else {"mapper": text})
    for name in ("garbage", "empty", "cut", *headers):
        with pytest.raises(UserError, match=rf"{name} is no mapper of styleforge"):
            load_mapper(tmp_path / name)
