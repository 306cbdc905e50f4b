"""Morphology and blur of masks where the masks are: kornia's, for accelerators.

On a CPU OpenCV's are faster (`styleforge.prepare.masks`); elsewhere they would need the mask on the
host and back, in each step of a run. Both give the same masks (`python -m benchmarks.libraries`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from torch import Tensor


def dilate(mask: Tensor, count: int) -> Tensor:
    """Grow a mask ``(N, 1, H, W)`` by ``count`` iterations of a 3 x 3 cross, as LOHO does.

    Example:
        >>> dot = torch.zeros(1, 1, 5, 5)
        >>> dot[..., 2, 2] = 1
        >>> int(dilate(dot, 1).sum())
        5
    """
    from kornia.morphology import dilation

    for _ in range(count):
        mask = dilation(mask, _cross(mask), border_type="constant", border_value=0.0)
    return mask


def erode(mask: Tensor, count: int) -> Tensor:
    """Shrink a mask ``(N, 1, H, W)`` by as many iterations; beyond the picture counts as empty.

    Example:
        >>> int(erode(torch.ones(1, 1, 5, 5), 1).sum())
        9
    """
    from kornia.morphology import erosion

    for _ in range(count):
        mask = erosion(mask, _cross(mask), border_type="constant", border_value=0.0)
    return mask


def blur(mask: Tensor, radius: float) -> Tensor:
    """Soften a mask ``(N, 1, H, W)`` with a Gaussian of ``radius`` pixels, cut at four of them.

    Example:
        >>> blur(torch.ones(1, 1, 8, 8), 1.0).mean().round()
        tensor(1.)
    """
    from kornia.filters import gaussian_blur2d

    if radius <= 0:
        return mask
    # A picture is mirrored once at most: the kernel ends where it would be twice.
    reach = (round(8 * radius + 1) | 1) // 2
    high, wide = (2 * min(reach, side - 1) + 1 for side in mask.shape[-2:])
    return gaussian_blur2d(mask, (high, wide), (radius, radius))


def _cross(mask: Tensor) -> Tensor:
    return torch.tensor([[0, 1, 0], [1, 1, 1], [0, 1, 0]], device=mask.device, dtype=mask.dtype)
