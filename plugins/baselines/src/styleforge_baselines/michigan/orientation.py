"""Which way strands run: the orientation of a picture's structure tensor.

MichiGAN takes the strongest of a bank of oriented filters. The structure tensor answers the same
question with two derivatives and a blur (Bigun and Granlund 1987).
"""

from __future__ import annotations

import torch
from torch import Tensor

SIGMA = 1.0  # pixels over which derivatives are gathered
LUMA = (0.299, 0.587, 0.114)
TINY = 1e-6


def orientation(image: Tensor, sigma: float = SIGMA) -> Tensor:
    """Pictures ``(N, 3, H, W)`` in [-1, 1] to ``(N, 2, H, W)``: ``c cos 2t`` and ``c sin 2t``.

    *t* is the angle of the strands to the x axis, doubled because a strand has no direction, and
    *c* in [0, 1] how sure it is: ``sqrt((Jxx - Jyy)^2 + 4 Jxy^2) / (Jxx + Jyy)``.

    Example:
        >>> upright = torch.sin(torch.arange(16.0))[None, None, None].expand(1, 3, 16, 16)
        >>> orientation(upright)[0, :, 8, 8].round()  # 2 t is half a turn
        tensor([-1., 0.])
    """
    from kornia.filters import gaussian_blur2d, spatial_gradient

    weights = image.new_tensor(LUMA)[:, None, None]
    light = (image * weights).sum(1, keepdim=True)  # (N, 1, H, W)
    dx, dy = spatial_gradient(light)[:, 0].unbind(1)  # each (N, H, W)
    products = torch.stack((dx * dx, dy * dy, dx * dy), dim=1)  # (N, 3, H, W)
    side = 2 * round(3 * sigma) + 1
    xx, yy, xy = gaussian_blur2d(products, (side, side), (sigma, sigma)).unbind(1)
    # The gradient's own doubled angle is (xx - yy, 2 xy); strands run across it.
    return torch.stack((yy - xx, -2 * xy), dim=1) / (xx + yy + TINY)[:, None]
