"""IBUG's 68 landmarks of faces in a photograph, where a network that finds them is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray

from styleforge_photo.subjects import Faces, face_of

if TYPE_CHECKING:
    from torch import Tensor

    from styleforge.pack.subjects import Subject
    from styleforge_photo.detector import FaceDetector
    from styleforge_photo.mesh import FaceMesh

COUNT = 68


class PhotoLandmarks:
    """Finds landmarks; satisfies ``styleforge.pack.protocols.LandmarksOfSubjects``.

    Args:
        mesh: the network.
        detector: a network that finds faces; a cascade does where there is none.

    Example:
        >>> import torch
        >>> PhotoLandmarks(lambda picture, face: None)(torch.zeros(1, 3, 64, 48))[0, 0].tolist()
        [24.0, 32.0]
    """

    def __init__(self, mesh: FaceMesh, detector: FaceDetector | None = None) -> None:
        self._mesh, self._faces = mesh, Faces(detector, mesh)

    def __call__(self, image: Tensor) -> Tensor:
        """Landmarks ``(N, 68, 2)`` of the largest face of each picture ``(N, 3, H, W)``.

        All are in the middle of a picture without one.
        """
        found = []
        for one in torch.split(image, 1):
            faces = self._faces(one)
            points = self.of(one, max(faces, key=lambda face: face.width)) if faces else None
            middle = one.new_tensor([one.shape[-1] / 2, one.shape[-2] / 2])
            found.append(middle.expand(1, COUNT, 2) if points is None else points)
        return torch.cat(found)

    def of(self, image: Tensor, subject: Subject) -> Tensor | None:
        """Landmarks ``(1, 68, 2)`` of one face of a picture ``(1, 3, H, W)``; None if not seen."""
        values = image[0].permute(1, 2, 0).cpu().float().numpy()
        picture = np.ascontiguousarray(((values + 1) * 127.5).round().clip(0, 255), np.uint8)
        points: NDArray[np.float64] | None = self._mesh(picture, face_of(subject))
        return None if points is None else torch.from_numpy(points)[None].to(image)
