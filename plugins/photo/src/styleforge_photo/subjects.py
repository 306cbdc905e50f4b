"""The faces of a photograph as subjects: of several, one can be chosen."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import cv2
import numpy as np

from styleforge.pack.subjects import Subject
from styleforge_photo.faces import close_side, find_faces
from styleforge_photo.layout import Face

if TYPE_CHECKING:
    from torch import Tensor

    from styleforge_photo.detector import FaceDetector
    from styleforge_photo.mesh import FaceMesh

SCORE = 0.9  # the cascade says yes or no
# What of the photograph belongs to a face, in widths of it from its centre: to the left and the
# right, above and below. Hair and clothing to the knees lie within.
BESIDE, ABOVE, BELOW = 4.0, 3.0, 7.0


class Faces:
    """Finds faces; satisfies ``styleforge.pack.protocols.SubjectFinder``.

    Args:
        detector: a network that finds them; a cascade does where there is none.
        landmarks: a network of them, which judges what the cascade finds.

    Example:
        >>> import torch
        >>> Faces()(torch.zeros(1, 3, 64, 64))
        ()
    """

    noun = "face"

    def __init__(
        self, detector: FaceDetector | None = None, landmarks: FaceMesh | None = None
    ) -> None:
        self._detector, self._landmarks = detector, landmarks

    def __call__(self, image: Tensor) -> tuple[Subject, ...]:
        """The faces of a picture ``(1, 3, H, W)`` in [-1, 1], from left to right."""
        height, width = image.shape[-2:]
        scale = min(close_side(height, width) / max(height, width), 1.0)
        values = image[0].permute(1, 2, 0).cpu().float().numpy()
        if scale < 1:
            small = (max(8, round(width * scale)), max(8, round(height * scale)))
            values = cv2.resize(values, small, interpolation=cv2.INTER_AREA)
        seen = ((values + 1) * 127.5).round().clip(0, 255).astype(np.uint8)
        return tuple(
            subject_of(face.scaled(1 / scale))
            for face in find_faces(seen, self._detector, self._landmarks)
        )

    def score(self, image: Tensor) -> float:
        """Whether a picture ``(1, 3, H, W)`` shows a face: 0.9 or 0."""
        return SCORE if self(image) else 0.0


def subject_of(face: Face) -> Subject:
    """A face as a subject, whose aligned picture would be the face's square, upright.

    Example:
        >>> face_of(subject_of(Face(10, 20, 100, turn=25))).turn
        25.0
    """
    (x, y), turn = face.centre, math.radians(face.turn)
    across, down = math.cos(turn) / face.side, math.sin(turn) / face.side
    return Subject(
        score=SCORE,
        place=(
            (across, down, 0.5 - across * x - down * y),
            (-down, across, 0.5 + down * x - across * y),
        ),
        part=(
            x - BESIDE * face.side, y - ABOVE * face.side, x + BESIDE * face.side,
            y + BELOW * face.side,
        ),
    )  # fmt: skip


def face_of(subject: Subject) -> Face:
    """The face that a subject was made of.

    Example:
        >>> face_of(subject_of(Face(10, 20, 100))).side
        100.0
    """
    (a, b, _), _ = subject.place
    (x, y), side = subject.middle, subject.width
    turn = round(math.degrees(math.atan2(b, a)), 6)
    return Face(round(x - side / 2, 6), round(y - side / 2, 6), round(side, 6), turn)
