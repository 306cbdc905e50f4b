"""Resampling with the [1, 3, 3, 1] filter (Karras et al. 2020, section 4 and appendix B).

The filter is separable and symmetric, so each axis is a short weighted sum and no zeros are
ever inserted. Everything here is linear, differentiable and dtype-preserving.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch.nn import functional

from styleforge.models.stylegan2.frozen import filtered

if TYPE_CHECKING:
    from torch import Tensor

TAPS = (1.0, 3.0, 3.0, 1.0)


def fir_kernel(gain: float = 1.0) -> Tensor:
    """The outer product of the taps, ``(4, 4)``, summing to ``gain``.

    Example:
        >>> float(fir_kernel(gain=4.0).sum())
        4.0
    """
    taps = torch.tensor(TAPS)
    kernel = torch.outer(taps, taps)
    return kernel * (gain / kernel.sum())


def blur(images: Tensor, kernel: Tensor, padding: int | tuple[int, int] = 1) -> Tensor:
    """Filter every channel: ``(N, C, H, W)`` to ``(N, C, H - 3 + 2 p, W - 3 + 2 q)``.

    ``kernel`` is what :func:`fir_kernel` returned; the padding is ``(p, q)``, or one for both.

    Example:
        >>> blur(torch.ones(1, 3, 8, 8), fir_kernel(), padding=0).shape
        torch.Size([1, 3, 5, 5])
    """
    channels = images.shape[1]
    weight = kernel.to(images.dtype).expand(channels, 1, 4, 4)
    pair = (padding, padding) if isinstance(padding, int) else padding
    return filtered(images, weight, pair)


def upsample(images: Tensor) -> Tensor:
    """Twice the size, ``(N, C, H, W)`` to ``(N, C, 2 H, 2 W)``, zero beyond the border.

    Equal to inserting zeros and filtering with gain 4: along an axis the even samples are
    ``(x[i-1] + 3 x[i]) / 4`` and the odd ones ``(3 x[i] + x[i+1]) / 4``.

    Example:
        >>> upsample(torch.ones(1, 3, 4, 4)).shape
        torch.Size([1, 3, 8, 8])
    """
    count, channels, height, width = images.shape
    padded = functional.pad(images, (0, 0, 1, 1))
    middle = 0.75 * images
    rows = torch.stack((middle + 0.25 * padded[:, :, :-2], middle + 0.25 * padded[:, :, 2:]), 3)
    rows = rows.reshape(count, channels, 2 * height, width)  # (N, C, 2 H, W)
    padded = functional.pad(rows, (1, 1))
    middle = 0.75 * rows
    both = torch.stack((middle + 0.25 * padded[..., :-2], middle + 0.25 * padded[..., 2:]), 4)
    return both.reshape(count, channels, 2 * height, 2 * width)


def upsample_back(cotangents: Tensor) -> Tensor:
    """The transpose of `upsample`: ``(N, C, 2 H, 2 W)`` to ``(N, C, H, W)``.

    Example:
        >>> upsample_back(torch.ones(1, 3, 8, 8)).shape
        torch.Size([1, 3, 4, 4])
    """
    channels = cotangents.shape[1]
    weight = fir_kernel(gain=4.0).to(cotangents).expand(channels, 1, 4, 4)
    return functional.conv2d(cotangents, weight, stride=2, padding=1, groups=channels)
