"""How often a session tells of a run, and what it tells: time left, and thinned curves."""

from __future__ import annotations

import pytest

from styleforge.editor.state import Curve
from styleforge.editor.throttle import POINTS, Curves, StepTime, Throttle


def test_a_throttle_says_yes_at_its_rate():
    now = [0.0]
    throttle = Throttle(4, clock=lambda: now[0])
    answers = []
    for _ in range(100):
        answers.append(throttle.ready())
        now[0] += 1 / 16
    assert sum(answers) == 25


def test_time_left_follows_the_newest_steps():
    now = [0.0]
    pace = StepTime(clock=lambda: now[0])

    def steps(count, seconds):
        for _ in range(count):
            now[0] += seconds
            pace.step()

    pace.restart()
    assert pace.left(10) is None
    steps(1, 18)  # the first of a stage reads the references, too
    assert pace.left(10) is None
    steps(5, 2)
    assert pace.left(10) == pytest.approx(20)
    steps(60, 1)
    assert pace.left(10) == pytest.approx(10, rel=0.01)
    pace.restart()
    steps(1, 9)
    assert pace.left(10) == pytest.approx(10, rel=0.01)  # until the new stage's second step
    steps(1, 3)
    assert pace.left(10) == pytest.approx(30)


def test_curves_are_thinned_and_keep_their_ends():
    curves = Curves()
    for step in range(1, 1001):
        curves.add(step, {"loss": 1 / step})
    curve = curves.curves()["loss"]
    assert isinstance(curve, Curve)
    assert POINTS / 2 <= len(curve.steps) <= POINTS
    assert curve.steps[0] == 1
    assert curve.steps[-1] > 980
    assert list(curve.steps) == sorted(set(curve.steps))
    assert list(curve.values) == [pytest.approx(1 / step) for step in curve.steps]
