"""Grain: the noise of films and of sensors in the dark, which speckles what follows a picture."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
# A Laplacian's difference (Immerkaer 1996, "Fast Noise Variance Estimation"), which shading and
# straight edges do not have, and what it makes of noise of standard deviation 1.
KERNEL, GAIN = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32), 6.0
MEDIAN = 0.6745  # of the absolute values of a normal distribution, in standard deviations
# Standard deviation, in [0, 1], from which grain is evened out. Five portraits without grain have
# 0.003 to 0.006.
GRAINY = 0.015
WINDOW = 5  # pixels


def grain(picture: Array) -> float:
    """The standard deviation of a picture's noise; ``(H, W, 3)`` in [0, 1].

    Example:
        >>> noisy = np.random.default_rng(0).normal(0.5, 0.05, (200, 200, 1))
        >>> round(grain(np.repeat(noisy, 3, axis=2).astype(np.float32)), 2)
        0.05
    """
    off = cv2.filter2D(picture.mean(axis=2), -1, KERNEL)
    return float(np.median(np.abs(off))) / MEDIAN / GAIN


def calmed(picture: Array) -> Array:
    """A picture ``(H, W, 3)`` in [0, 1] without its grain; one that has next to none as it is.

    Example:
        >>> noisy = np.random.default_rng(0).normal(0.5, 0.05, (99, 99, 3)).astype(np.float32)
        >>> grain(calmed(noisy)) < 0.3 * grain(noisy)
        True
    """
    if grain(picture) < GRAINY:
        return picture
    return np.asarray(cv2.medianBlur(picture, WINDOW), np.float32)
