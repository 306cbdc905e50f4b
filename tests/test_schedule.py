"""The schedule against the formula of StyleGAN2's projector, written out independently."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from styleforge.pack.models import Models
from styleforge.recipe.objective import Term
from styleforge.recipe.stage import Schedule
from styleforge.run.engine import optimize
from styleforge.run.events import Step
from styleforge.run.job import Job
from styleforge.run.schedule import at_rates_of, exploration, learning_rate
from styleforge.run.start import begin
from styleforge.testing.toy import toy_pack, toy_problem


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


def test_the_pack_has_the_rates_that_a_stage_does_not_name(forge):
    own = Schedule(lr=0.3, exploration=0.01, coordinates="w")
    recipe = forge.recipe("toy", "toy-loho")
    first, second = recipe.stages
    recipe = replace(recipe, stages=(first, replace(second, schedule=own)))
    pack = replace(toy_pack(), lr=0.02, exploration=0.0, coordinates="whitened")
    one, two = (stage.schedule for stage in at_rates_of(pack, recipe).stages)
    assert one == replace(first.schedule, lr=0.02, exploration=0.0, coordinates="whitened")
    assert two == own


def test_a_stage_that_is_fitted_gets_calibration_and_prior_once(forge):
    recipe = forge.recipe("toy", "toy-loho")
    first, second = recipe.stages
    recipe = replace(recipe, stages=(replace(first, fitted=True), replace(second, fitted=False)))
    pack = replace(
        toy_pack(),
        prior=(Term("near", "latent_norm", weight=0.5),),
        calibration={"lpips": 3.0, "lpips/published": 2.0},
    )
    rated = at_rates_of(pack, recipe)
    one, two = rated.stages
    assert one.objective.labels == (*first.objective.labels, "near")
    assert one.objective["near"].weight == 0.5
    factors = {"published": 2.0, "patent": 3.0}
    for term in first.objective:
        factor = factors[term.args.get("reduction", "published")] if term.loss == "lpips" else 1.0
        assert one.objective[term.label].weight == pytest.approx(factor * term.weight)
    assert two.objective == second.objective  # as published
    assert at_rates_of(pack, rated) == rated


def test_a_stage_that_moves_noise_alone_needs_no_prior(forge):
    recipe = forge.recipe("toy", "toy-loho")
    stages = tuple(replace(one, fitted=True, moves=("noise",), rules=()) for one in recipe.stages)
    pack = replace(toy_pack(), prior=(Term("near", "latent_norm"),))
    rated = at_rates_of(pack, replace(recipe, stages=stages))
    assert all("near" not in one.objective.labels for one in rated.stages)


def test_a_run_keeps_the_rates_that_it_was_run_with(forge):
    """So that it comes out the same where a later version of the pack has others."""
    pack = replace(toy_pack(), lr=0.02, exploration=0.0)
    recipe = forge.recipe("toy", "toy-loho").with_steps(4)
    result = Job(forge, recipe, toy_problem(Models(pack))).result()
    assert {(one.schedule.lr, one.schedule.exploration) for one in result.recipe.stages} == {
        (0.02, 0.0)
    }


def test_steps_are_at_the_rates_of_the_pack(forge):
    pack = replace(toy_pack(), lr=0.02, exploration=0.0)
    recipe = forge.recipe("toy", "toy-loho").with_steps(8)
    problem = toy_problem(Models(pack))
    state = begin(problem, recipe)
    seen, before = [], state.latent.clone()
    for event in optimize(problem, at_rates_of(pack, recipe), state, forge):
        if isinstance(event, Step):
            # No step of Adam is longer than its rate, at the start but for a rounding.
            assert float((state.latent - before).abs().max()) <= 1.1 * event.lr
            seen, before = [*seen, event.lr], state.latent.clone()
    assert max(seen) == pytest.approx(0.02)
