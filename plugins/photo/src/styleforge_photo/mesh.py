"""Landmarks of a face by MediaPipe's face mesh (Kartynnik et al. 2019); OpenCV runs the network.

The network sees the face alone, upright, and gives 468 points of its surface, or 478 with those of
the irises, and whether there is a face. The 68 points of IBUG's layout are among them.
"""

from __future__ import annotations

import math
import zipfile
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from styleforge.errors import UserError
from styleforge_photo.layout import Face
from styleforge_photo.tflite import first_taken, read_tflite

Array = NDArray[np.float64]
SIDES = (192, 256)  # pixels of the square that it sees: of the older network and the newer one
COUNTS = (468, 478)
ABOUT = 1.5  # sides of a face that it is shown
LOOKS = 2  # the first is at where the face was found, the next at where its points are
ZIP = b"PK\x03\x04"
SURE = 0.5  # chance from which there is a face
IN_TASK = "face_landmarks_detector.tflite"  # within MediaPipe's bundle face_landmarker.task
# IBUG's 68 among the points, in its order; right is the subject's right, the picture's left.
IBUG68 = (
    127, 234, 93, 132, 58, 136, 150, 176, 152, 400, 379, 365, 288, 361, 323, 454, 356,  # jaw
    70, 63, 105, 66, 107, 336, 296, 334, 293, 300,  # brows
    168, 197, 5, 4, 75, 97, 2, 326, 305,  # bridge and nostrils
    33, 160, 158, 133, 153, 144, 362, 385, 387, 263, 373, 380,  # eyes
    61, 39, 37, 0, 267, 269, 291, 405, 314, 17, 84, 181,  # lips
    78, 82, 13, 312, 308, 317, 14, 87,  # mouth
)  # fmt: skip
RIGHT_EYE, LEFT_EYE = slice(36, 42), slice(42, 48)


class FaceMesh:
    """A face in a picture to its 68 landmarks.

    Args:
        path: of the file.

    Raises:
        UserError: it is no such network.

    Example:
        >>> FaceMesh(Path("none.tflite"))
        Traceback (most recent call last):
        styleforge.errors.UserError: it is not there
    """

    def __init__(self, path: Path) -> None:
        self._net: Any = read_tflite(path)
        taken = first_taken(SIDES, lambda side: self._run(np.zeros((side, side, 3), np.float32)))
        if taken is None:
            raise UserError("it holds a network that finds no landmarks as the face mesh does")
        self.side, (points, _) = taken
        self.count = len(points)

    def __call__(self, picture: NDArray[np.uint8], face: Face) -> Array | None:
        """Landmarks ``(68, 2)`` of a face in a picture ``(H, W, 3)`` of bytes: pixels (x, y).

        None where it sees no face there.
        """
        (x, y), side, turn = face.centre, ABOUT * face.side, face.turn
        points, chance = np.empty((0, 2)), 0.0
        for _ in range(LOOKS):
            points, chance = self._seen(picture, (x, y), side, turn)
            if chance < SURE:
                return None
            low, high = points.min(axis=0), points.max(axis=0)
            x, y = (low + high) / 2
            side = ABOUT * float((high - low).max())
            some = points[list(IBUG68)]
            across = some[LEFT_EYE].mean(axis=0) - some[RIGHT_EYE].mean(axis=0)
            turn = math.degrees(math.atan2(across[1], across[0]))
        return np.asarray(points[list(IBUG68)])

    def _seen(
        self, picture: NDArray[np.uint8], centre: tuple[float, float], side: float, turn: float
    ) -> tuple[Array, float]:
        """All points in pixels of a picture, seen in a square of it, and the chance of a face."""
        by = min(1.0, 2 * self.side / side)  # a warp skips pixels of what is much too large
        if by < 1:
            size = (max(1, round(picture.shape[1] * by)), max(1, round(picture.shape[0] * by)))
            picture = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)
        scale, angle, half = self.side / (by * side), math.radians(turn), self.side / 2
        cos, sin = scale * math.cos(angle), scale * math.sin(angle)
        x, y = by * centre[0], by * centre[1]
        matrix = np.array(
            [[cos, sin, half - cos * x - sin * y], [-sin, cos, half + sin * x - cos * y]]
        )
        seen = cv2.warpAffine(picture, matrix, (self.side, self.side), flags=cv2.INTER_LINEAR)
        points, chance = self._run(np.asarray(seen, np.float32) / 255)
        back = cv2.invertAffineTransform(matrix)
        return np.asarray((points @ back[:, :2].T + back[:, 2]) / by), chance

    def _run(self, picture: NDArray[Any]) -> tuple[Array, float]:
        """``(side, side, 3)`` in [0, 1] to points ``(468 or 478, 2)`` in its pixels, and a chance.

        Raises:
            UserError: it gives something else.
        """
        self._net.setInput(np.ascontiguousarray(picture.transpose(2, 0, 1)[None], np.float32))
        found = self._net.forward(list(self._net.getUnconnectedOutLayersNames()))
        by_size = {int(one.size): np.asarray(one, np.float64).ravel() for one in found}
        for count in COUNTS:
            if 3 * count in by_size and 1 in by_size:
                chance = 1 / (1 + math.exp(-float(np.clip(by_size[1][0], -30, 30))))
                return by_size[3 * count].reshape(count, 3)[:, :2], chance
        sizes = ", ".join(str(one) for one in by_size)
        msg = f"it gives {sizes} numbers, and {3 * COUNTS[0]} or {3 * COUNTS[1]} are expected"
        raise UserError(msg)


def unpacked(path: Path, folder: Path) -> Path:
    """The network of a file; of MediaPipe's bundle ``face_landmarker.task``, taken out of it.

    Args:
        path: of the file, or of the bundle.
        folder: where what is taken out is put.

    Raises:
        UserError: the bundle has none.
    """
    with path.open("rb") as file:
        if file.read(len(ZIP)) != ZIP:  # a network may end with an archive of its labels
            return path
    with zipfile.ZipFile(path) as bundle:
        if IN_TASK not in bundle.namelist():
            raise UserError(f"it is an archive without {IN_TASK}")
        return Path(bundle.extract(IN_TASK, folder))
