"""Core's own inpainters: OpenCV's, behind the `Inpainter` protocol."""

from __future__ import annotations

import cv2
import numpy as np
import torch
from torch import Tensor

from styleforge.prepare import masks
from styleforge.prepare.pixels import enlarge, shrink

LARGE = 512  # a wider picture's holes are filled at a width of 256 first
RIM = 2  # pixels at a width of 256 at a hole's edge that are filled at full size


def telea(image: Tensor, hole: Tensor) -> Tensor:
    """Fill by fast marching (Telea 2004), ``cv2.INPAINT_TELEA``.

    The time grows with the hole's area and the square of the radius, which has to grow with the
    picture. So the inside of a hole of a picture wider than 512 is filled at a width of 256, and
    its edge at full size, between that and what is around; ``python -m benchmarks.large`` prints
    the time and the error of either way.

    Args:
        image: ``(N, 3, H, W)`` in [-1, 1]; so is what is returned.
        hole: ``(N or 1, 1, H, W)``; filled where it is over one half.

    Example:
        >>> hole = torch.zeros(1, 1, 16, 16)
        >>> hole[..., 6:10, 6:10] = 1
        >>> white = torch.ones(1, 3, 16, 16)
        >>> telea(white * (1 - hole), hole).unique()  # the hole is as white as what is around it
        tensor([1.])
    """
    return _inpaint(image, hole, cv2.INPAINT_TELEA)


def navier_stokes(image: Tensor, hole: Tensor) -> Tensor:
    """Fill by fluid dynamics (Bertalmio et al. 2001), ``cv2.INPAINT_NS``; see `telea`.

    Example:
        >>> navier_stokes(torch.ones(1, 3, 16, 16), torch.zeros(1, 1, 16, 16)).unique()  # no hole
        tensor([1.])
    """
    return _inpaint(image, hole, cv2.INPAINT_NS)


def _inpaint(image: Tensor, hole: Tensor, method: int) -> Tensor:
    hole = (hole > 0.5).to(image.dtype).expand(image.shape[0], -1, -1, -1)  # (N, 1, H, W)
    width = image.shape[-1]
    radius = max(3, round(masks.scaled(3, width)))
    if width <= LARGE:
        return torch.where(hole > 0.5, _at_full_size(image, hole, radius, method), image)
    inside = masks.erode(hole, masks.scaled(RIM, width))
    image = torch.where(inside > 0.5, _coarsely(image, hole, method), image)
    rim = hole - inside
    filled = _at_full_size(image, rim, max(3, radius // 3), method)
    return torch.where(rim > 0.5, filled, image)


def _coarsely(image: Tensor, hole: Tensor, method: int) -> Tensor:
    """The picture filled at a width of 256, at its own size."""
    small = masks.REFERENCE_WIDTH
    known = shrink(1 - hole, small)  # (N, 1, h, w)
    mean = shrink(image * (1 - hole), small) / known.clamp_min(1e-6)  # of what is known
    empty = (known < 0.5).to(image.dtype)
    filled = torch.where(empty > 0.5, _at_full_size(mean, empty, 3, method), mean)
    size = (image.shape[-2], image.shape[-1])
    steps = masks.scaled(0.5, size[1])  # pixels; an enlarged edge has steps
    planes = enlarge(filled, size).flatten(0, 1)[:, None]  # (N * 3, 1, H, W)
    return masks.blur(planes, steps).view_as(image)


def _at_full_size(image: Tensor, hole: Tensor, radius: int, method: int) -> Tensor:
    filled = []
    for picture, where in zip(image, hole, strict=True):
        pixels = ((picture.detach().cpu().float() + 1) * 127.5).round().clamp(0, 255)
        pixels = pixels.permute(1, 2, 0).to(torch.uint8).numpy()  # (H, W, 3)
        mask = (where[0] > 0.5).to("cpu", torch.uint8).numpy()
        done = cv2.inpaint(np.ascontiguousarray(pixels), mask, radius, method)
        filled.append(torch.from_numpy(done).permute(2, 0, 1).to(image.dtype) / 127.5 - 1)
    return torch.stack(filled).to(image.device)
