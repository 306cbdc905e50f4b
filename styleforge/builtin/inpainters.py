"""Core's own inpainters: OpenCV's, behind the `Inpainter` protocol."""

from __future__ import annotations

import cv2
import numpy as np
import torch
from torch import Tensor


def telea(image: Tensor, hole: Tensor) -> Tensor:
    """Fill by fast marching (Telea 2004), ``cv2.INPAINT_TELEA``."""
    return _inpaint(image, hole, cv2.INPAINT_TELEA)


def navier_stokes(image: Tensor, hole: Tensor) -> Tensor:
    """Fill by fluid dynamics (Bertalmio et al. 2001), ``cv2.INPAINT_NS``."""
    return _inpaint(image, hole, cv2.INPAINT_NS)


def _inpaint(image: Tensor, hole: Tensor, method: int) -> Tensor:
    filled = []
    for picture, where in zip(image, hole.expand(image.shape[0], -1, -1, -1), strict=True):
        pixels = ((picture.detach().cpu().float() + 1) * 127.5).round().clamp(0, 255)
        pixels = pixels.permute(1, 2, 0).to(torch.uint8).numpy()
        mask = (where[0].cpu().numpy() > 0.5).astype(np.uint8)
        radius = max(3, round(3 * pixels.shape[1] / 256))
        done = cv2.inpaint(np.ascontiguousarray(pixels), mask, radius, method)
        filled.append(torch.from_numpy(done).permute(2, 0, 1).to(image.dtype) / 127.5 - 1)
    return torch.where(hole > 0.5, torch.stack(filled).to(image.device), image)
