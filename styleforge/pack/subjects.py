"""Where the subjects of a picture are: what a pack's component ``subjects`` finds."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

Row = tuple[float, float, float]
Part = tuple[float, float, float, float]


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A subject that was found, roughly; landmarks find its place exactly.

    ``score`` is in [0, 1]. ``place`` is the similarity from pixels of the picture to the aligned
    picture in parts of its width: two rows of three numbers. ``part`` is what of the picture
    belongs to it, in pixels: left, top, right and bottom, which may lie beyond the border. A pack
    without a size looks at that part of a large photograph alone; at all of it where None.

    Example:
        >>> upright = Subject(score=0.9, place=((0.01, 0.0, 0.0), (0.0, 0.01, 0.0)))
        >>> upright.width  # pixels that the aligned picture's width covers
        100.0
    """

    score: float
    place: tuple[Row, Row]
    part: Part | None = None

    @property
    def width(self) -> float:
        """Pixels of the picture that the aligned picture's width covers."""
        (a, b, _), _ = self.place
        return 1 / math.hypot(a, b)

    @property
    def middle(self) -> tuple[float, float]:
        """The pixel (x, y) that the alignment puts half a width from the left and from the top."""
        (a, b, c), (_, _, f) = self.place
        u, v = (0.5 - c) * self.width**2, (0.5 - f) * self.width**2
        return a * u - b * v, b * u + a * v

    def within(self, width: int, height: int) -> tuple[int, int, int, int]:
        """Its part of a picture of that size: left, top, right and bottom in whole pixels.

        Example:
            >>> row = (0.01, 0.0, 0.0)
            >>> Subject(score=1, place=(row, row), part=(-5, 10.5, 30, 80)).within(64, 64)
            (0, 10, 30, 64)
        """
        left, top, right, bottom = self.part or (0, 0, width, height)
        left, top = (min(max(math.floor(one), 0), size - 1)
                     for one, size in ((left, width), (top, height)))  # fmt: skip
        right, bottom = (min(max(math.ceil(one), first + 1), size) for one, first, size in
                         ((right, left, width), (bottom, top, height)))  # fmt: skip
        return int(left), int(top), int(right), int(bottom)

    def scaled(self, scale: float) -> Subject:
        """The subject in the same picture, enlarged by ``scale``."""
        first, second = ((a / scale, b / scale, c) for a, b, c in self.place)
        return replace(self, place=(first, second), part=_stretched(self.part, scale))

    def moved(self, across: float, down: float) -> Subject:
        """The subject in the same picture, moved by so many pixels."""
        first, second = ((a, b, c - a * across - b * down) for a, b, c in self.place)
        return replace(self, place=(first, second), part=_stretched(self.part, 1, across, down))


def _stretched(part: Part | None, scale: float, across: float = 0, down: float = 0) -> Part | None:
    """A part that is enlarged, then moved."""
    if part is None:
        return None
    left, top, right, bottom = (one * scale for one in part)
    return left + across, top + down, right + across, bottom + down
