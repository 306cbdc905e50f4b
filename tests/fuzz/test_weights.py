"""Files of weights that nobody wrote: each is used, or refused in a sentence, and soon."""

from __future__ import annotations

from math import prod

import pytest
import torch
from fuzzing import rewrite, spoil, tried, used_or_refused
from hypothesis import given
from hypothesis import strategies as st

from styleforge.mapper.files import load_mapper, save_mapper
from styleforge.mapper.official import load_official
from styleforge.models.arcface import load_arcface
from styleforge.models.lpips import published_lpips
from styleforge.models.tensors import read_tensors
from styleforge.testing import toy_mapper


@tried(60)
@given(data=st.data())
@pytest.mark.filterwarnings("ignore")
def test_mappers(tmp_path_factory, data):
    path = tmp_path_factory.getbasetemp() / "fuzzed.safetensors"
    save_mapper(toy_mapper.mapper(), path)
    if data.draw(st.booleans()):
        rewrite(path, data)
    else:
        spoil(path, data)
    with used_or_refused():
        mapper = load_mapper(path)
        assert all(bool(torch.isfinite(one).all()) for one in mapper.parameters())


SIZES = st.lists(st.sampled_from([0, 1, 3, 64, 10**6, 10**11]), min_size=1, max_size=3)


@tried(80)
@given(data=st.data(), shape=SIZES, new=st.booleans())
@pytest.mark.filterwarnings("ignore")
def test_files_of_pytorch(tmp_path_factory, data, shape, new):
    path = tmp_path_factory.getbasetemp() / "fuzzed.pt"
    large = prod(max(one, 1) for one in shape) >= 2**60  # more, PyTorch does not make
    shape = shape[:1] if large else shape
    fits = prod(shape) <= 10**6
    tensor = torch.ones(shape) if fits else torch.ones(1).as_strided(shape, [0] * len(shape))
    state = {"state_dict": {f"{OFFICIAL}.0.fc.weight": tensor, "b": torch.ones(2)}, "options": [1]}
    torch.save(state, path, _use_new_zipfile_serialization=new)
    spoil(path, data)
    with used_or_refused():
        found = read_tensors(path, "a checkpoint")
        assert sum(one.numel() for one in found.values()) < 10**7
    for read in (load_arcface, published_lpips, load_published):
        with used_or_refused():
            read(path)


OFFICIAL = "mapper.fine_mapping.modulation_module_list"


def load_published(path):
    return load_official(path, style="a.b", colour="a.c")
