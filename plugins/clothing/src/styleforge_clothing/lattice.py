"""A pattern that repeats along two directions: where else the same is seen, to parts of a pixel.

Whole pixels are not enough: a dot eight repeats away would be off by some pixels, and parts of the
pattern that come from two sides would not meet.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import map_coordinates

if TYPE_CHECKING:
    from collections.abc import Iterator

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
SEARCHED = 2  # pixels beside a multiple of a shift in which its best place is sought
MULTIPLES = 6  # of a shift at most that say how long it is
LEAST_ALIKE = 0.4  # correlation of a multiple that says anything
WHOLE = 0.999  # of the pixels that a value is taken from must be known


@dataclass(frozen=True)
class Lattice:
    """Two shifts ``(down, right)`` in pixels, at whose sums a pattern repeats.

    Example:
        >>> sorted(Lattice((0.0, 4.0), (4.0, 0.0)).nodes(4.0))
        [(-4.0, 0.0), (0.0, -4.0), (0.0, 4.0), (4.0, 0.0)]
    """

    first: tuple[float, float]
    second: tuple[float, float]

    def nodes(self, reach: float) -> Iterator[tuple[float, float]]:
        """The shifts ``(down, right)`` up to a length, the shortest first, without none."""
        one, two = np.array(self.first), np.array(self.second)
        area = abs(one[0] * two[1] - one[1] * two[0])
        # a node's distance from the line of the other shift is at most its length
        times = [int(reach * np.hypot(*other) / area) + 1 for other in (two, one)]
        spans = (range(-most, most + 1) for most in times)
        shifts = [n * one + m * two for n, m in product(*spans) if n or m]
        near = sorted((float(np.hypot(*by)), *by.tolist()) for by in shifts)
        return ((down, right) for length, down, right in near if length <= reach)


def refined(alike: Array, shift: tuple[int, int]) -> tuple[float, float]:
    """A shift to parts of a pixel: what its multiples say, as far as they are seen.

    ``alike`` ``(2 H - 1, 2 W - 1)`` is the correlation of a plane with itself at every shift.
    """
    begin = np.array(shift, float)
    best, middle = begin, np.array(alike.shape) // 2
    for times in range(1, MULTIPLES + 1):
        place = np.round(best * times).astype(int) + middle
        low, high = place - SEARCHED - 1, place + SEARCHED + 2
        if (low < 0).any() or (high > alike.shape).any():
            break
        window = alike[low[0] + 1 : high[0] - 1, low[1] + 1 : high[1] - 1]
        if window.max() < LEAST_ALIKE:
            break
        top = np.array(np.unravel_index(window.argmax(), window.shape)) + low + 1
        found = (top - middle + _between(alike, top)) / times
        if np.abs(found - begin).max() > 1:  # of stripes every shift along them is as good
            break
        best = found
    return float(best[0]), float(best[1])


def continued(plane: Array, known: Mask, lattice: Lattice) -> tuple[Array, Mask]:
    """A plane ``(H, W)`` filled from the nearest place of the same, and what is known then."""
    out, have = plane.copy(), known.copy()
    where = np.where(known, plane, 0.0)
    share = known.astype(float)
    for down, right in lattice.nodes(float(np.hypot(*plane.shape))):
        rows, columns = np.nonzero(~have)
        if not len(rows):
            break
        at = np.stack((rows + down, columns + right))
        seen = map_coordinates(share, at, order=1) > WHOLE
        values = map_coordinates(where, at[:, seen], order=1)
        out[rows[seen], columns[seen]] = values
        have[rows[seen], columns[seen]] = True
    return out, have


def _between(alike: Array, top: NDArray[np.int_]) -> Array:
    """By how many pixels a maximum lies beside its pixel: the top of a parabola, both ways."""
    row, column = top
    offsets = []
    for before, after in (
        (alike[row - 1, column], alike[row + 1, column]),
        (alike[row, column - 1], alike[row, column + 1]),
    ):
        bend = before - 2 * alike[row, column] + after
        offsets.append(float(np.clip((before - after) / (2 * bend), -0.5, 0.5)) if bend < 0 else 0)
    return np.array(offsets)
