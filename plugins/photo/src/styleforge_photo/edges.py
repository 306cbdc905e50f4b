"""Guided filtering (He et al. 2010, "Guided Image Filtering"): soft masks that follow a picture.

In the fast form (He and Sun 2015): the mask is a local linear function of the picture's colours;
its coefficients are found at a small size and enlarged, the colours are those of the full size.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
STRIP = 256  # rows that are worked on at a time


def coefficients(guide: Array, masks: Array, radius: int, eps: float) -> Array:
    """Local linear functions from colours to masks.

    Args:
        guide: a picture ``(H, W, 3)`` in [0, 1].
        masks: ``(R, H, W)``.
        radius: of the windows, in pixels.
        eps: variance of colours below which a mask is evened out.

    Returns:
        ``(R, H, W, 4)``: a factor for each channel, and a constant.

    Example:
        >>> guide, masks = np.zeros((8, 8, 3), np.float32), np.ones((2, 8, 8), np.float32)
        >>> coefficients(guide, masks, radius=2, eps=0.01).shape
        (2, 8, 8, 4)
    """
    mean = _mean(guide, radius)  # (H, W, 3)
    pairs = guide[..., :, None] * guide[..., None, :]  # (H, W, 3, 3)
    spread = _mean(pairs.reshape(*guide.shape[:2], 9), radius).reshape(*guide.shape[:2], 3, 3)
    spread = spread - mean[..., :, None] * mean[..., None, :] + eps * np.eye(3, dtype=np.float32)
    inverse = np.linalg.inv(spread)  # (H, W, 3, 3)
    found = np.empty((*masks.shape, 4), np.float32)
    for at, mask in enumerate(masks):
        level = _mean(mask, radius)  # (H, W)
        shared = _mean(guide * mask[..., None], radius) - mean * level[..., None]  # (H, W, 3)
        factor = np.einsum("hwij,hwj->hwi", inverse, shared)
        constant = level - (factor * mean).sum(axis=-1)
        found[at] = _mean(np.concatenate([factor, constant[..., None]], axis=-1), radius)
    return found


def applied(guide: Array, functions: Array) -> Array:
    """Masks ``(R, H, W)`` of a picture ``(H, W, 3)``; functions of another size are enlarged.

    They sum to 1 over the regions.

    Example:
        >>> functions = np.zeros((2, 4, 4, 4), np.float32)
        >>> functions[..., 3] = 0.5
        >>> applied(np.zeros((8, 8, 3), np.float32), functions).sum()
        64.0
    """
    height, width = guide.shape[:2]
    small = functions.shape[1:3]
    masks = np.empty((len(functions), height, width), np.float32)
    scale = np.array([width / small[1], height / small[0]])
    for top in range(0, height, STRIP):  # enlarged coefficients of the whole would be gigabytes
        part = guide[top : top + STRIP]
        # Where the strip lies among the coefficients: pixel centres at half numbers.
        matrix = np.array(
            [[scale[0], 0, scale[0] / 2 - 0.5], [0, scale[1], scale[1] / 2 - 0.5 - top]]
        )
        for mask, function in zip(masks, functions, strict=True):
            large = cv2.warpAffine(
                function, matrix, (width, len(part)), flags=cv2.INTER_LINEAR,
                borderMode=cv2.BORDER_REPLICATE,
            )  # fmt: skip
            mask[top : top + STRIP] = (part * large[..., :3]).sum(axis=-1) + large[..., 3]
        strip = masks[:, top : top + STRIP]
        np.clip(strip, 0, 1, out=strip)
        strip /= np.maximum(strip.sum(axis=0), 1e-6)
    return masks


def followed(guide: Array, masks: Array, radius: int, eps: float) -> Array:
    """Masks ``(R, H, W)`` that follow a picture of their own size.

    Example:
        >>> followed(np.zeros((8, 8, 3), np.float32), np.ones((1, 8, 8), np.float32), 2, 0.01).max()
        1.0
    """
    return applied(guide, coefficients(guide, masks, radius, eps))


def _mean(values: Array, radius: int) -> Array:
    """Means over windows of ``(H, W)`` or ``(H, W, C)``."""
    side = 2 * radius + 1
    planes = values[..., None] if values.ndim == 2 else values
    out = np.empty_like(planes, dtype=np.float32)
    for channel in range(planes.shape[2]):
        out[..., channel] = cv2.blur(
            np.ascontiguousarray(planes[..., channel]), (side, side), borderType=cv2.BORDER_REFLECT
        )
    return out[..., 0] if values.ndim == 2 else out
