"""Arithmetic on pictures: blending, mean colours, box means."""

from __future__ import annotations

import numpy as np
import torch
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


def shrink_back(cotangents: Tensor, size: tuple[int, int]) -> Tensor:
    """The transpose of `shrink`: ``(N, C, h, w)`` to the ``size`` (H, W) of the whole picture.

    Example:
        >>> import torch
        >>> shrink_back(torch.ones(1, 3, 16, 32), (64, 128)).unique()
        tensor([0.0625])
    """
    count, channels, height, width = cotangents.shape
    if (height, width) == size:
        return cotangents
    if size[0] % height or size[1] % width:
        with torch.enable_grad():
            leaf = cotangents.new_zeros((count, channels, *size)).requires_grad_()
            (found,) = torch.autograd.grad(shrink(leaf, width), leaf, cotangents)
        return found
    down, across = size[0] // height, size[1] // width
    # Written once, channels last, a row at a time, as the way back wants it: (N, h, w, C)
    last = cotangents.permute(0, 2, 3, 1) / (down * across)
    rows = last[:, :, :, None].expand(-1, -1, -1, across, -1).reshape(count, height, 1, -1)
    whole = rows.expand(-1, -1, down, -1).reshape(count, *size, channels)
    return whole.permute(0, 3, 1, 2)


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
