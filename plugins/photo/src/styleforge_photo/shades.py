"""Pictures without colours: black and white, sepia, or another single hue.

There lightness alone tells little, so that strands tell hair, too: fine contrast that skin and a
wall do not have. Both stand in for the colours of other pictures (`styleforge_photo.colours`).
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
STEP = 4  # every fourth pixel is asked for its colour
POWERS = 4  # of lightness, by which a single hue's chroma goes
# Percentiles of pixels, and how far they are in CIELAB from the hue of all that are as light: at
# most 7 and 14 in 13 pictures made sepia, in JPEG of quality 40, too; at least 9 and 26 in
# portraits with colours, of which one shows nothing but a face.
PLAIN = ((90, 8.0), (99, 18.0))
FINE, NEAR, WIDE = 0.025, 0.035, 0.05  # of the face's width: strands, and about a pixel
LIGHT = 1.2  # by which lightness, 0 to 100, fills the range of a hue, -60 to 60
STRANDS = 20.0  # of lightness, for each doubling of fine contrast


def is_plain(lab: Array) -> bool:
    """Whether a picture ``(H, W, 3)`` in CIELAB has no colours, or one hue alone.

    Example:
        >>> lab = np.zeros((40, 40, 3), np.float32)
        >>> lab[..., 0] = np.arange(40)
        >>> lab[..., 1:] = lab[..., :1] / 2  # sepia
        >>> is_plain(lab)
        True
    """
    pixels = lab[::STEP, ::STEP].reshape(-1, 3).astype(np.float64)
    powers = np.vander(pixels[:, 0] / 100, POWERS)  # (N, 4)
    usual = powers @ np.linalg.lstsq(powers, pixels[:, 1:], rcond=None)[0]
    off = np.hypot(*(pixels[:, 1:] - usual).T)
    return all(np.percentile(off, share) < most for share, most in PLAIN)


def shaded(lab: Array, side: float) -> Array:
    """Fine contrast, lightness and lightness nearby ``(H, W, 3)``, in the ranges of CIELAB.

    Args:
        lab: a picture ``(H, W, 3)`` in CIELAB.
        side: of its face, in pixels.

    Example:
        >>> shaded(np.full((9, 9, 3), 50, np.float32), 4.0)[0, 0].round().tolist()
        [0.0, 0.0, 0.0]
    """
    light = lab[..., 0]
    fine = np.abs(light - _blurred(light, FINE * side))
    contrast = np.clip(STRANDS * np.log2(1 + _blurred(fine, NEAR * side)), 0, 100)
    near = _blurred(light, WIDE * side)
    return np.stack([contrast, LIGHT * (light - 50), LIGHT * (near - 50)], axis=-1)


def _blurred(values: Array, sigma: float) -> Array:
    return np.asarray(cv2.GaussianBlur(values, (0, 0), max(sigma, 0.3)), np.float32)
