"""The faces of a photograph: by a network where it is there, else by the cascade."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from styleforge_photo.cascade import SMALL, agree, faces_in, overlap
from styleforge_photo.layout import Face
from styleforge_photo.looks import settled, sure
from styleforge_photo.tints import coloured

if TYPE_CHECKING:
    from collections.abc import Callable

SIDE = 640  # pixels of the longer side at which faces are sought
LEAST = 0.06  # of the longer side: smaller faces are not sought there
CLOSE = 1280  # pixels of the longer side at which smaller faces are sought
LONE = 0.15  # of the longer side: beside one such face nobody else is sought
TURNS = (0.0, -25.0, 25.0)  # degrees; the cascade knows upright faces, so the picture is turned
# What fewer make is believed where looks at several sizes and turns agree on it.
LOOKS = ((640, 0.0), *((side, turn) for side in (400, 256) for turn in (-15.0, 0.0, 15.0)))
FEW, AGREEING = 4, 3  # finds in a look, and looks
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

    found = found or [settled(picture, one) for one in _large(picture) if seen(one)]
    alone = len(found) == 1 and found[0].side > LONE * longer
    if not alone and longer > SIDE:
        close, scale = _shrunk(picture, close_side(picture.shape[0], picture.shape[1]))
        most = round(1.5 * LEAST * max(close.shape[:2]))
        small = [one.scaled(1 / scale) for one in faces_in(close, 0, SMALL, most)]
        small = [settled(picture, one) for one in small if sure(picture, one) and seen(one)]
        found = _apart(found + small)
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
        found += [one for one in faces_in(shrunk, turn, least) if sure(shrunk, one)]
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
        for face in faces_in(np.ascontiguousarray(np.rot90(picture, quarters)), 0, least):
            x, y = back[quarters](*face.centre)
            found.append(Face(x - face.side / 2, y - face.side / 2, face.side, turn))
    found = [one for one in found if sure(picture, one)]
    return [max(found, key=lambda one: one.side)] if found else []


def _agreed(picture: NDArray[np.uint8]) -> list[Face]:
    """The face of a small picture that most looks at it agree on."""
    finds: list[tuple[int, Face]] = []
    for number, (side, turn) in enumerate(LOOKS):
        seen, scale = _shrunk(picture, side)
        least = max(SMALL, round(LEAST * max(seen.shape[:2])))
        finds += [(number, one.scaled(1 / scale)) for one in faces_in(seen, turn, least, votes=FEW)]
    faces, support = [], []
    for _, face in finds:
        alike = [(look, one) for look, one in finds if agree(face, one)]
        count = len({look for look, _ in alike})
        if count >= AGREEING:
            left, top, side, turn = np.mean(
                [(one.left, one.top, one.side, one.turn) for _, one in alike], axis=0
            )
            faces.append(Face(float(left), float(top), float(side), float(turn)))
            support.append(count)
    return [faces[int(np.argmax(support))]] if faces else []


def _apart(faces: list[Face]) -> list[Face]:
    """The largest of those that overlap."""
    kept: list[Face] = []
    for face in sorted(faces, key=lambda one: -one.side):
        if all(overlap(face, other) < SAME for other in kept):
            kept.append(face)
    return kept
