"""Whether a find of the cascade has colours: a grey one in a coloured picture is no face.

The cascade looks at lightness alone, and takes reflections, badges and glare for faces.
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from styleforge_photo.layout import Face

Bytes = NDArray[np.uint8]
ENOUGH = 256  # pixels of the longer side at which a picture's colours are looked at
COLOURED = 10.0  # CIELAB chroma of a picture's colourful tenth; less is a grey picture
GREY, SHARE = 4.0, 0.1  # chroma of a find, and its share of that, below which it is grey
MIDDLE = 0.25  # of a face's width, to each side of its centre


def coloured(picture: Bytes) -> Callable[[Face], bool]:
    """What says whether a find in a picture ``(H, W, 3)`` has colours, where the picture has.

    Finds of 20 photographs: faces have a chroma of 19 to 41, 4.9 in one that was darkened to a
    fifth; reflections and glare 0 to 2.4.

    Example:
        >>> grey = np.full((40, 40, 3), 90, np.uint8)
        >>> coloured(grey)(Face(10, 10, 20))  # all is grey
        True
        >>> grey[:, :20] = (200, 30, 60)
        >>> coloured(grey)(Face(24, 10, 16)), coloured(grey)(Face(2, 10, 16))
        (False, True)
    """
    step = max(1, max(picture.shape[:2]) // ENOUGH)
    strong = float(np.percentile(_chroma(picture[::step, ::step]), 90))

    def has_colours(face: Face) -> bool:
        if strong < COLOURED:
            return True
        (x, y), reach = face.centre, MIDDLE * face.side
        rows = slice(max(0, round(y - reach)), max(1, round(y + reach)))
        columns = slice(max(0, round(x - reach)), max(1, round(x + reach)))
        middle = picture[rows, columns]
        return not middle.size or float(np.median(_chroma(middle))) > min(GREY, SHARE * strong)

    return has_colours


def _chroma(picture: Bytes) -> NDArray[np.float32]:
    """CIELAB chroma ``(H, W)`` of bytes ``(H, W, 3)``."""
    values = np.ascontiguousarray(picture, np.float32) / 255
    lab = cv2.cvtColor(values, cv2.COLOR_RGB2LAB)
    return np.asarray(np.hypot(lab[..., 1], lab[..., 2]), np.float32)
