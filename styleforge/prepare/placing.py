"""The place of a subject: a similarity by its landmarks, made better turn by turn."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from styleforge.pack.models import Models
from styleforge.pack.pack import Alignment
from styleforge.pack.subjects import Subject
from styleforge.prepare import geometry
from styleforge.prepare.geometry import Matrix

ALIGNED = 0.02  # landmarks off by less than this share of the width count as aligned
# Of a subject's score in the aligned picture. `python -m benchmarks.subjects` prints what edited
# portraits have at least, and what is no portrait, but can be aligned, at most.
LEAST = 0.45
SAME = 0.3  # of the width: two placements nearer than this are of one subject


@dataclass(frozen=True, kw_only=True)
class Placed:
    """A subject's place: the matrix from photo to picture, how far landmarks are off, its score.

    ``off`` is a share of the picture's width. ``moved`` is False where the photo, scaled to the
    picture, was aligned as it is.

    Example:
        >>> Placed(matrix=np.eye(2, 3), off=0.01, score=0.9, moved=False).good
        True
    """

    matrix: Matrix
    off: float
    score: float = 1.0
    moved: bool = True

    @property
    def good(self) -> bool:
        """Whether it is a subject, in its place."""
        return self.off <= ALIGNED and self.score >= LEAST

    @property
    def worth(self) -> float:
        """By which the better of two placements of one subject is known."""
        return self.score - 2 * self.off

    def middle(self, size: tuple[int, int]) -> tuple[float, float]:
        """Where the photo shows the middle of the picture of ``size`` (H, W), in pixels (x, y)."""
        back = geometry.invert(self.matrix)
        x, y = back[:, :2] @ np.array([size[1] / 2, size[0] / 2]) + back[:, 2]
        return float(x), float(y)

    def subject(self, size: tuple[int, int]) -> Subject:
        """As a subject of the photo, of which the picture of ``size`` (H, W) is made."""
        first, second = (tuple(float(one) / size[1] for one in row) for row in self.matrix)
        return Subject(score=self.score, place=(first, second))  # type: ignore[arg-type]

    def same(self, other: Placed, size: tuple[int, int]) -> bool:
        """Whether both are placements of one subject."""
        apart = np.subtract(self.middle(size), other.middle(size))
        scale = min(geometry.scale_of(self.matrix), geometry.scale_of(other.matrix))
        return bool(np.hypot(*apart) < SAME * size[1] / scale)

    def nudged(self, scale: float, down: float, size: tuple[int, int]) -> Matrix:
        """A place beside this one, for a picture of ``size`` (H, W).

        It is enlarged by ``scale`` about the middle, and moved ``down`` by a share of the height.
        """
        height, width = size
        step = [
            [scale, 0, (1 - scale) * width / 2],
            [0, scale, (1 - scale) * height / 2 + down * height],
        ]
        return np.asarray(np.array(step) @ np.vstack([self.matrix, [0, 0, 1]]), np.float64)

    def of_larger(self, scale: float) -> Placed:
        """The same place in the photo of which this one is a copy, made smaller by ``scale``."""
        return replace(self, matrix=self.matrix * [scale, scale, 1])


def settle(
    photo: Tensor,
    matrix: Matrix,
    models: Models,
    alignment: Alignment,
    turns: int,
    enough: float = ALIGNED,
) -> Placed:
    """The best place on the way from a rough one, turn by turn, by landmarks.

    Args:
        photo: ``(1, 3, H, W)`` in [-1, 1].
        matrix: the rough place, from photo to picture.
        models: with landmarks; where they have ``subjects``, an aligned picture is given its score.
        alignment: where landmarks are wanted.
        turns: how often the place is made better, at most.
        enough: a place at which landmarks are off by less is taken.

    Example:
        >>> from styleforge.testing import toy
        >>> eyes = Alignment(groups=((0,), (1,)), places=((10 / 32, 14 / 32), (22 / 32, 14 / 32)))
        >>> photo = torch.zeros(1, 3, 32, 32)
        >>> settle(photo, np.eye(2, 3), Models(toy.toy_pack()), eyes, turns=3).moved
        False
    """
    height, width = models.pack.frame
    want = np.array(alignment.places) * [width, height]  # (G, 2)
    best = Placed(matrix=matrix, off=np.inf)
    for turn in range(turns + 1):
        image = geometry.warp(photo, matrix, (height, width))
        with torch.no_grad():
            points = models.get("landmarks")(image)[0].cpu().double().numpy()  # (L, 2)
        have = np.stack([points[list(group)].mean(axis=0) for group in alignment.groups])
        off = float(np.abs(have - want).max() / width)
        if off < best.off:
            best = Placed(matrix=matrix, off=off, moved=turn > 0)
        if off <= enough:
            break
        matrix = geometry.similarity(have, want) @ np.vstack([matrix, [0, 0, 1]])
        if not 1e-3 < geometry.scale_of(matrix) < 1e3:  # landmarks fell together
            break
    if best.off > ALIGNED or not models.has("subjects"):
        return best
    image = geometry.warp(photo, best.matrix, (height, width))
    return replace(best, score=models.get("subjects").score(image))


def fit_matrix(photo: Tensor, size: tuple[int, int]) -> Matrix:
    """The matrix that scales a photo ``(1, C, H, W)`` into ``size`` (H, W), all of it, centred.

    Example:
        >>> fit_matrix(torch.zeros(1, 3, 64, 128), (32, 32)).tolist()
        [[0.25, 0.0, 0.0], [0.0, 0.25, 8.0]]
    """
    height, width = photo.shape[-2:]
    scale = min(size[0] / height, size[1] / width)
    return np.array(
        [
            [scale, 0, (size[1] - scale * width) / 2],
            [0, scale, (size[0] - scale * height) / 2],
        ]
    )
