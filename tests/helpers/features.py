"""Features, masks and weights of chance, in float64, as losses are given them."""

from __future__ import annotations

import torch
from torch import Tensor

SIZES = {"relu1_2": (4, 8), "relu2_2": (6, 4)}


def features(seed: int, count: int = 2) -> dict[str, Tensor]:
    """Rectified noise, with some pixels that have no activation at all."""
    random = torch.Generator().manual_seed(seed)
    found = {}
    for name, (channels, side) in SIZES.items():
        maps = torch.randn(count, channels, side, side, generator=random, dtype=torch.float64)
        maps = maps.clamp_min(0)
        maps[:, :, 0, 0] = 0
        found[name] = maps
    return found


def mask(seed: int, count: int = 2) -> Tensor:
    random = torch.Generator().manual_seed(seed)
    return (torch.rand(count, 1, 8, 8, generator=random) > 0.4).double()


def weights() -> dict[str, Tensor]:
    random = torch.Generator().manual_seed(9)
    return {n: torch.rand(c, generator=random, dtype=torch.float64) for n, (c, _) in SIZES.items()}
