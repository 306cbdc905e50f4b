"""The part of a picture on which the features within a mask depend."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True)
class Part:
    """Features of a part of a picture that are those of the whole picture within a mask.

    Attributes:
        features: ``(N, C, h, w)``; beside the mask they hold anything.
        mask: in the part ``(N or 1, 1, H, W)``.
        share: the part's area in the picture's.

    Example:
        >>> import torch
        >>> Part(torch.ones(1, 8, 4, 4), torch.ones(1, 1, 8, 8), share=0.25).share
        0.25
    """

    features: Tensor
    mask: Tensor
    share: float


def window_of(mask: Tensor, margin: int, step: int) -> tuple[slice, slice]:
    """Rows and columns of a mask ``(N, 1, H, W)`` and a margin, in whole steps.

    All of them where the mask is empty, or the picture no whole number of steps.

    Example:
        >>> import torch
        >>> mask = torch.zeros(1, 1, 32, 32)
        >>> mask[:, :, 4:8, 20:22] = 1
        >>> window_of(mask, 3, 4)
        (slice(0, 12, None), slice(16, 28, None))
    """
    height, width = mask.shape[-2:]
    found = (mask != 0).any(0)[0]  # (H, W)
    if height % step or width % step or not found.any():
        return slice(0, height), slice(0, width)
    rows, columns = (
        _widened(found.any(across).nonzero(), margin, step, size)
        for across, size in ((1, height), (0, width))
    )
    return rows, columns


def _widened(places: Tensor, margin: int, step: int, size: int) -> slice:
    first, last = int(places[0]) - margin, int(places[-1]) + 1 + margin
    return slice(max(0, first // step * step), min(size, -(-last // step) * step))
