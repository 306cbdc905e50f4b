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
    """Raises: UserError: it is neither ``published`` nor ``patent``.

    Example:
        >>> check_reduction("published")
        >>> check_reduction("sum")
        Traceback (most recent call last):
        styleforge.errors.UserError: There is no reduction 'sum'; choose 'published' or 'patent'.
    """
    if reduction not in {"published", "patent"}:
        msg = f"There is no reduction {reduction!r}; choose 'published' or 'patent'."
        raise UserError(msg)


def full_precision(tensor: Tensor) -> Tensor:
    """At least float32: sums over a picture lose too much in bf16.

    Example:
        >>> full_precision(torch.zeros(2, dtype=torch.bfloat16)).dtype
        torch.float32
    """
    return tensor if tensor.dtype == torch.float64 else tensor.float()


def resize_mask(mask: Tensor, size: Sequence[int]) -> Tensor:
    """A mask ``(N, 1, H, W)`` at ``(h, w)`` by nearest neighbour, as the published code does.

    Example:
        >>> resize_mask(torch.ones(1, 1, 8, 8), (4, 4)).shape
        torch.Size([1, 1, 4, 4])
    """
    if tuple(mask.shape[-2:]) == tuple(size):
        return mask
    return functional.interpolate(mask, size=tuple(size), mode="nearest")


def masked_mean(values: Tensor, mask: Tensor) -> Tensor:
    """``sum(m v) / sum(m)`` over the pixels: ``(N, C, H, W)`` to ``(N, C)``.

    Args:
        values: ``(N, C, H, W)``.
        mask: ``(N or 1, 1, H, W)``, not negative. Where a sample's mask is empty the mean is 0
            and so is its gradient, instead of the NaN of 0 / 0.

    Example:
        >>> values = torch.tensor([[[[1.0, 2.0, 9.0]]]])
        >>> masked_mean(values, torch.tensor([[[[1.0, 1.0, 0.0]]]]))
        tensor([[1.5000]])
        >>> masked_mean(values, torch.zeros(1, 1, 1, 3))  # an empty mask
        tensor([[0.]])
    """
    area = mask.sum((2, 3))  # (N or 1, 1)
    area = torch.where(area > 0, area, torch.ones_like(area))
    if values.is_contiguous() or not values.is_contiguous(memory_format=torch.channels_last):
        return (values * mask).sum((2, 3)) / area
    # One product of matrices, whose gradient is laid out channels last, too.
    pixels = values.movedim(1, -1).flatten(1, 2)  # (N, H W, C)
    with torch.autocast(values.device.type, enabled=False):
        sums = (mask.to(values.dtype).flatten(2) @ pixels)[:, 0]  # (N, C)
    return sums / area
