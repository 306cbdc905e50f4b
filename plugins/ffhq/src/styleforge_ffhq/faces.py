"""Faces and FFHQ's alignment (Karras et al. 2019), by what the plugin photo finds.

FFHQ's square is a formula of the eyes and the corners of the mouth. Its corners are given as two
more landmarks, so that a similarity which brings them to the picture's corners aligns as FFHQ does.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray

if TYPE_CHECKING:
    from torch import Tensor

    from styleforge.pack.subjects import Subject

Array = NDArray[np.float64]
ABOUT = 2.4  # sides of a face as it is found that FFHQ's square has, roughly
SCORE = 0.9  # the networks say yes or no
CENTRED = 4.0  # a face a quarter of the width off the middle counts half
RIGHT_EYE, LEFT_EYE, CORNERS_OF_MOUTH = slice(36, 42), slice(42, 48), (48, 54)  # of IBUG's 68


class FaceLandmarks:
    """Pictures to IBUG's 68 landmarks of a face, and two corners of FFHQ's square.

    Of several faces it is a large one near the middle, where alignment puts whom it is about.

    Where no face is found they are those of a face that fills the picture as FFHQ's do; the
    component ``subjects`` says that there is none.

    Args:
        mesh: a face in a picture of bytes to landmarks, or None.
        detector: a network that finds faces, or None.
    """

    def __init__(self, mesh: Any, detector: Any) -> None:
        self._mesh, self._detector = mesh, detector

    def __call__(self, image: Tensor) -> Tensor:
        """``(N, 3, H, W)`` in [-1, 1] to ``(N, 70, 2)`` in pixels (x, y)."""
        found = []
        for picture in _bytes(image):
            points = self.found(picture)
            if points is None:
                points = usual() * picture.shape[1::-1]
            found.append(np.concatenate([points, corners(points)]))
        return torch.from_numpy(np.stack(found)).to(image)

    def found(self, picture: NDArray[np.uint8]) -> Array | None:
        """The 68 landmarks in a picture ``(H, W, 3)`` of bytes; None where no face is found."""
        from styleforge_photo.faces import find_faces

        middle, width = np.array(picture.shape[1::-1]) / 2, picture.shape[1]

        def meant(face: Any) -> float:
            off = float(np.hypot(*(np.array(face.centre) - middle))) / width
            worth: float = face.side / (1 + CENTRED * off)
            return worth

        for face in sorted(find_faces(picture, self._detector), key=meant, reverse=True):
            points: Array | None = self._mesh(picture, face)
            if points is not None:
                return points
        return None


class AlignedFaces:
    """Finds faces; satisfies ``styleforge.pack.protocols.SubjectFinder``.

    Args:
        faces: what finds them as squares of the face alone.
        landmarks: what finds their landmarks.
    """

    noun = "face"

    def __init__(self, faces: Any, landmarks: FaceLandmarks) -> None:
        self._faces, self._landmarks = faces, landmarks

    def __call__(self, image: Tensor) -> tuple[Subject, ...]:
        """The faces of a picture ``(1, 3, H, W)`` in [-1, 1], from left to right."""
        found = []
        for one in self._faces(image):
            (a, b, c), (d, e, f) = one.place
            rows = (a / ABOUT, b / ABOUT, 0.5 + (c - 0.5) / ABOUT), (
                d / ABOUT, e / ABOUT, 0.5 + (f - 0.5) / ABOUT,
            )  # fmt: skip
            found.append(replace(one, place=rows))
        return tuple(found)

    def score(self, image: Tensor) -> float:
        """How sure it is, in [0, 1], that a picture ``(1, 3, H, W)`` shows a face."""
        return SCORE if self._landmarks.found(_bytes(image)[0]) is not None else 0.0


def corners(points: Array) -> Array:
    """The upper left and the lower right corner ``(2, 2)`` of FFHQ's square.

    Args:
        points: IBUG's 68 landmarks ``(68, 2)``.

    Example:
        >>> points = np.zeros((68, 2))
        >>> points[36:42], points[42:48], points[[48, 54]] = (40, 40), (60, 40), (50, 60)
        >>> corners(points).round(1).tolist()
        [[10.0, 2.0], [90.0, 82.0]]
    """
    right, left = points[RIGHT_EYE].mean(axis=0), points[LEFT_EYE].mean(axis=0)
    between, down = left - right, points[list(CORNERS_OF_MOUTH)].mean(axis=0) - (left + right) / 2
    across = between - down[::-1] * [-1, 1]
    across *= max(2 * np.hypot(*between), 1.8 * np.hypot(*down)) / max(np.hypot(*across), 1e-9)
    along = across[::-1] * [-1, 1]
    centre = (left + right) / 2 + 0.1 * down
    return np.stack([centre - across - along, centre + across + along])


def usual() -> Array:
    """Landmarks ``(68, 2)`` of a face as FFHQ's pictures show it, in parts of the picture.

    Example:
        >>> corners(usual()).round(2).tolist()
        [[0.0, 0.0], [1.0, 1.0]]
    """
    turn = np.linspace(-1, 1, 17)
    jaw = np.stack([0.5 + 0.28 * np.sin(turn * np.pi / 2), 0.42 + 0.5 * np.cos(turn * np.pi / 2)])
    brows = np.stack([np.r_[0.27:0.45:5j, 0.55:0.73:5j], np.full(10, 0.4)])
    nose = np.stack([np.r_[np.full(4, 0.5), 0.45:0.55:5j], np.r_[0.48:0.62:4j, np.full(5, 0.65)]])
    lid, mouth, inner = (np.pi + np.arange(one) * 2 * np.pi / one for one in (6, 12, 8))
    eyes = [
        np.stack([x + 0.04 * np.cos(lid), 0.4722 + 0.015 * np.sin(lid)]) for x in (0.375, 0.625)
    ]
    lips = np.stack([0.5 + 0.11 * np.cos(mouth), 0.75 + 0.04 * np.sin(mouth)])
    within = np.stack([0.5 + 0.09 * np.cos(inner), 0.75 + 0.02 * np.sin(inner)])
    return np.concatenate([jaw, brows, nose, *eyes, lips, within], axis=1).T


def _bytes(image: Tensor) -> NDArray[np.uint8]:
    """``(N, 3, H, W)`` in [-1, 1] to ``(N, H, W, 3)`` in bytes."""
    values = ((image.detach() + 1) * 127.5).round().clamp(0, 255).to(torch.uint8)
    return np.ascontiguousarray(values.permute(0, 2, 3, 1).cpu().numpy())
