"""Distances in the picture, within a mask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from styleforge.losses.masking import full_precision, masked_mean

if TYPE_CHECKING:
    from torch import Tensor


def masked_l1(image: Tensor, target: Tensor, mask: Tensor) -> Tensor:
    """``sum m |x - y| / (C sum m)``, mean over the batch; 0 for an empty mask.

    Args:
        image: ``(N, C, H, W)``.
        target: the same; ``(1, C, H, W)`` is broadcast.
        mask: ``(N or 1, 1, H, W)`` in [0, 1].

    Example:
        >>> import torch
        >>> left = torch.tensor([[[[1.0, 0.0]]]])
        >>> masked_l1(torch.zeros(1, 3, 1, 2), torch.full((1, 3, 1, 2), 0.5), left)
        tensor(0.5000)
    """
    difference = full_precision(image) - full_precision(target)
    return masked_mean(difference.abs(), mask.to(difference.dtype)).mean()


def masked_l2(image: Tensor, target: Tensor, mask: Tensor) -> Tensor:
    """``sum m (x - y)^2 / (C sum m)``, mean over the batch; 0 for an empty mask.

    Arguments as in `masked_l1`.

    Example:
        >>> import torch
        >>> left = torch.tensor([[[[1.0, 0.0]]]])
        >>> masked_l2(torch.zeros(1, 3, 1, 2), torch.full((1, 3, 1, 2), 0.5), left)
        tensor(0.2500)
    """
    difference = full_precision(image) - full_precision(target)
    return masked_mean(difference.square(), mask.to(difference.dtype)).mean()
