"""Further looks at what the cascade found: whether it is a face, and how it sits there.

One look's votes jump with the noise that a file's format leaves.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from styleforge_photo.cascade import SMALL, agree, faces_in
from styleforge_photo.layout import Face

Bytes = NDArray[np.uint8]
REACH = 1.5  # widths of the face about its centre that are looked at
# Pixels and degrees of the looks at the surroundings of a find, each of which is mirrored, too. Of
# the ten, 5 to 10 find a face from the front again, 0 to 4 anything else (41 finds were tried).
AGAIN = ((120, 0.0), (160, 0.0), (210, 0.0), (160, -10.0), (160, 10.0))
HALF = 5
# Pixels and degrees of the looks whose mean says how a face sits. Turned by -20 to 20 degrees it
# is told to 3 degrees and 5 percent of its size; the first find is off by up to 10 of both.
SIDE, TURNS = 160, (-18.0, -12.0, -6.0, 0.0, 6.0, 12.0, 18.0)
SMALLER, LARGER = 0.7, 1.4  # of the first find's size


def sure(picture: Bytes, face: Face) -> bool:
    """Whether a find is found again in half of the looks at it: at sizes, turned and mirrored.

    Example:
        >>> sure(np.zeros((64, 64, 3), np.uint8), Face(10, 10, 30))
        False
    """
    hits, left_over = 0, 2 * len(AGAIN)
    for side, turn in AGAIN:
        seen, here, _ = _near(picture, face, side)
        there = _mirrored(here, seen.shape[1])
        mirrored, by = np.ascontiguousarray(seen[:, ::-1]), turn + face.turn
        for one, angle, wanted in ((seen, by, here), (mirrored, -by, there)):
            hits += any(agree(other, wanted) for other in faces_in(one, angle, SMALL))
            left_over -= 1
            if hits >= HALF or hits + left_over < HALF:
                return hits >= HALF
    return False


def settled(picture: Bytes, face: Face) -> Face:
    """A find with the place, size and turn that looks at it agree on.

    Example:
        >>> settled(np.zeros((64, 64, 3), np.uint8), Face(10, 10, 30))  # none finds it
        Face(left=10, top=10, side=30, turn=0.0)
    """
    seen, here, scale = _near(picture, face, SIDE)
    least, most = max(SMALL, round(SMALLER * here.side)), round(LARGER * here.side)
    finds: list[Face] = []
    for one, sign in ((seen, 1), (np.ascontiguousarray(seen[:, ::-1]), -1)):
        for turn in TURNS:
            found = faces_in(one, sign * face.turn + turn, least, most)
            finds += [_mirrored(other, seen.shape[1]) if sign < 0 else other for other in found]
    finds = [one for one in finds if agree(one, here)]
    if not finds:
        return face
    across, down, side, turn = np.mean([(*one.centre, one.side, one.turn) for one in finds], axis=0)
    (x, y), side = face.centre, float(side) / scale
    x += (float(across) - here.centre[0]) / scale
    y += (float(down) - here.centre[1]) / scale
    return Face(x - side / 2, y - side / 2, side, float(turn))


def _mirrored(face: Face, width: int) -> Face:
    """The face in a picture so wide that is mirrored."""
    return Face(width - face.left - face.side, face.top, face.side, -face.turn)


def _near(picture: Bytes, face: Face, side: int) -> tuple[Bytes, Face, float]:
    """What is about a face, the longer side of it so many pixels; the face in it, and its scale."""
    (x, y), reach = face.centre, REACH * face.side
    left, top = max(0, round(x - reach)), max(0, round(y - reach))
    part = picture[top : round(y + reach), left : round(x + reach)]
    scale = side / max(part.shape[:2])
    size = (max(1, round(part.shape[1] * scale)), max(1, round(part.shape[0] * scale)))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    seen = np.asarray(cv2.resize(part, size, interpolation=how), np.uint8)
    here = Face((face.left - left) * scale, (face.top - top) * scale, face.side * scale)
    return seen, here, scale
