"""Pictures and shares at another size: what is measured on a face is measured at one size of it."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]


def sized(values: Array, scale: float) -> Array:
    """Values ``(H, W)`` or ``(H, W, 3)``, ``scale`` times as wide and high, a pixel at least.

    Example:
        >>> sized(np.zeros((40, 30, 3), np.float32), 0.5).shape
        (20, 15, 3)
    """
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    size = (max(1, round(values.shape[1] * scale)), max(1, round(values.shape[0] * scale)))
    return np.asarray(cv2.resize(values, size, interpolation=how), np.float32)
