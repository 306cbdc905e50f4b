"""Faces by BlazeFace (Bazarevsky et al. 2019), as MediaPipe publishes it; OpenCV runs it.

The network sees 128 x 128 pixels and gives, for 896 anchors, a box, six points and a score.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from styleforge.errors import UserError
from styleforge_photo.layout import Face
from styleforge_photo.tflite import read_tflite

Array = NDArray[np.float32]
SIDE = 128
GRIDS = ((16, 2), (8, 6))  # cells of a side, and anchors in each
OUTPUTS = ("regressors", "classificators")
SURE = 0.7  # of a face; cats reach 0.6
WIDE = 1.06  # of the box: the square that the layout of regions is measured in
BELOW = 0.12  # of that square: its centre from the middle of the eyes
PARTS = 0.5  # of the longer side: windows in which smaller faces are sought


class FaceDetector:
    """Pictures to faces.

    Args:
        path: of the file.

    Raises:
        UserError: it is no such network.

    Example:
        >>> FaceDetector(Path("none.tflite"))
        Traceback (most recent call last):
        styleforge.errors.UserError: it is not there
    """

    side = SIDE

    def __init__(self, path: Path) -> None:
        self._net: Any = read_tflite(path)
        try:
            self._run(np.zeros((SIDE, SIDE, 3), np.float32))
        except (cv2.error, ValueError) as error:
            raise UserError("it holds a network that finds no faces as BlazeFace does") from error

    def __call__(self, picture: NDArray[np.uint8]) -> list[Face]:
        """The faces of a picture ``(H, W, 3)`` of bytes, some of them perhaps twice."""
        height, width = picture.shape[:2]
        longer = max(height, width)
        found = self._within(picture, 0, 0, longer)
        if any(face.side > PARTS * longer / 2 for face in found):
            return found  # nobody small is meant beside so large a face
        side = round(PARTS * longer)
        for top in range(0, max(1, height - side // 2), max(1, side // 2)):
            for left in range(0, max(1, width - side // 2), max(1, side // 2)):
                found += self._within(picture, left, top, side)
        return found

    def _within(self, picture: NDArray[np.uint8], left: int, top: int, side: int) -> list[Face]:
        """Those of a square part of a picture, which may reach beyond its border."""
        part = picture[top : top + side, left : left + side]
        scale = SIDE / side
        small = (max(1, round(part.shape[1] * scale)), max(1, round(part.shape[0] * scale)))
        fed = np.zeros((SIDE, SIDE, 3), np.float32)
        fed[: small[1], : small[0]] = cv2.resize(part, small, interpolation=cv2.INTER_AREA)
        boxes, scores = self._run(fed / 127.5 - 1)
        chances = 1 / (1 + np.exp(-np.clip(scores, -30, 30)))
        kept: list[Face] = []
        for at in np.argsort(-chances)[: int((chances > SURE).sum())]:  # the surest first
            face = _face(boxes[at] / scale, left, top)
            (x, y), near = face.centre, face.side / 2
            if all(math.dist((x, y), other.centre) > near for other in kept):
                kept.append(face)
        return kept

    def _run(self, picture: NDArray[Any]) -> tuple[Array, Array]:
        """``(128, 128, 3)`` in [-1, 1] to boxes and points ``(896, 16)`` in pixels, and scores.

        Raises:
            ValueError: it gives something else.
        """
        self._net.setInput(np.ascontiguousarray(picture.transpose(2, 0, 1)[None], np.float32))
        boxes, scores = (np.asarray(one) for one in self._net.forward(list(OUTPUTS)))
        anchors = _anchors()
        moved = boxes.reshape(len(anchors), 16).copy()
        for first in (0, 4, 6, 8, 10, 12, 14):  # the second pair is the box's size
            moved[:, first : first + 2] += anchors
        return moved, scores.reshape(len(anchors))


def _face(values: Array, left: int, top: int) -> Face:
    """A face of a box and points ``(16,)`` in pixels of a part of a picture."""
    side = WIDE * float(max(values[2], values[3]))
    (x, y), (u, v) = values[4:6], values[6:8]  # the eyes, the left one of the picture first
    turn = math.atan2(v - y, u - x)
    # Between the middle of the eyes, which follows a head that looks aside, and that of the box.
    across = (float(x + u) / 2 + float(values[0])) / 2
    down = float(y + v) / 2
    centre_x = across - math.sin(turn) * BELOW * side + left
    centre_y = down + math.cos(turn) * BELOW * side + top
    return Face(centre_x - side / 2, centre_y - side / 2, side, math.degrees(turn))


def _anchors() -> Array:
    """Where the anchors are, ``(896, 2)`` in pixels (x, y).

    Example:
        >>> _anchors().shape, _anchors()[0].tolist()
        ((896, 2), [4.0, 4.0])
    """
    found = []
    for cells, count in GRIDS:
        at = (np.arange(cells) + 0.5) * SIDE / cells
        x, y = np.meshgrid(at, at)
        found.append(np.repeat(np.stack([x.ravel(), y.ravel()], axis=1), count, axis=0))
    return np.concatenate(found).astype(np.float32)
