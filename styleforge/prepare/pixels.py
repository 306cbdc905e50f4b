"""Arithmetic on pictures: blending, mean colours, box means."""

from __future__ import annotations

import numpy as np
from torch import Tensor
from torch.nn.functional import adaptive_avg_pool2d, interpolate


def blend(front: Tensor, back: Tensor, alpha: Tensor) -> Tensor:
    """``alpha * front + (1 - alpha) * back`` within [-1, 1].

    Example:
        >>> import torch
        >>> white, black = torch.ones(1, 3, 2, 2), -torch.ones(1, 3, 2, 2)
        >>> blend(white, black, torch.full((1, 1, 2, 2), 0.5)).unique()
        tensor([0.])
    """
    return (alpha * front + (1 - alpha) * back).clamp(-1, 1)


def mean_colour(image: Tensor, mask: Tensor) -> np.ndarray:
    """Mean RGB ``(3,)`` in [0, 1] of a picture ``(1, 3, H, W)`` over a mask ``(1, 1, H, W)``.

    Example:
        >>> import torch
        >>> mean_colour(torch.zeros(1, 3, 2, 2), torch.ones(1, 1, 2, 2)).tolist()
        [0.5, 0.5, 0.5]
    """
    total = ((image + 1) / 2 * mask).sum(dim=(0, 2, 3)) / mask.sum().clamp_min(1e-8)
    return total.cpu().double().numpy()


def colour_distance(one: np.ndarray, two: np.ndarray) -> float:
    """CIEDE2000 between two colours ``(3,)`` of sRGB in [0, 1]; about 2 is a visible difference.

    Example:
        >>> round(colour_distance(np.array([1.0, 0, 0]), np.array([1.0, 0.1, 0])), 1)
        1.1
    """
    from skimage.color import deltaE_ciede2000, rgb2lab  # kornia has no CIEDE2000

    return float(deltaE_ciede2000(rgb2lab(one), rgb2lab(two)))  # type: ignore[no-untyped-call]


def shrink(image: Tensor, size: int) -> Tensor:
    """Box mean of ``(N, C, H, W)`` down to a width of ``size``; smaller pictures stay.

    Example:
        >>> import torch
        >>> shrink(torch.zeros(1, 3, 64, 128), 32).shape
        torch.Size([1, 3, 16, 32])
    """
    width = image.shape[-1]
    if width <= size:
        return image
    return adaptive_avg_pool2d(image, (round(image.shape[-2] * size / width), size))


def enlarge(image: Tensor, size: tuple[int, int]) -> Tensor:
    """``(N, C, h, w)`` at a larger ``size`` (H, W), linearly; one of that size stays.

    Example:
        >>> import torch
        >>> enlarge(torch.zeros(1, 3, 4, 4), (8, 8)).shape
        torch.Size([1, 3, 8, 8])
    """
    if tuple(image.shape[-2:]) == size:
        return image
    return interpolate(image, size=size, mode="bilinear", align_corners=False)
