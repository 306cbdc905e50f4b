"""Fixtures of the pack's tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch
from styleforge_portraits import world
from styleforge_portraits.training.basis import Basis, fit_basis
from styleforge_portraits.training.codes import random_codes
from styleforge_portraits.training.measures import measures_of_codes

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def people_on_disk(tmp_path: Path) -> tuple[Path, list[world.Person]]:
    """A folder as the `dataset` command leaves it, with eight people's codes and regions."""
    rng = np.random.default_rng(0)
    people = [world.sample(rng) for _ in range(8)]
    drawn = [world.render(one, 64).regions for one in people]
    regions = np.stack([np.stack([one[key] for key in world.REGIONS]) for one in drawn])
    for name in ("train", "held"):
        (tmp_path / name).mkdir()
        np.save(tmp_path / name / "codes.npy", np.stack([world.encode(one) for one in people]))
        np.save(tmp_path / name / "regions.npy", (regions * 255).astype(np.uint8))
    return tmp_path, people


@pytest.fixture(scope="session")
def table() -> tuple[torch.Tensor, torch.Tensor]:
    """Codes and measures of 400 random people."""
    codes = random_codes(np.random.default_rng(0), 400)
    return torch.from_numpy(codes), torch.from_numpy(measures_of_codes(codes))


@pytest.fixture(scope="session")
def basis(table: tuple[torch.Tensor, torch.Tensor]) -> Basis:
    """A basis of W, of few people."""
    return fit_basis(table[1])
