"""The schedule against the formula of StyleGAN2's projector, written out independently."""

from __future__ import annotations

import numpy as np
import pytest

from styleforge.schedule import exploration, learning_rate
from styleforge.stage import Schedule


def published_rate(step: int, steps: int, lr: float = 0.1) -> float:
    """run_projector of the published StyleGAN2, with LOHO's constants."""
    t = step / steps
    ramp = min(1.0, (1.0 - t) / 0.25)
    ramp = 0.5 - 0.5 * np.cos(ramp * np.pi)
    ramp = ramp * min(1.0, t / 0.05)
    return lr * ramp


def published_noise(step: int, steps: int, std: float) -> float:
    t = step / steps
    return std * 0.05 * max(0.0, 1.0 - t / 0.75) ** 2


@pytest.mark.parametrize("steps", [8, 2000])
def test_equals_the_published_formula(steps):
    schedule = Schedule()
    for step in range(0, steps, max(1, steps // 100)):
        t = step / steps
        assert learning_rate(schedule, t) == pytest.approx(published_rate(step, steps), abs=1e-15)
        assert exploration(schedule, t, 3.0) == pytest.approx(
            published_noise(step, steps, 3.0), abs=1e-15
        )


def test_ends():
    schedule = Schedule()
    assert learning_rate(schedule, 0.0) == 0.0
    assert learning_rate(schedule, 0.5) == 0.1
    assert learning_rate(schedule, 1.0) == 0.0
    assert exploration(schedule, 0.75, 1.0) == 0.0


def test_switched_off():
    flat = Schedule(rampup=0, rampdown=0, explore_until=0)
    assert learning_rate(flat, 0.0) == learning_rate(flat, 0.999) == 0.1
    assert exploration(flat, 0.0, 1.0) == 0.0
