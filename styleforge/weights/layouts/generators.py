"""StyleGAN2 generators: rosinality's files and NVIDIA's pickles."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from styleforge.errors import UserError
from styleforge.models.pickles import read_pickled_network
from styleforge.models.stylegan2.layout import filled_generator
from styleforge.models.stylegan2.nvidia import from_pickle
from styleforge.models.stylegan2.rosinality import find_rosinality, from_rosinality
from styleforge.models.tensors import read_checkpoint
from styleforge.weights.layouts.written import Read, written
from styleforge.weights.row import FileLayout

if TYPE_CHECKING:
    from torch import Tensor

    from styleforge.models.stylegan2 import Generator
    from styleforge.weights.kept import Kept


def _read_generator(path: Path, folder: Path) -> Read:
    """A ``.pt`` of rosinality's, alone or in e4e's or HairCLIP's, or a ``.pkl`` of NVIDIA's."""
    what = "a StyleGAN2 generator"
    if zipfile.is_zipfile(path) or _is_old_torch(path):
        found = find_rosinality(read_checkpoint(path, what))
        if found is None:
            raise UserError("there is no StyleGAN2 generator in it")
        return written(from_rosinality(*found), folder)
    return written(from_pickle(read_pickled_network(path, what)), folder)


def _is_old_torch(path: Path) -> bool:
    """PyTorch's format of before 1.6: pickles, the first of which is a magic number."""
    with path.open("rb") as file:
        begin = file.read(64)
    return b"\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19" in begin


def _load_generator(kept: Kept) -> Generator:
    """The generator, frozen, with its noise maps."""
    return filled_generator(kept.tensors(), kept.facts)


def _run_generator(generator: Generator) -> Tensor:
    """A picture of the mean latent."""
    latent = generator.w_avg.expand(1, generator.rows, -1)
    noise = generator.stored_noise or generator.random_noise(torch.Generator().manual_seed(0))
    return generator.synthesize(latent, noise)


STYLEGAN2 = FileLayout(
    name="stylegan2",
    what="a StyleGAN2 generator",
    read=_read_generator,
    load=_load_generator,
    run=_run_generator,
    signs=("conv1.conv.modulation",),
)
