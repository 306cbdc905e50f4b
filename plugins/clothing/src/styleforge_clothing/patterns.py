"""A pattern beyond what is seen of it: continued by the shifts at which it repeats.

Where a reference's pattern is hidden, or its region ends, a wider one goes on as it would.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter

from styleforge.prepare.masks import scaled
from styleforge.prepare.nearest import nearest_known
from styleforge_clothing.signals import convolved

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
LEAST = 6  # pixels at a width of 256 of a shift; below it a pattern only resembles itself
ALIKE = 0.4  # correlation from which a shift is one at which the pattern repeats
OVERLAP = 0.15  # part of what is seen that a shift must be judged by
SHIFTS = 12  # at most
PEAK = 5  # pixels at a width of 256 in which a shift is the best
FARTHER = 0.001  # of correlation that a pixel more at a width of 256 must be worth
FLAT = 0.05  # standard deviation of a plane that has no pattern


def continued_pattern(plane: Array, known: Mask) -> Array:
    """A plane ``(H, W)`` with what is not ``known`` made up from the rest.

    Shifts are local maxima of the normalized correlation of the plane with itself, tried from the
    best; what none of them reaches takes the nearest value.
    """
    if not known.any() or known.all():
        return plane
    if plane[known].std() < FLAT:
        return np.where(known, plane, np.median(plane[known]))
    out, have = np.where(known, plane, 0.0), known.copy()
    shifts = repeats(plane, known)
    for down, right in shifts:  # each as far as it goes, so that worse ones fill what is left
        before = -1
        while before < have.sum():
            before = have.sum()
            for sign in (1, -1):
                values, there = _moved(out, have, sign * down, sign * right)
                new = there & ~have
                out[new] = values[new]
                have |= new
    return nearest(out, have)


def nearest(plane: Array, known: Mask) -> Array:
    """A plane ``(H, W)`` with the nearest value where it is not ``known``."""
    rows, columns = nearest_known(known)
    return np.asarray(plane[rows, columns])


def repeats(plane: Array, known: Mask) -> tuple[tuple[int, int], ...]:
    """The shifts ``(down, right)`` at which a plane repeats itself, the best first."""
    mask = known.astype(float)
    values = np.where(known, plane - plane[known].mean(), 0.0)

    def correlate(one: Array, two: Array) -> Array:
        return convolved(one, two[::-1, ::-1])

    overlap = correlate(mask, mask)
    energy = correlate(values**2, mask) * correlate(mask, values**2)
    alike = correlate(values, values) / np.sqrt(np.maximum(energy, 1e-9))
    alike[overlap < OVERLAP * mask.sum()] = -1
    height, width = plane.shape
    down, right = np.mgrid[1 - height : height, 1 - width : width]
    length = np.hypot(down, right) / scaled(1, width)
    beside = max(1, round(scaled(PEAK // 2, width)))
    alike[(length < LEAST) | (down < 0) | ((down == 0) & (right < 0))] = -1
    peaks = (alike == maximum_filter(alike, size=2 * beside + 1)) & (alike > ALIKE)
    order = np.argsort(-(alike[peaks] - FARTHER * length[peaks]))[:SHIFTS]
    return tuple(zip(down[peaks][order].tolist(), right[peaks][order].tolist(), strict=True))


def _moved(plane: Array, have: Mask, down: int, right: int) -> tuple[Array, Mask]:
    """The plane shifted, and where it is then known."""
    values, there = np.zeros_like(plane), np.zeros_like(have)
    shifts = tuple(zip((down, right), plane.shape, strict=True))
    to = tuple(slice(max(by, 0), side + min(by, 0)) for by, side in shifts)
    of = tuple(slice(max(-by, 0), side + min(-by, 0)) for by, side in shifts)
    values[to], there[to] = plane[of], have[of]
    return values, there
