"""Distances in W+, and how far W+ is from what a generator draws people of."""

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


def latent_norm(coordinates: Tensor, directions: int) -> Tensor:
    """How far W+ is from the mean latent, in whitened coordinates: a scalar, 1 on average.

    The mean square over rows and directions of coordinates ``(N, rows, width)``, of which the
    latents spread in so many ``directions`` (II2S: Zhu et al. 2020, arXiv 2012.09036).

    Example:
        >>> import torch
        >>> latent_norm(torch.full((1, 14, 512), 2.0), directions=512)
        tensor(4.)
    """
    return coordinates.square().sum(2).mean() / max(directions, 1)


def row_differences(coordinates: Tensor, directions: int) -> Tensor:
    """How far the rows of W+ are from one another, in whitened coordinates: a scalar.

    The mean square of each row's difference to the mean of all, as `latent_norm` counts it. e4e
    (Tov et al. 2021, arXiv 2102.02766) takes the difference to the first row.

    Example:
        >>> import torch
        >>> rows = torch.tensor([[[1.0], [3.0]]])  # (1, 2 rows, 1)
        >>> row_differences(rows, directions=1)
        tensor(1.)
    """
    return latent_norm(coordinates - coordinates.mean(dim=1, keepdim=True), directions)
