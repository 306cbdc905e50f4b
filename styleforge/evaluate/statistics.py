"""Means with intervals, and whether one method is better than another: by the bootstrap."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, stdtrit

from styleforge.evaluate.rows import Row

FEWEST = 6  # cases from which an interval is a finding
DRAWS = 10_000
Verdict = Literal["better", "worse", "open", "too few"]


@dataclass(frozen=True)
class Mean:
    """A mean and its bootstrap interval of 95 %, over so many cases.

    Percentiles (Efron 1979), further out the fewer cases there are (Hesterberg 2015, "What Teachers
    Should Know About the Bootstrap", section 3.3: expanded percentiles). Percentiles as they are
    hold the mean of six normal cases 86 times of 100.

    Example:
        >>> mean_of([1.0, 1.0, 1.0])
        Mean(mean=1.0, low=1.0, high=1.0, count=3)
    """

    mean: float
    low: float
    high: float
    count: int


@dataclass(frozen=True)
class Difference:
    """A score of one method less that of another, over the cases that both were run on.

    Args:
        one: the method.
        other: the one that it is compared with.
        score: its name.
        level: of difficulty; empty for all.
        difference: its mean and interval.
        verdict: whether ``one`` is better or worse; open where the interval holds 0, and ``too
            few`` under six cases, whatever the interval.

    Example:
        >>> rows = [
        ...     Row(case=str(n), level="", method=name, scores={"iou": value + 0.01 * n})
        ...     for n in range(6) for name, value in (("new", 0.9), ("old", 0.8))
        ... ]
        >>> difference_of(rows, "new", "old", "iou", better="more").verdict
        'better'
    """

    one: str
    other: str
    score: str
    level: str
    difference: Mean
    verdict: Verdict


def mean_of(values: Sequence[float] | NDArray[np.floating]) -> Mean:
    """The mean of some values with its interval; the same every time.

    Raises:
        ValueError: if there are none.

    Example:
        >>> found = mean_of([0.0, 1.0] * 10)
        >>> found.mean, round(found.low, 2), round(found.high, 2)
        (0.5, 0.25, 0.75)
    """
    given = np.asarray(values, np.float64)
    if not given.size:
        msg = "There is no mean of no values."
        raise ValueError(msg)
    means = given[_drawn(given.size)].mean(axis=1)
    tail = _tail(given.size)
    low, high = np.quantile(means, (tail, 1 - tail))
    return Mean(float(given.mean()), float(low), float(high), int(given.size))


def values_of(rows: Sequence[Row], method: str, score: str, level: str = "") -> dict[str, float]:
    """A score of a method by case; of one level, or of all.

    Example:
        >>> values_of([Row(case="a", level="", method="loho", scores={"iou": 0.9})], "loho", "iou")
        {'a': 0.9}
    """
    return {
        row.case: float(row.scores[score])
        for row in rows
        if row.status == "done"
        and row.method == method
        and score in row.scores
        and level in {"", row.level}
    }


def difference_of(
    rows: Sequence[Row], one: str, other: str, score: str, *, better: str, level: str = ""
) -> Difference | None:
    """Compare two methods by a score, case by case; None where no case has both.

    Args:
        rows: of both.
        one: the method.
        other: what it is compared with.
        score: its name.
        better: ``more`` or ``less``; where it is neither, there is no better or worse.
        level: of difficulty; empty for all.
    """
    first, second = (values_of(rows, name, score, level) for name in (one, other))
    found = [first[case] - second[case] for case in first if case in second]
    if not found:
        return None
    mean = mean_of(found)
    return Difference(one, other, score, level, mean, _verdict(mean, better))


def best_of(means: Mapping[str, Mean], better: str) -> tuple[str, ...]:
    """The methods with the best mean; none where neither way is better.

    Example:
        >>> best_of({"new": mean_of([0.9]), "old": mean_of([0.8])}, "more")
        ('new',)
    """
    if better not in {"more", "less"} or not means:
        return ()
    values = {name: one.mean for name, one in means.items()}
    best = max(values.values()) if better == "more" else min(values.values())
    return tuple(name for name, value in values.items() if value == best)


def _verdict(mean: Mean, better: str) -> Verdict:
    if mean.count < FEWEST:
        return "too few"
    if mean.low <= 0 <= mean.high or better not in {"more", "less"}:
        return "open"
    return "better" if (mean.mean > 0) == (better == "more") else "worse"


def _tail(count: int) -> float:
    """What is left out at either end: 0.025, and less the fewer cases there are.

    Means that are drawn spread too little, by ``sqrt((n - 1) / n)``, and know nothing of how
    uncertain their own spread is, which Student's distribution does.
    """
    if count < 2:
        return 0.025
    wide = math.sqrt(count / (count - 1)) * stdtrit(count - 1, 0.975)
    return float(ndtr(-wide))


@cache
def _drawn(count: int) -> NDArray[np.int64]:
    """Which values are drawn, ``(DRAWS, count)``."""
    return np.random.default_rng(0).integers(0, count, (DRAWS, count))
