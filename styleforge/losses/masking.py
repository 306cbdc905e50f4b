"""Masked means that are zero, with zero gradient, where the mask is empty."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import torch
from torch.nn import functional

from styleforge.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor

Reduction = Literal["published", "patent"]


def check_reduction(reduction: str) -> None:
    """Raises: UserError: it is neither ``published`` nor ``patent``."""
    if reduction not in {"published", "patent"}:
        msg = f"There is no reduction {reduction!r}; choose 'published' or 'patent'."
        raise UserError(msg)


def full_precision(tensor: Tensor) -> Tensor:
    """At least float32: sums over a picture lose too much in bf16."""
    return tensor if tensor.dtype == torch.float64 else tensor.float()


def resize_mask(mask: Tensor, size: Sequence[int]) -> Tensor:
    """A mask ``(N, 1, H, W)`` at ``(h, w)`` by nearest neighbour, as the published code does."""
    if tuple(mask.shape[-2:]) == tuple(size):
        return mask
    return functional.interpolate(mask, size=tuple(size), mode="nearest")


def masked_mean(values: Tensor, mask: Tensor) -> Tensor:
    """``sum(m v) / sum(m)`` over the pixels: ``(N, C, H, W)`` to ``(N, C)``.

    Args:
        values: ``(N, C, H, W)``.
        mask: ``(N or 1, 1, H, W)``, not negative. Where a sample's mask is empty the mean is 0
            and so is its gradient, instead of the NaN of 0 / 0.
    """
    area = mask.sum((2, 3))
    area = torch.where(area > 0, area, torch.ones_like(area))
    return (values * mask).sum((2, 3)) / area
