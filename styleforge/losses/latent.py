"""Distances in W+."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from torch import Tensor


def latent_distance(
    latent: Tensor, target: Tensor, reduction: Literal["mean", "sum"] = "mean"
) -> Tensor:
    """Squared difference of two W+ ``(N, rows, width)``, a scalar: its mean over the batch.

    The target may be ``(1, rows, width)`` or one w ``(width,)``, such as the mean. A picture counts
    by the mean over its rows and channels, or by their sum.

    Example:
        >>> import torch
        >>> latent = torch.ones(1, 14, 512)
        >>> latent_distance(latent, torch.zeros(512))
        tensor(1.)
        >>> latent_distance(latent, torch.zeros(512), reduction="sum")
        tensor(7168.)
    """
    squares = (latent - target).square()  # (N, rows, width)
    if reduction == "sum":
        return squares.sum(dim=(1, 2)).mean()
    return squares.mean()
