"""Whether a straight line runs across a region: a table's, or there a picture within it ends.

Behind a table, in a collage, a screenshot or a photograph of a photograph what is beyond that line
is taken for the region where it lies in its usual place.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
SIDE = 512  # pixels of the longer side at which lines are sought
APART = 3  # pixels between the two sides of a line
STEP = 10.0  # CIE76 across a line
MOST = 0.85  # of the line, along which colours differ so much
WIDE = 0.6  # of the region's width or height, that it runs across
FEW = 24  # pixels of the shortest line


def framed(picture: Array, share: Array) -> bool:
    """Whether a line of pixels, level or upright, parts a region in two.

    Args:
        picture: ``(H, W, 3)`` in [0, 1].
        share: of the region, ``(H, W)``.

    Example:
        >>> picture = np.zeros((60, 60, 3), np.float32)
        >>> picture[30:] = 0.5
        >>> framed(picture, np.ones((60, 60), np.float32)), framed(picture, 0 * picture[..., 0])
        (True, False)
    """
    scale = min(1.0, SIDE / max(picture.shape[:2]))
    size = (max(1, round(share.shape[1] * scale)), max(1, round(share.shape[0] * scale)))
    seen, of_it = (
        np.asarray(cv2.resize(one, size, interpolation=cv2.INTER_AREA), np.float32)
        for one in (picture, share)
    )
    lab, held = np.asarray(cv2.cvtColor(seen, cv2.COLOR_RGB2LAB), np.float32), of_it > 0.5
    return _level(lab, held) or _level(np.swapaxes(lab, 0, 1), held.T)


def _level(lab: Array, held: NDArray[np.bool_]) -> bool:
    """Whether a row of pixels does; ``(H, W, 3)`` in CIELAB and ``(H, W)``."""
    if len(lab) <= APART:
        return False
    both = held[APART:] & held[:-APART]
    off = (lab[APART:] - lab[:-APART]) * both[..., None]
    of_both = both.sum(axis=1)
    usual = off.sum(axis=1) / np.maximum(of_both, 1)[:, None]  # (h, 3), the same all along a line
    alike = (off * usual[:, None]).sum(axis=-1) > STEP * np.linalg.norm(usual, axis=-1)[:, None]
    widest = held.sum(axis=1).max()
    lines = (alike.sum(axis=1) > MOST * of_both) & (of_both > max(FEW, WIDE * widest))
    return bool(lines.any())
