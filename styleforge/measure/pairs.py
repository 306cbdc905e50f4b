"""Pairs of pictures by difficulty: how well they lie on each other, and how many are how hard."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from styleforge.errors import UserError
from styleforge.recipe.selection import Selection

IOU_STEP = 0.05
DISTANCE_STEP, FARTHEST = 1.0, 20  # pixels; what is farther is counted in the last bin
_BLOCK = 256  # pictures of which all pairs are compared at once
NONE = 255  # in `Pairs.levels`: between the levels, or no pair


@dataclass(frozen=True)
class Seen:
    """What is compared of a picture.

    Args:
        name: of the picture.
        mask: where the compared region is, ``(H, W)`` of bool.
        landmarks: ``(L, 2)`` in pixels of a picture 256 wide, or None.
        share: of the picture that the domain's region fills.

    Example:
        >>> Seen("me.png", np.ones((2, 2), bool), None, 0.2).share
        0.2
    """

    name: str
    mask: NDArray[np.bool_]
    landmarks: NDArray[np.floating] | None
    share: float


@dataclass(frozen=True)
class Histogram:
    """How many pairs there are of each kind.

    Args:
        levels: pairs by difficulty.
        between: pairs that are of none.
        off: of these, those that are of one level by overlap and of another by distance (``two
            levels``), of one ``by overlap`` or ``by distance`` alone, or of ``neither``.
        iou: pairs by overlap, in steps of 0.05 from 0 to 1.
        distance: pairs by the distance of their landmarks, in steps of a pixel (of a picture 256
            wide) from 0; what is 20 or farther is in the last. Empty without landmarks.

    Example:
        >>> Histogram({"easy": 3}, 2, {}, (5,), ()).pairs
        5
    """

    levels: Mapping[str, int]
    between: int
    off: Mapping[str, int]
    iou: tuple[int, ...]
    distance: tuple[int, ...]

    @property
    def pairs(self) -> int:
        """All of them."""
        return sum(self.levels.values()) + self.between


@dataclass(frozen=True)
class Pairs:
    """The pairs of some pictures, sorted.

    Args:
        seen: the pictures.
        levels: ``(N, N)`` of the number of a pair's level, 255 where it has none, and below and on
            the diagonal.
        histogram: how many there are of each.

    Example:
        >>> square = np.ones((4, 4), bool)
        >>> alike = [Seen(name, square, np.zeros((68, 2)), 0.2) for name in ("a", "b", "c")]
        >>> sort_pairs(alike, Selection(compared="face")).histogram.levels["easy"]
        3
    """

    seen: tuple[Seen, ...]
    levels: NDArray[np.uint8] = field(repr=False)
    histogram: Histogram


def overlap(first: NDArray[np.bool_], second: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Intersection over union of masks ``(N, H, W)`` with masks ``(M, H, W)``: ``(N, M)``.

    1 where both are empty.

    Example:
        >>> left, all_of_it = np.array([[[True, False]]]), np.array([[[True, True]]])
        >>> overlap(left, all_of_it).tolist()
        [[0.5]]
    """
    a, b = (one.reshape(len(one), -1).astype(np.float32) for one in (first, second))
    both = (a @ b.T).astype(np.float64)  # whole numbers below 2**24 are exact
    union = a.sum(1, dtype=np.float64)[:, None] + b.sum(1, dtype=np.float64)[None] - both
    return np.asarray(np.divide(both, union, out=np.ones_like(both), where=union > 0))


def apart(first: NDArray[np.floating], second: NDArray[np.floating]) -> NDArray[np.float64]:
    """Mean distance of landmarks ``(N, L, 2)`` from landmarks ``(M, L, 2)``: ``(N, M)``.

    The pose distance of LOHO (Saha et al. 2021) with L = 68.

    Example:
        >>> apart(np.zeros((1, 2, 2)), np.array([[[3.0, 4.0], [0.0, 0.0]]])).tolist()
        [[2.5]]
    """
    rows = [np.linalg.norm(one[None] - second, axis=-1).mean(-1) for one in first]
    return np.stack(rows).astype(np.float64)


def compared(first: Seen, second: Seen) -> tuple[float, float | None]:
    """Overlap of two pictures, and the distance of their landmarks where both have any.

    Raises:
        UserError: if their masks differ in size, or their landmarks in number.

    Example:
        >>> one = Seen("a", np.ones((4, 4), bool), None, 0.2)
        >>> compared(one, one)
        (1.0, None)
    """
    _refuse_unlike([first, second])
    iou = float(overlap(first.mask[None], second.mask[None])[0, 0])
    if first.landmarks is None or second.landmarks is None:
        return iou, None
    return iou, float(apart(first.landmarks[None], second.landmarks[None])[0, 0])


def sort_pairs(
    seen: Sequence[Seen],
    selection: Selection,
    *,
    masks_alone: bool = False,
    told: Callable[[int, int], object] | None = None,
) -> Pairs:
    """Sort all pairs of some pictures by difficulty.

    Args:
        seen: the pictures.
        selection: what they are sorted by.
        masks_alone: leave landmarks out of it.
        told: given how many of how many comparisons are done.

    Raises:
        UserError: if a picture has no landmarks, or they are not of one kind.

    Example:
        >>> half, square = np.ones((4, 4), bool), np.ones((4, 4), bool)
        >>> half[2:] = False
        >>> two = [Seen("a", half, None, 0.2), Seen("b", square, None, 0.2)]
        >>> sort_pairs(two, Selection(compared="face"), masks_alone=True).histogram.between
        1
    """
    _refuse_unlike(seen)
    points = _landmarks(seen, masks_alone=masks_alone)
    count, names = len(seen), list(selection.levels)
    levels = np.full((count, count), NONE, np.uint8)
    counts = dict.fromkeys(names, 0)
    off = dict.fromkeys(("two levels", "by overlap", "by distance", "neither"), 0)
    ious = np.zeros(round(1 / IOU_STEP), np.int64)
    distances = np.zeros(FARTHEST + 1 if points is not None else 0, np.int64)
    blocks = [slice(at, min(at + _BLOCK, count)) for at in range(0, count, _BLOCK)]
    todo = [(a, b) for index, a in enumerate(blocks) for b in blocks[index:]]
    for done, (a, b) in enumerate(todo, 1):
        masks = [np.stack([one.mask for one in seen[part]]) for part in (a, b)]
        above = np.arange(count)[a][:, None] < np.arange(count)[b][None]  # each pair once
        iou = overlap(*masks)[above]
        far = np.zeros_like(iou) if points is None else apart(points[a], points[b])[above]
        level, by_iou, by_distance = _levels(iou, far, selection, placed=points is not None)
        levels[a, b][above] = level
        for number, name in enumerate(names):
            counts[name] += int((level == number).sum())
        left = level == NONE
        off["two levels"] += int((left & by_iou & by_distance).sum())
        off["by overlap"] += int((left & by_iou & ~by_distance).sum())
        off["by distance"] += int((left & by_distance & ~by_iou).sum())
        off["neither"] += int((left & ~by_iou & ~by_distance).sum())
        ious += np.histogram(iou, len(ious), (0, 1))[0]
        if points is not None:
            into = np.minimum(far / DISTANCE_STEP, FARTHEST).astype(int)
            distances += np.bincount(into, minlength=len(distances))
        if told is not None:
            told(done, len(todo))
    between = count * (count - 1) // 2 - sum(counts.values())
    histogram = Histogram(counts, between, off, _whole(ious), _whole(distances))
    return Pairs(tuple(seen), levels, histogram)


def _levels(
    iou: NDArray[np.float64], far: NDArray[np.float64], selection: Selection, *, placed: bool
) -> tuple[NDArray[np.uint8], NDArray[np.bool_], NDArray[np.bool_]]:
    """The number of each pair's level, and whether one would fit by one measure alone."""
    level = np.full(iou.shape, NONE, np.uint8)
    by_iou, by_distance = (np.zeros(iou.shape, bool) for _ in range(2))
    for number, one in reversed(list(enumerate(selection.levels.values()))):  # the first one wins
        over = (iou > one.iou[0]) & (iou <= one.iou[1])
        near = (far >= one.distance[0]) & (far < one.distance[1]) & placed
        level[over & (near | (not placed))] = number
        by_iou, by_distance = by_iou | over, by_distance | near
    return level, by_iou, by_distance


def _landmarks(seen: Sequence[Seen], *, masks_alone: bool) -> NDArray[np.floating] | None:
    if masks_alone or not seen:
        return None
    without = [one.name for one in seen if one.landmarks is None]
    if without:
        msg = (
            f"{without[0]} has no landmarks ({len(without)} of {len(seen)} pictures have none), "
            "and pairs are sorted by them as well. Leave it out, or sort by masks alone."
        )
        raise UserError(msg)
    return np.stack([one.landmarks for one in seen if one.landmarks is not None])


def _refuse_unlike(seen: Sequence[Seen]) -> None:
    sizes = {one.mask.shape for one in seen}
    counts = {len(one.landmarks) for one in seen if one.landmarks is not None}
    if len(sizes) > 1 or len(counts) > 1:
        what = f"masks of {sorted(sizes)}" if len(sizes) > 1 else f"{sorted(counts)} landmarks"
        msg = f"The pictures have {what}; they are compared where all have the same."
        raise UserError(msg)


def _whole(counts: NDArray[np.int64]) -> tuple[int, ...]:
    return tuple(int(one) for one in counts)
