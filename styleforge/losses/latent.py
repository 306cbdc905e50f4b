"""Distances in W+."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor


def latent_distance(latent: Tensor, target: Tensor) -> Tensor:
    """Mean squared difference of two W+ ``(N, rows, width)``, a scalar.

    The target may be ``(1, rows, width)`` or one w ``(width,)``, such as the mean.
    """
    return (latent - target).square().mean()
