"""Mean CIELAB colours of regions, as HairCLIP compares them (Wei et al. 2022, section 3.4).

The published loss takes values for linear light and divides XYZ by the matrix's own white. kornia's
``rgb_to_lab`` decodes sRGB and rounds the white: no quicker (2.4 ms at 256, this 2.2 ms), and up to
0.005 off. `python -m benchmarks.libraries` prints both.
"""

from __future__ import annotations

import torch
from torch import Tensor

from styleforge.losses.masking import full_precision, masked_mean

# sRGB's primaries to XYZ under D65; rows are divided by their sums, so that white is (1, 1, 1).
TO_XYZ = (
    (0.412453, 0.357580, 0.180423),
    (0.212671, 0.715160, 0.072169),
    (0.019334, 0.119193, 0.950227),
)
DARK = 0.008856  # below it the cube root is continued by a line
SHADE = 0.04045  # below it sRGB's curve is a line


def lab(image: Tensor, *, gamma: bool = False) -> Tensor:
    """Pictures ``(N, 3, H, W)`` in [-1, 1] to L, a, b of the same shape; L is 0 to 100.

    The published loss takes the picture's values for linear light; ``gamma`` decodes sRGB first,
    as a colorimeter would. Values outside [-1, 1], which a generator draws, are carried on: below
    black by the lines of both formulas, above white by their curves.

    Example:
        >>> white = torch.ones(1, 3, 1, 1)
        >>> lab(white).flatten().round().abs().tolist()  # L, a, b
        [100.0, 0.0, 0.0]
    """
    rgb = (full_precision(image) + 1) / 2  # (N, 3, H, W), in [0, 1] where it can be shown
    if gamma:
        curve = ((rgb.clamp_min(SHADE) + 0.055) / 1.055) ** 2.4  # clamped: no root of below zero
        rgb = torch.where(rgb > SHADE, curve, rgb / 12.92)
    matrix = rgb.new_tensor(TO_XYZ)
    xyz = torch.einsum("ij,njhw->nihw", matrix / matrix.sum(1, keepdim=True), rgb)
    root = xyz.clamp_min(DARK).pow(1 / 3)  # clamped, for its slope at black is infinite
    x, y, z = torch.where(xyz > DARK, root, 7.787 * xyz + 16 / 116).unbind(1)  # each (N, H, W)
    return torch.stack((116 * y - 16, 500 * (x - y), 200 * (y - z)), 1)


def mean_lab(image: Tensor, mask: Tensor, *, gamma: bool = False) -> Tensor:
    """Mean L, a, b ``(N, 3)`` within a mask ``(N or 1, 1, H, W)``; 0 for an empty one.

    Example:
        >>> half = torch.tensor([[[[1.0, 0.0]]]])
        >>> picture = torch.tensor([1.0, -1.0]).expand(1, 3, 1, 2)  # white beside black
        >>> mean_lab(picture, half).round().abs().tolist()
        [[100.0, 0.0, 0.0]]
    """
    planes = lab(image, gamma=gamma)  # (N, 3, H, W)
    return masked_mean(planes, mask.to(planes.dtype))


def colour_lab(rgb: tuple[float, float, float], *, gamma: bool = False) -> Tensor:
    """L, a, b ``(1, 3)`` of one colour: red, green and blue in [-1, 1].

    Example:
        >>> colour_lab((-1.0, -1.0, -1.0)).round().abs().tolist()  # black
        [[0.0, 0.0, 0.0]]
    """
    pixel = torch.tensor(rgb, dtype=torch.float64)
    return lab(pixel[None, :, None, None], gamma=gamma)[..., 0, 0]
