"""Means, intervals and verdicts: against the bootstrap written out, and against noise."""

from __future__ import annotations

import numpy as np
import pytest

from styleforge.evaluate.rows import Row
from styleforge.evaluate.statistics import best_of, difference_of, mean_of


def rows_of(method, values, score="iou"):
    return [
        Row(case=str(index), level="", method=method, scores={score: value})
        for index, value in enumerate(values)
    ]


def test_the_interval_is_the_bootstrap_s():
    values = np.random.default_rng(1).normal(size=12)
    rng = np.random.default_rng(0)
    means = rng.choice(values, (10_000, 12)).mean(axis=1)
    found = mean_of(values)
    assert (found.low, found.high) == pytest.approx(tuple(np.quantile(means, (0.025, 0.975))))
    assert found.mean == pytest.approx(values.mean())


def test_an_interval_holds_the_mean_about_as_often_as_it_says():
    rng = np.random.default_rng(2)
    held = [
        found.low <= 0 <= found.high for found in (mean_of(rng.normal(size=24)) for _ in range(200))
    ]
    assert 0.89 < np.mean(held) <= 0.98


def test_pairs_tell_what_means_alone_do_not():
    spread = np.linspace(0, 1, 12)
    rows = rows_of("new", spread + 0.01) + rows_of("old", spread)
    found = difference_of(rows, "new", "old", "iou", better="more")
    assert found.verdict == "better"
    assert found.difference.mean == pytest.approx(0.01)
    assert difference_of(rows, "new", "old", "iou", better="less").verdict == "worse"


def test_few_cases_say_nothing_and_noise_is_open():
    few = rows_of("new", [1.0] * 5) + rows_of("old", [0.0] * 5)
    assert difference_of(few, "new", "old", "iou", better="more").verdict == "too few"
    turns = [0.1, -0.1] * 6
    noise = rows_of("new", turns) + rows_of("old", [0.0] * 12)
    assert difference_of(noise, "new", "old", "iou", better="more").verdict == "open"
    assert difference_of(noise, "new", "none", "iou", better="more") is None


def test_only_cases_of_both_are_paired():
    rows = rows_of("new", [1.0] * 8) + rows_of("old", [0.5] * 6)
    rows.append(Row(case="7", level="", method="old", status="failed", scores={"iou": 9.0}))
    assert difference_of(rows, "new", "old", "iou", better="more").difference.count == 6


def test_the_best_is_the_one_in_the_better_direction():
    means = {"a": mean_of([1.0]), "b": mean_of([2.0])}
    assert best_of(means, "more") == ("b",)
    assert best_of(means, "less") == ("a",)
    assert best_of(means, "") == ()
