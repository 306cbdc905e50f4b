"""A pattern beyond what is seen of it: continued by the shifts at which it repeats.

Where a reference's pattern is hidden, or its region ends, a wider one goes on as it would. Two
shifts that are independent make a lattice (`styleforge_clothing.lattice`), which says where to look
from any place at once; other shifts fill what is left.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter

from styleforge.prepare.masks import scaled
from styleforge.prepare.nearest import nearest_known
from styleforge_clothing.lattice import Lattice, continued, refined
from styleforge_clothing.signals import convolved

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
LEAST = 6  # pixels at a width of 256 of a shift; below it a pattern only resembles itself
ALIKE = 0.4  # correlation from which a shift is one at which the pattern repeats
OVERLAP = 0.15  # part of what is seen that a shift must be judged by
SHIFTS = 12  # at most
AS_GOOD = 0.1  # of correlation, within which the shorter of two shifts is taken for the lattice
ALONG = 0.75  # of the correlation at the shortest shift, from which half of it says: stripes
APART = 0.35  # sine of the angle between the shifts of a lattice, at least
PEAK = 5  # pixels at a width of 256 in which a shift is the best
FARTHER = 0.001  # of correlation that a pixel more at a width of 256 must be worth
FLAT = 0.05  # standard deviation of a plane that has no pattern


def continued_pattern(plane: Array, known: Mask) -> Array:
    """A plane ``(H, W)`` with what is not ``known`` made up from the rest.

    Shifts are local maxima of the normalized correlation of the plane with itself. A lattice of two
    of them comes first; then they are tried from the best; what none of them reaches takes the
    nearest value.
    """
    if not known.any() or known.all():
        return plane
    if plane[known].std() < FLAT:
        return np.where(known, plane, np.median(plane[known]))
    out, have = np.where(known, plane, 0.0), known.copy()
    alike = likeness(plane, known)
    shifts = repeats(alike)
    lattice = lattice_of(alike, shifts)
    if lattice is not None:
        out, have = continued(out, have, lattice)
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


def latticed(plane: Array, known: Mask) -> bool:
    """Whether what is known of a plane ``(H, W)`` repeats in two directions, as dots do."""
    if not known.any() or plane[known].std() < FLAT:
        return False
    alike = likeness(plane, known)
    return lattice_of(alike, repeats(alike)) is not None


def nearest(plane: Array, known: Mask) -> Array:
    """A plane ``(H, W)`` with the nearest value where it is not ``known``."""
    rows, columns = nearest_known(known)
    return np.asarray(plane[rows, columns])


def likeness(plane: Array, known: Mask) -> Array:
    """How alike a plane ``(H, W)`` and itself are at every shift ``(2 H - 1, 2 W - 1)``.

    The normalized correlation of what is known in both; -1 where that is too little to say. No
    shift is in the middle.
    """
    mask = known.astype(float)
    values = np.where(known, plane - plane[known].mean(), 0.0)

    def correlate(one: Array, two: Array) -> Array:
        return convolved(one, two[::-1, ::-1])

    overlap = correlate(mask, mask)
    energy = correlate(values**2, mask) * correlate(mask, values**2)
    alike = correlate(values, values) / np.sqrt(np.maximum(energy, 1e-9))
    return np.asarray(np.where(overlap < OVERLAP * mask.sum(), -1, alike))


def repeats(alike: Array) -> tuple[tuple[int, int], ...]:
    """The shifts ``(down, right)`` at which a plane repeats itself, the best first."""
    height, width = (alike.shape[0] + 1) // 2, (alike.shape[1] + 1) // 2
    down, right = np.mgrid[1 - height : height, 1 - width : width]
    length = np.hypot(down, right) / scaled(1, width)
    beside = max(1, round(scaled(PEAK // 2, width)))
    other = (length < LEAST) | (down < 0) | ((down == 0) & (right < 0))
    alike = np.where(other, -1, alike)
    peaks = (alike == maximum_filter(alike, size=2 * beside + 1)) & (alike > ALIKE)
    order = np.argsort(-(alike[peaks] - FARTHER * length[peaks]))[:SHIFTS]
    return tuple(zip(down[peaks][order].tolist(), right[peaks][order].tolist(), strict=True))


def lattice_of(alike: Array, shifts: tuple[tuple[int, int], ...]) -> Lattice | None:
    """The two shortest independent shifts that are about as good as the best; None without two.

    Stripes have none: they are alike all the way along, so at half of any shift's length, too.
    """
    if not shifts:
        return None
    middle = np.array(alike.shape) // 2
    at = {shift: float(alike[tuple(middle + shift)]) for shift in shifts}
    good = [shift for shift in shifts if at[shift] > max(at.values()) - AS_GOOD]
    good.sort(key=lambda shift: np.hypot(*shift))
    rows, columns = np.ogrid[: alike.shape[0], : alike.shape[1]]
    away = np.hypot(rows - middle[0], columns - middle[1])
    half = np.abs(away - np.hypot(*good[0]) / 2) < 1
    if alike[half].max() > ALONG * at[good[0]]:
        return None
    first = refined(alike, good[0])
    for other in good[1:]:
        second = refined(alike, other)
        across = first[0] * second[1] - first[1] * second[0]
        if abs(across) > APART * np.hypot(*first) * np.hypot(*second):
            return Lattice(first, second)
    return None


def _moved(plane: Array, have: Mask, down: int, right: int) -> tuple[Array, Mask]:
    """The plane shifted, and where it is then known."""
    values, there = np.zeros_like(plane), np.zeros_like(have)
    shifts = tuple(zip((down, right), plane.shape, strict=True))
    to = tuple(slice(max(by, 0), side + min(by, 0)) for by, side in shifts)
    of = tuple(slice(max(-by, 0), side + min(-by, 0)) for by, side in shifts)
    values[to], there[to] = plane[of], have[of]
    return values, there
