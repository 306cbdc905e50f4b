"""Pictures of chance, the same at every call, and pictures of torch as arrays."""

from __future__ import annotations

import numpy as np
import torch


def chance(least: int, most: int, channels: int = 3, dtype: type = np.uint8) -> np.ndarray:
    """Numbers from ``least`` to below ``most``: ``(40, 48, channels)``."""
    return np.random.default_rng(0).integers(least, most, (40, 48, channels), dtype=dtype)


SOFT = chance(90, 165)  # colours that sRGB has, too, whatever profile they are read with


def of(image: torch.Tensor) -> np.ndarray:
    """A picture ``(1, 3, H, W)`` of bytes as ``(H, W, 3)``."""
    return image[0].permute(1, 2, 0).numpy()
