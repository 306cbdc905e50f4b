"""How much of a region's outline follows no edge of the picture: there its usual place decided."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from styleforge_photo.sized import sized

Array = NDArray[np.float32]
SIDE = 100  # pixels of a face's width at which outlines are looked at
ACROSS = 6  # of these pixels on each side of an outline
STEP = 0.5  # of a share, that it falls across an outline along an edge


def loose(share: Array, side: float) -> float:
    """The part of an outline across which a share falls off slowly, 0 to 1.

    Masks follow the picture's edges (`styleforge_photo.edges`), so that they are soft where there
    is none.

    Args:
        share: of a region, ``(H, W)``.
        side: of the face, in pixels.

    Example:
        >>> slope = np.linspace(0, 1, 90, dtype=np.float32)[None].repeat(90, axis=0)
        >>> loose(slope, 100), loose((slope > 0.5).astype(np.float32), 100)
        (1.0, 0.0)
    """
    seen = sized(share, SIDE / side)
    soft = cv2.GaussianBlur(seen, (0, 0), 2)
    down, across = np.gradient(np.pad(soft, 1, mode="edge"))
    steep = np.maximum(np.hypot(across, down), 1e-6)
    slopes = np.stack([across / steep, down / steep], axis=-1)[1:-1, 1:-1]  # (H, W, 2), x and y
    last = np.array(seen.shape[::-1]) - 1
    held = (seen > 0.5).astype(np.uint8)
    steps = []
    for outline in cv2.findContours(held, cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)[0]:
        at = outline[:, 0]  # (N, 2), x and y
        within = ((at >= ACROSS) & (at <= last - ACROSS)).all(axis=1)
        at = at[within]  # the picture's border is none
        inwards = ACROSS * slopes[at[:, 1], at[:, 0]]
        inner, outer = (
            np.clip(np.rint(one), 0, last).astype(int) for one in (at + inwards, at - inwards)
        )
        steps.append(seen[inner[:, 1], inner[:, 0]] - seen[outer[:, 1], outer[:, 0]])
    fall = np.concatenate(steps) if steps else np.ones(0, np.float32)
    return float((fall < STEP).mean()) if len(fall) else 0.0
