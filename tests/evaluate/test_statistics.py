"""Means, intervals and verdicts: against the bootstrap written out, and against noise."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from styleforge.evaluate.cases import Case
from styleforge.evaluate.given import given_method
from styleforge.evaluate.manifest import Method
from styleforge.evaluate.methods import Setting
from styleforge.evaluate.report import Report, Score
from styleforge.evaluate.rows import Row
from styleforge.evaluate.sentences import FEWER
from styleforge.evaluate.set_tables import best_set
from styleforge.evaluate.statistics import best_of, difference_of, mean_of
from styleforge.evaluate.tables import table


def rows_of(method, values, score="iou"):
    return [
        Row(case=str(index), level="", method=method, scores={score: value})
        for index, value in enumerate(values)
    ]


def test_the_interval_is_the_bootstrap_s_as_wide_as_student_s():
    values = np.random.default_rng(1).normal(size=12)
    rng = np.random.default_rng(0)
    means = rng.choice(values, (10_000, 12)).mean(axis=1)
    found = mean_of(values)
    tail = stats.norm.cdf(-np.sqrt(12 / 11) * stats.t.ppf(0.975, 11))
    assert (found.low, found.high) == pytest.approx(tuple(np.quantile(means, (tail, 1 - tail))))
    assert found.mean == pytest.approx(values.mean())
    wide = stats.t.ppf(0.975, 11) * values.std(ddof=1) / np.sqrt(12)
    assert found.high - found.low == pytest.approx(2 * wide, rel=0.1)


@pytest.mark.parametrize("count", [6, 24])
def test_an_interval_holds_the_mean_about_as_often_as_it_says(count):
    rng = np.random.default_rng(2)
    drawn = (mean_of(rng.normal(size=count)) for _ in range(400))
    held = [found.low <= 0 <= found.high for found in drawn]
    assert 0.905 < np.mean(held) <= 0.98  # plain percentiles of six: 0.86


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


def report_of(methods, **cases):
    """A report of one score, ``more`` of which is better, by method."""
    rows = tuple(row for name, values in cases.items() for row in rows_of(name, values))
    return Report(
        source="world",
        setting=Setting("toy", "toy"),
        methods=methods,
        scores={"iou": Score(says="overlap", better="more")},
        cases=tuple(Case(str(index), "", {"identity": "a.png"}) for index in range(6)),
        rows=rows,
    )


def test_what_makes_nothing_is_never_the_best():
    methods = {name: Method(recipe="ab") for name in ("new", "old")}
    methods["truth"] = given_method("truth")
    report = report_of(methods, new=[0.5] * 6, old=[0.4] * 6, truth=[1.0] * 6)
    assert report.best("iou") == ("new",)
    assert "**0.500**" in table(report)
    assert "**1.000**" not in table(report)
    alone = {name: methods[name] for name in ("new", "truth")}
    assert report_of(alone, new=[0.5] * 6, truth=[1.0] * 6).best("iou") == ()


def test_a_mean_over_fewer_cases_is_never_the_best_and_says_so():
    methods = {name: Method(recipe="ab") for name in ("new", "old", "other")}
    report = report_of(methods, new=[0.9] * 4, old=[0.5] * 6, other=[0.4] * 6)
    assert report.best("iou") == ("old",)
    assert report.fewer("iou") == ("new",)
    assert "0.900 (n = 4)" in table(report)
    assert FEWER in table(report)
    assert FEWER not in table(report_of(methods, new=[0.9] * 6, old=[0.5] * 6))


def test_a_score_of_a_set_is_compared_for_the_best_where_as_many_results_are():
    methods = {name: Method(recipe="ab") for name in ("new", "old", "other")}
    methods["nothing"] = given_method("nothing")
    report = replace(
        report_of(methods, new=[0.9] * 4, old=[0.5] * 6, other=[0.5] * 6, nothing=[0.1] * 6),
        sets={
            name: {"fid": value}
            for name, value in (("new", 1.0), ("old", 2.0), ("other", 3.0), ("nothing", 0.5))
        },
        set_scores={"fid": Score(says="distance", better="less")},
    )
    assert best_set(report, "fid") == ("old",)
