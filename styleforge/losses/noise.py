"""Noise maps that stay noise (Karras et al. 2020, appendix D)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch.nn import functional

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor

SMALLEST = 8  # the last level of the pyramid


def noise_correlation(maps: Sequence[Tensor]) -> Tensor:
    """How far the maps are from white, at every scale; mean over the batch.

    ``sum_maps sum_levels (mean(n roll_x(n)))^2 + (mean(n roll_y(n)))^2`` over a pyramid that
    halves by 2x2 means until a side is 8 or less. (The appendix scales each level up to unit
    variance; the published PyTorch code, which LOHO uses, does not, and nor does this.)

    Args:
        maps: noise maps ``(1 or N, 1, h, w)``.

    Returns:
        A scalar.

    Example:
        >>> rng = torch.Generator().manual_seed(0)
        >>> white = torch.randn(1, 1, 64, 64, generator=rng)
        >>> bool(noise_correlation([white]) < noise_correlation([torch.ones(1, 1, 64, 64)]))
        True
    """
    values = []
    for one in maps:
        level = one
        while True:
            right = (level * level.roll(1, 3)).mean((1, 2, 3))  # (N,)
            down = (level * level.roll(1, 2)).mean((1, 2, 3))  # (N,)
            values.append((right.square() + down.square()).mean())
            if min(level.shape[-2:]) <= SMALLEST:
                break
            level = functional.avg_pool2d(level, 2)  # (N, 1, h / 2, w / 2)
    return torch.stack(values).sum()


@torch.no_grad()
def normalize_noise(noise: Tensor) -> Tensor:
    """Noise ``(N, 1, h, w)`` with mean 0 and standard deviation 1 in every sample.

    A constant map becomes 0.

    Example:
        >>> noise = normalize_noise(torch.arange(16.0).reshape(1, 1, 4, 4))
        >>> round(float(noise.std()), 3)
        1.0
    """
    centred = noise - noise.mean((1, 2, 3), keepdim=True)  # (N, 1, h, w)
    deviation = centred.std((1, 2, 3), keepdim=True)  # (N, 1, 1, 1)
    return centred / torch.where(deviation > 0, deviation, torch.ones_like(deviation))


@torch.no_grad()
def normalize_noise_(maps: Sequence[Tensor]) -> None:
    """`normalize_noise` in place, after the optimiser's step; works on leaves.

    Example:
        >>> maps = [torch.full((1, 1, 4, 4), 7.0)]
        >>> normalize_noise_(maps)
        >>> float(maps[0].abs().max())
        0.0
    """
    for one in maps:
        one.copy_(normalize_noise(one))
