"""The faces of a photograph as subjects, so that several are told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from styleforge.pack.subjects import Subject
from styleforge_photo.faces import SIDE, find_faces

if TYPE_CHECKING:
    from torch import Tensor

SCORE = 0.9  # the cascade says yes or no


class Faces:
    """Finds faces; satisfies ``styleforge.pack.protocols.SubjectFinder``.

    Example:
        >>> import torch
        >>> Faces()(torch.zeros(1, 3, 64, 64))
        ()
    """

    noun = "face"

    def __call__(self, image: Tensor) -> tuple[Subject, ...]:
        """The faces of a picture ``(1, 3, H, W)`` in [-1, 1], from left to right."""
        height, width = image.shape[-2:]
        step = max(1, max(height, width) // (2 * SIDE))  # faces are sought at a small size
        values = image[0, :, ::step, ::step].permute(1, 2, 0).cpu().float().numpy()
        scale = min(SIDE / max(values.shape[:2]), 1.0)
        small = (max(8, round(values.shape[1] * scale)), max(8, round(values.shape[0] * scale)))
        shrunk = cv2.resize((values + 1) * 127.5, small, interpolation=cv2.INTER_AREA)
        found = []
        for face in find_faces(shrunk.round().clip(0, 255).astype(np.uint8)):
            one = face.scaled(step / scale)
            unit = 1 / one.side
            place = ((unit, 0.0, -one.left * unit), (0.0, unit, -one.top * unit))
            found.append(Subject(score=SCORE, place=place))
        return tuple(found)

    def score(self, image: Tensor) -> float:
        """Whether a picture ``(1, 3, H, W)`` shows a face: 0.9 or 0."""
        return SCORE if self(image) else 0.0
