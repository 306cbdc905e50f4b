"""Losses and figures shared by the trainings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch.nn import functional

if TYPE_CHECKING:
    from torch import Tensor


def laplacian_l1(image: Tensor, target: Tensor, levels: int = 4) -> Tensor:
    """Mean absolute difference over ``levels`` bands of a Laplacian pyramid, summed.

    The pyramid is linear, so it is taken of the difference; the last band is the low pass rest.
    """
    rest = image - target
    total = rest.new_zeros(())
    for _ in range(levels - 1):
        small = functional.avg_pool2d(rest, 2)
        total = total + (rest - functional.interpolate(small, scale_factor=2)).abs().mean()
        rest = small
    return total + rest.abs().mean()


def psnr(image: Tensor, target: Tensor) -> Tensor:
    """Peak signal-to-noise ratio per picture ``(N,)`` in dB; pictures are in [-1, 1]."""
    error = (image.clamp(-1, 1) - target).square().mean((1, 2, 3)) / 4
    return -10 * error.clamp_min(1e-10).log10()
