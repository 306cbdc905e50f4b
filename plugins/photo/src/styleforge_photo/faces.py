"""Faces by the cascade of local binary patterns that scikit-image brings; nothing is downloaded."""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from numpy.typing import NDArray

from styleforge_photo.layout import Face
from styleforge_photo.tints import coloured

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

SIDE = 640  # pixels of the longer side at which faces are sought
LEAST = 0.06  # of the longer side: smaller faces are not sought there
CLOSE = 1280  # pixels of the longer side at which smaller faces are sought
# Pixels and degrees of the looks at the surroundings of a find, each of which is mirrored, too. Of
# the ten, 5 to 10 find a face from the front again, 0 to 4 anything else (41 finds were tried).
AGAIN = ((120, 0.0), (160, 0.0), (210, 0.0), (160, -10.0), (160, 10.0))
HALF = 5
SMALL = 24  # pixels of the smallest face that the cascade knows
LONE = 0.15  # of the longer side: beside one such face nobody else is sought
TURNS = (0.0, -25.0, 25.0)  # degrees; the cascade knows upright faces, so the picture is turned
VOTES = 12  # overlapping finds that make a face
# What fewer make is believed where looks at several sizes and turns agree on it.
LOOKS = ((640, 0.0), *((side, turn) for side in (400, 256) for turn in (-15.0, 0.0, 15.0)))
FEW, AGREEING = 4, 3  # finds in a look, and looks
ALIKE = 0.6  # share of two squares of about one size that overlap, from which they agree
SAME = 0.3  # share of two squares that overlap, from which they are one face


def find_faces(
    picture: NDArray[np.uint8],
    detector: Callable[[NDArray[np.uint8]], list[Face]] | None = None,
    landmarks: Callable[[NDArray[np.uint8], Face], object | None] | None = None,
) -> tuple[Face, ...]:
    """The faces of a picture ``(H, W, 3)`` of bytes, from left to right.

    Smaller ones are sought where there is none, or a group of people.

    Args:
        picture: of bytes.
        detector: a network that finds them; the cascade is asked where that finds none.
        landmarks: a network that gives None where there is no face; it judges the cascade's finds.

    Example:
        >>> find_faces(np.zeros((64, 64, 3), np.uint8))
        ()
    """
    longer = max(picture.shape[:2])
    found = _apart(detector(picture)) if detector is not None else []
    has_colours = coloured(picture)
    found = [one for one in found if has_colours(one)] or found

    def seen(face: Face) -> bool:
        if not has_colours(face):
            return False
        return landmarks is None or landmarks(picture, face) is not None

    found = found or [one for one in _large(picture) if seen(one)]
    alone = len(found) == 1 and found[0].side > LONE * longer
    if not alone and longer > SIDE:
        close, scale = _shrunk(picture, close_side(picture.shape[0], picture.shape[1]))
        most = round(1.5 * LEAST * max(close.shape[:2]))
        small = [one.scaled(1 / scale) for one in _found(close, 0, SMALL, most)]
        found = _apart(found + [one for one in small if _sure(picture, one) and seen(one)])
    return tuple(sorted(found, key=lambda one: one.centre[0]))


def close_side(height: int, width: int) -> int:
    """The pixels of the longer side at which smaller faces are sought.

    A panorama gets as many pixels as a picture that is twice as wide as high.

    Example:
        >>> close_side(800, 1200), close_side(1000, 8000)
        (1280, 2560)
    """
    short, long = sorted((height, width))
    return round(CLOSE * math.sqrt(max(1.0, long / (2 * short))))


def _large(picture: NDArray[np.uint8]) -> list[Face]:
    """Faces that are no small part of a picture, by the cascade."""
    shrunk, scale = _shrunk(picture, SIDE)
    found: list[Face] = []
    least = max(SMALL, round(LEAST * max(shrunk.shape[:2])))
    for turn in TURNS:
        if turn and found:  # turned heads are looked for only where there is no upright one
            break
        found += [one for one in _found(shrunk, turn, least) if _sure(shrunk, one)]
    found = _apart(found) or _lying(shrunk, least) or _agreed(shrunk)
    return [one.scaled(1 / scale) for one in found]


def _shrunk(picture: NDArray[np.uint8], side: int) -> tuple[NDArray[np.uint8], float]:
    """A picture whose longer side has so many pixels at most, and its scale."""
    height, width = picture.shape[:2]
    scale = min(side / max(height, width), 1.0)
    if scale == 1:
        return picture, 1.0
    small = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(picture, small, interpolation=cv2.INTER_AREA), np.uint8), scale


def _lying(picture: NDArray[np.uint8], least: int) -> list[Face]:
    """The largest face of a small picture that lies on its side, or stands on its head."""
    height, width = picture.shape[:2]
    back: dict[int, Callable[[float, float], tuple[float, float]]] = {
        1: lambda x, y: (width - y, x),
        2: lambda x, y: (width - x, height - y),
        3: lambda x, y: (y, height - x),
    }
    turns = {1: 90.0, 2: 180.0, 3: -90.0}  # by quarters of a turn
    found = []
    for quarters, turn in turns.items():
        for face in _found(np.ascontiguousarray(np.rot90(picture, quarters)), 0, least):
            x, y = back[quarters](*face.centre)
            found.append(Face(x - face.side / 2, y - face.side / 2, face.side, turn))
    found = [one for one in found if _sure(picture, one)]
    return [max(found, key=lambda one: one.side)] if found else []


def _sure(picture: NDArray[np.uint8], face: Face) -> bool:
    """Whether a find is found again in half of the looks at it: at sizes, turned and mirrored.

    One look's votes jump with the noise that a file's format leaves.
    """
    (x, y), reach = face.centre, 1.5 * face.side
    left, top = max(0, round(x - reach)), max(0, round(y - reach))
    part = picture[top : round(y + reach), left : round(x + reach)]
    found, left_over = 0, 2 * len(AGAIN)
    for side, turn in AGAIN:
        scale = side / max(part.shape[:2])
        size = (max(1, round(part.shape[1] * scale)), max(1, round(part.shape[0] * scale)))
        how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
        seen = np.asarray(cv2.resize(part, size, interpolation=how), np.uint8)
        here = Face((face.left - left) * scale, (face.top - top) * scale, face.side * scale)
        there = Face(size[0] - here.left - here.side, here.top, here.side)
        mirrored, by = np.ascontiguousarray(seen[:, ::-1]), turn + face.turn
        for one, angle, wanted in ((seen, by, here), (mirrored, -by, there)):
            found += any(_agree(other, wanted) for other in _found(one, angle, SMALL))
            left_over -= 1
            if found >= HALF or found + left_over < HALF:
                return found >= HALF
    return False


def _agreed(picture: NDArray[np.uint8]) -> list[Face]:
    """The face of a small picture that most looks at it agree on."""
    finds: list[tuple[int, Face]] = []
    for number, (side, turn) in enumerate(LOOKS):
        seen, scale = _shrunk(picture, side)
        least = max(SMALL, round(LEAST * max(seen.shape[:2])))
        finds += [(number, one.scaled(1 / scale)) for one in _found(seen, turn, least, votes=FEW)]
    faces, support = [], []
    for _, face in finds:
        alike = [(look, one) for look, one in finds if _agree(face, one)]
        count = len({look for look, _ in alike})
        if count >= AGREEING:
            left, top, side, turn = np.mean(
                [(one.left, one.top, one.side, one.turn) for _, one in alike], axis=0
            )
            faces.append(Face(float(left), float(top), float(side), float(turn)))
            support.append(count)
    return [faces[int(np.argmax(support))]] if faces else []


def _found(
    picture: NDArray[np.uint8],
    turn: float,
    least: int,
    most: int | None = None,
    votes: int = VOTES,
) -> list[Face]:
    """Faces of a small picture, of so many pixels, that are upright once it is turned."""
    height, width = picture.shape[:2]
    if min(height, width) < least:
        return []
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), turn, 1.0)
    turned = picture
    if turn:
        edge = cv2.BORDER_REPLICATE
        turned = np.asarray(
            cv2.warpAffine(picture, matrix, (width, height), borderMode=edge), np.uint8
        )
    most = min(height, width) if most is None else max(min(height, width, most), least)
    finds: Iterable[Any] = _cascade().detect_multi_scale(
        img=turned, scale_factor=1.1, step_ratio=1, min_size=(least, least),
        max_size=(most, most), min_neighbor_number=votes,
    )  # fmt: skip
    back = cv2.invertAffineTransform(matrix)
    faces = []
    for one in finds:
        side = float(one["width"])
        middle = back @ np.array([one["c"] + side / 2, one["r"] + side / 2, 1.0])
        faces.append(Face(middle[0] - side / 2, middle[1] - side / 2, side, turn))
    return faces


def _apart(faces: list[Face]) -> list[Face]:
    """The largest of those that overlap."""
    kept: list[Face] = []
    for face in sorted(faces, key=lambda one: -one.side):
        if all(_overlap(face, other) < SAME for other in kept):
            kept.append(face)
    return kept


def _agree(one: Face, two: Face) -> bool:
    """Whether two finds are of one face, and of about one size."""
    least, most = sorted((one.side, two.side))
    return most < 1.5 * least and _overlap(one, two) > ALIKE


def _overlap(one: Face, two: Face) -> float:
    """The shared part of two squares, of the smaller one's area."""
    wide = min(one.left + one.side, two.left + two.side) - max(one.left, two.left)
    tall = min(one.top + one.side, two.top + two.side) - max(one.top, two.top)
    return max(wide, 0.0) * max(tall, 0.0) / min(one.side, two.side) ** 2


@cache
def _cascade() -> Any:
    from skimage import data
    from skimage.feature import Cascade

    file: Any = data.lbp_frontal_face_cascade_filename
    return Cascade(file())
