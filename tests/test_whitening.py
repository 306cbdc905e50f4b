"""Whitened W: coordinates against a fit by hand, steps, gradients, runs."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from styleforge.pack.whitening import FLOOR, fit_whitening, whitening_of
from styleforge.recipe.objective import Objective, Term
from styleforge.run.checkpoint import save_checkpoint
from styleforge.run.events import Step
from styleforge.run.job import Job
from styleforge.run.set_up import set_up
from styleforge.testing.toy import toy_problem


def skewed(count: int = 4000, width: int = 6) -> torch.Tensor:
    """Latents that spread in all but two directions, turned and moved."""
    rng = torch.Generator().manual_seed(3)
    deviations = torch.tensor([5.0, 2.0, 1.0, 0.5, 0.0, 0.0])[:width]
    turned, _ = torch.linalg.qr(torch.randn(width, width, generator=rng))
    return (torch.randn(count, width, generator=rng) * deviations) @ turned + 3


@pytest.mark.parametrize("bent", [False, True])
def test_latents_have_unit_variance_and_are_uncorrelated(bent):
    samples = skewed()
    white = fit_whitening(samples, bent=bent)
    found = white.coordinates(samples)[:, : white.directions]
    assert torch.allclose(found.mean(0), torch.zeros(white.directions), atol=1e-3)
    assert torch.allclose(torch.cov(found.t()), torch.eye(white.directions), atol=1e-2)


def test_directions_without_spread_do_not_move():
    white = fit_whitening(skewed())
    assert white.directions == 4
    latent = torch.zeros(1, 3, 6)
    step = torch.zeros(1, 3, 6)
    step[..., 4:] = 1.0
    assert torch.equal(white.moved(latent, step), latent)


def test_a_direction_below_the_floor_is_noise():
    samples = torch.randn(20_000, 2, generator=torch.Generator().manual_seed(0))
    samples = samples * torch.tensor([1.0, (0.5 * FLOOR) ** 0.5])
    assert fit_whitening(samples).directions == 1


@pytest.mark.parametrize("bent", [False, True])
def test_a_step_is_a_step_in_coordinates(bent):
    samples = skewed()
    white = fit_whitening(samples, bent=bent)
    latent = samples[:5].reshape(1, 5, 6)
    step = torch.randn(1, 5, 6, generator=torch.Generator().manual_seed(1))
    step[..., white.directions :] = 0
    there = white.moved(latent, step)
    assert torch.allclose(white.coordinates(there), white.coordinates(latent) + step, atol=1e-3)


@pytest.mark.parametrize("bent", [False, True])
def test_the_gradient_is_that_by_the_step(bent):
    samples = skewed().double()
    white = fit_whitening(samples, bent=bent)
    white = replace(
        white, mean=white.mean.double(), axes=white.axes.double(),
        deviations=white.deviations.double(),
    )  # fmt: skip
    latent = samples[:4].reshape(1, 4, 6).requires_grad_()
    step = torch.zeros(1, 4, 6, dtype=torch.double, requires_grad=True)
    (by_step,) = torch.autograd.grad(white.moved(latent, step).sin().sum(), step)
    (by_latent,) = torch.autograd.grad(latent.sin().sum(), latent)
    assert torch.allclose(white.gradient(latent.detach(), by_latent), by_step, atol=1e-6)


def whitened(forge, models, **changes):
    """A recipe of two stages that steps in whitened coordinates."""
    recipe = forge.recipe("toy", "toy-loho")
    stages = tuple(
        replace(
            one, schedule=replace(one.schedule, coordinates="whitened", exploration=0.0), **changes
        )
        for one in recipe.stages
    )
    return toy_problem(models), replace(recipe, stages=stages)


def test_a_run_moves_only_where_latents_spread(forge, models):
    problem, recipe = whitened(forge, models)
    result = Job(forge, recipe, problem).result()
    white = whitening_of(models)
    _, _, state = set_up(problem, recipe, forge.components)
    off = (result.latent - state.latent) @ white.axes  # (1, rows, width)
    assert off.abs().max() > 0.05
    still = white.deviations == 0
    if bool(still.any()):
        assert off[..., still].abs().max() < 1e-5


def test_the_first_step_has_the_length_of_the_rate_in_every_coordinate(forge, models):
    problem, recipe = whitened(forge, models)
    first = replace(
        recipe.stages[0], steps=2,
        schedule=replace(recipe.stages[0].schedule, lr=0.01, rampup=0.0, rampdown=0.0),
    )  # fmt: skip
    recipe = replace(recipe, stages=(first,))
    problem, recipe, state = set_up(problem, recipe, forge.components)
    before = whitening_of(models).coordinates(state.latent)
    from styleforge.run.engine import optimize

    for _ in optimize(problem, recipe, state, forge):
        break  # the stage begins
    run = optimize(problem, recipe, state, forge)
    next(run), next(run)
    moved = (whitening_of(models).coordinates(state.latent) - before).abs()
    assert moved.max() <= 0.0101


def test_the_prior_pulls_a_latent_back(forge, models):
    far = [
        Job(forge, recipe, problem).result().latent
        for problem, recipe in (
            whitened(forge, models),
            whitened(
                forge, models, rules=(),
                objective=Objective((Term("near", "latent_norm", weight=10.0),)),
            ),
        )
    ]  # fmt: skip
    white = whitening_of(models)
    free, held = (white.coordinates(one).square().mean() for one in far)
    assert held < free


def test_rows_that_are_equal_differ_by_nothing(forge, models):
    from styleforge.losses.latent import latent_norm, row_differences

    one = torch.randn(1, 1, 8, generator=torch.Generator().manual_seed(0)).expand(2, 5, 8)
    assert row_differences(one, 8) < 1e-12
    assert latent_norm(one, 8) > 0


def test_a_run_that_is_stopped_and_resumed_ends_at_the_same_bits(forge, models, tmp_path):
    problem, recipe = whitened(forge, models)
    whole = Job(forge, recipe.with_steps(6), problem).result()
    job = Job(forge, recipe.with_steps(6), problem)
    for event in job:
        if isinstance(event, Step) and event.done == 4:
            break
    path = tmp_path / "run.resume"
    save_checkpoint(path, job.state, job.recipe)
    again = Job.resume(forge, path, problem).result()
    assert torch.equal(again.latent, whole.latent)
