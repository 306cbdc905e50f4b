"""Formulas written out, one number at a time."""

from __future__ import annotations

import numpy as np


def lab_by_hand(red: float, green: float, blue: float) -> np.ndarray:
    """CIELAB of linear light in [0, 1], white (1, 1, 1)."""

    def root(t):
        return t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116

    x = root((0.412453 * red + 0.357580 * green + 0.180423 * blue) / 0.950456)
    y = root((0.212671 * red + 0.715160 * green + 0.072169 * blue) / 1.0)
    z = root((0.019334 * red + 0.119193 * green + 0.950227 * blue) / 1.088754)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])
