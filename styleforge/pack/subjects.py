"""Where the subjects of a picture are: what a pack's component ``subjects`` finds."""

from __future__ import annotations

import math
from dataclasses import dataclass

Row = tuple[float, float, float]


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A subject that was found, roughly; landmarks find its place exactly.

    ``score`` is in [0, 1]. ``place`` is the similarity from pixels of the picture to the aligned
    picture in parts of its width: two rows of three numbers.

    Example:
        >>> upright = Subject(score=0.9, place=((0.01, 0.0, 0.0), (0.0, 0.01, 0.0)))
        >>> upright.width  # pixels that the aligned picture's width covers
        100.0
    """

    score: float
    place: tuple[Row, Row]

    @property
    def width(self) -> float:
        """Pixels of the picture that the aligned picture's width covers."""
        (a, b, _), _ = self.place
        return 1 / math.hypot(a, b)
