"""Appearance: the mean of shallow features over a region, wherever its pixels are (LOHO 3.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from styleforge.losses.masking import (
    Reduction,
    check_reduction,
    full_precision,
    masked_mean,
    resize_mask,
)

if TYPE_CHECKING:
    from torch import Tensor


def appearance(features: Tensor, mask: Tensor) -> Tensor:
    """``A = sum_xy F m / sum_xy m``: ``(N, C, h, w)`` to ``(N, C)``; 0 for an empty mask.

    LOHO takes relu1_1 of the picture times its mask.

    Example:
        >>> import torch
        >>> features = torch.tensor([[[[1.0, 3.0], [5.0, 7.0]]]])  # (1, 1, 2, 2)
        >>> upper = torch.tensor([[[[1.0, 1.0], [0.0, 0.0]]]])
        >>> appearance(features, upper)
        tensor([[2.]])
    """
    features = full_precision(features)
    mask = resize_mask(mask, features.shape[-2:]).to(features.dtype)  # (N or 1, 1, h, w)
    return masked_mean(features, mask)


def appearance_distance(
    features_a: Tensor,
    features_b: Tensor,
    mask_a: Tensor,
    mask_b: Tensor,
    reduction: Reduction = "published",
) -> Tensor:
    """``R_c (A_a - A_b)^2``, mean over the batch.

    Args:
        features_a: relu1_1 ``(N, C, h, w)`` of the masked picture.
        features_b: the same of the reference; ``(1, C, h, w)`` is broadcast, sizes may differ.
        mask_a: the region in the first picture ``(N or 1, 1, H, W)``.
        mask_b: the region in the reference. A sample without one counts 0: nothing is asked for.
            An empty ``mask_a`` counts the full distance from 0, so that losing the region in the
            picture never pays; its gradient is 0.
        reduction: R is the mean over channels (``published``) or their sum (``patent``: the
            squared norm), 64 times as much with VGG16.

    Returns:
        A scalar.

    Example:
        >>> import torch
        >>> ones = torch.ones(1, 1, 4, 4)
        >>> appearance_distance(torch.zeros(1, 2, 4, 4), torch.full((1, 2, 4, 4), 3.0), ones, ones)
        tensor(9.)
        >>> nothing = torch.zeros(1, 1, 4, 4)  # the reference has no such region
        >>> appearance_distance(torch.zeros(1, 2, 4, 4), torch.ones(1, 2, 4, 4), ones, nothing)
        tensor(0.)
    """
    check_reduction(reduction)
    difference = appearance(features_a, mask_a) - appearance(features_b, mask_b)  # (N, C)
    squares = difference.square()
    each = squares.mean(1) if reduction == "published" else squares.sum(1)  # (N,)
    return (each * (mask_b.sum((1, 2, 3)) > 0)).mean()
