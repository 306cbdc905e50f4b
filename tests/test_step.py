"""A step in groups is the step written the straightforward way, to the last digits of float64."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import partial

import pytest
import torch
from nothing_shared import Straightforward

from styleforge.builtin import losses
from styleforge.losses.style import gram
from styleforge.prepare import masks
from styleforge.prepare.problem import Problem
from styleforge.recipe.objective import Objective, Term
from styleforge.recipe.recipe import Recipe
from styleforge.recipe.stage import RuleUse, Stage
from styleforge.run import engine
from styleforge.run.events import Step
from styleforge.run.groups import make_groups
from styleforge.run.sight import Sight, sight_of
from styleforge.run.start import begin
from styleforge.run.step import evaluate
from styleforge.testing import toy


def close(found: torch.Tensor, expected: torch.Tensor, tolerance: float = 1e-9) -> bool:
    return bool((found - expected).norm() <= tolerance * expected.norm())


@pytest.fixture
def problem(models64) -> Problem:
    return toy.toy_problem(models64)


def at_stage(problem: Problem, recipe: Recipe, forge, index: int) -> tuple[engine._Run, Sight]:
    state = begin(problem, recipe)
    with torch.no_grad():
        state.latent += 0.3 * torch.randn(
            state.latent.shape, generator=torch.Generator().manual_seed(1)
        )
    run, stage = engine._Run(problem, recipe, forge, state), recipe.stages[index]
    sight = sight_of(problem, recipe, stage, state)
    run.enter(index, stage, sight)
    return run, sight


def step_of(run: engine._Run, sight: Sight, stage: Stage):
    groups = make_groups(stage, run.forge.rules)
    outcome, _ = evaluate(
        stage,
        groups,
        run.forge.losses,
        run.forge.rules,
        partial(sight.draw, run.problem.models.get("generator")),
        partial(run.view_of, sight),
        run.state.latent,
        run.state.noise,
    )
    return groups, outcome


def test_a_look_step_equals_the_straightforward_one(forge, problem):
    recipe = forge.recipe("toy")
    run, sight = at_stage(problem, recipe, forge, 1)
    groups, outcome = step_of(run, sight, recipe.stages[1])
    plain = Straightforward(problem, run.state.regions)
    latent, noise = plain.look_step(run.state.latent, run.state.noise)
    assert len(groups) == 3
    assert close(outcome.gradients["latent"][0], latent)
    for found, expected in zip(outcome.gradients["noise"], noise, strict=True):
        assert close(found, expected)


def test_a_structure_step_equals_the_straightforward_one(forge, problem):
    recipe = forge.recipe("toy")
    run, sight = at_stage(problem, recipe, forge, 0)
    groups, outcome = step_of(run, sight, recipe.stages[0])
    latent, noise = Straightforward(problem, {"thing": None}).structure_step(
        run.state.latent, run.state.noise
    )
    assert len(groups) == 1
    assert close(outcome.gradients["latent"][0], latent)
    for found, expected in zip(outcome.gradients["noise"], noise, strict=True):
        assert close(found, expected)


def test_a_whole_run_equals_the_straightforward_loop(forge, problem):
    """Schedule, exploration, Adam and normalised noise included."""
    recipe = forge.recipe("toy")
    mine = begin(problem, recipe)
    for _ in engine.optimize(problem, recipe, mine, forge):
        pass

    state = begin(problem, recipe)
    latent, noise, steps = state.latent.clone(), [x.clone() for x in state.noise], recipe.steps
    adam = torch.optim.Adam([latent, *noise], lr=0.1, betas=(0.9, 0.999))
    synthesize = problem.models.get("generator").synthesize
    plain = Straightforward(problem, {"thing": None})
    image = None
    for step in range(steps):
        t = step / steps
        ramp = (0.5 - 0.5 * math.cos(math.pi * min(1, (1 - t) / 0.25))) * min(1, t / 0.05)
        sigma = 0.05 * state.spread * max(0, 1 - t / 0.75) ** 2
        if sigma:
            there = latent + sigma * torch.randn(latent.shape, generator=state.rng).double()
        else:
            there = latent
        if step == recipe.stages[0].steps:  # the regions of the last picture seen
            soft = problem.models.get("regions")(image)
            plain.thing = masks.hard(soft)[:, 2:3]
        with torch.no_grad():
            image = synthesize(there, noise)
        take = plain.structure_step if step < recipe.stages[0].steps else plain.look_step
        latent.grad, noise_grads = take(there, noise)
        for item, grad in zip(noise, noise_grads, strict=True):
            item.grad = grad
        for group in adam.param_groups:
            group["lr"] = 0.1 * ramp
        adam.step()
        with torch.no_grad():
            for item in noise:
                item.sub_(item.mean()).div_(item.std())
    assert close(mine.latent, latent, 1e-6)
    for found, expected in zip(mine.noise, noise, strict=True):
        assert close(found, expected, 1e-6)


def test_groups_are_as_few_as_the_rules_allow(forge):
    terms = tuple(Term(label, "pixels") for label in "abcd")
    stage = Stage(
        name="s",
        steps=1,
        objective=Objective((*terms, Term("p", "pixels", probe=True))),
        rules=(
            RuleUse(rule="project", of=("a",), against=("b",)),
            RuleUse(rule="drop", of=("a",), on=("noise",)),
        ),
    )
    groups = {group.label: group.parameters for group in make_groups(stage, forge.rules)}
    assert groups == {"a": ("latent",), "b": ("latent", "noise"), "c+d": ("latent", "noise")}


def test_a_probe_is_measured_but_not_minimised(forge, problem):
    recipe = forge.recipe("toy")
    stage = recipe.stages[1]
    run, sight = at_stage(problem, recipe, forge, 1)
    _, with_probe = step_of(run, sight, stage)
    bare = replace(stage, rules=())
    groups, without = step_of(run, sight, bare)
    assert len(groups) == 1
    assert with_probe.losses == pytest.approx(without.losses)
    minimised = sum(
        term.weight * with_probe.losses[term.label] for term in stage.objective if not term.probe
    )
    assert with_probe.objective == pytest.approx(minimised)
    key = "toy.shape|toy.appearance of shape+toy.finer_style of shape"
    before, after = with_probe.cosines[key]
    assert abs(after) < abs(before)


def test_terms_that_compare_one_region_share_its_gram_matrices(forge, problem, monkeypatch):
    recipe = forge.recipe("toy")
    run, sight = at_stage(problem, recipe, forge, 1)
    step_of(run, sight, recipe.stages[1])  # those of references are kept from here on
    seen = []
    monkeypatch.setattr(losses, "gram", lambda maps, mask: seen.append(maps) or gram(maps, mask))
    step_of(run, sight, recipe.stages[1])
    assert len(seen) == 4  # layers; the style and its probe


def test_what_does_not_move_has_no_gradient(forge, problem):
    recipe = forge.recipe("toy")
    stage = replace(recipe.stages[0], moves=("latent",))
    run, sight = at_stage(problem, recipe, forge, 0)
    _, outcome = step_of(run, sight, stage)
    assert set(outcome.gradients) == {"latent"}


def test_networks_stay_frozen(forge, problem):
    recipe = forge.recipe("toy")
    run, sight = at_stage(problem, recipe, forge, 1)
    step_of(run, sight, recipe.stages[1])
    for kind in ("generator", "features"):
        for parameter in problem.models.get(kind).parameters():
            assert not parameter.requires_grad
            assert parameter.grad is None


def test_pairwise_rules_keep_their_terms_apart(forge):
    loho = toy.LOHO
    terms = (loho.identity(), loho.shape(), loho.noise())
    use = RuleUse(rule="pcgrad", of=("identity", "toy.shape"))
    stage = Stage(name="s", steps=1, objective=Objective(terms), rules=(use,))
    labels = [group.label for group in make_groups(stage, forge.rules)]
    assert sorted(labels) == ["identity", "noise", "toy.shape"]


def test_a_probe_by_itself_moves_nothing(forge, problem):
    """All that is minimised is dropped on the noise maps, and a probe is still projected there."""
    moves = forge.recipe("toy").stages[0]
    of = {"reference": "shape", "mask": "identity.keep"}
    objective = Objective((Term("a", "pixels", of), Term("p", "pixels", of, probe=True)))
    apart = RuleUse(rule="project", of=("a",), against=("p",), on=("latent", "noise"))
    dropped = RuleUse(rule="drop", of=("a",), on=("noise",))
    stages = (
        moves,  # so that Adam has moments that could carry the noise maps on
        replace(
            moves, name="s", objective=objective, rules=(apart, dropped), normalize_noise=False
        ),
    )
    recipe = replace(forge.recipe("toy"), stages=stages)
    state = begin(problem, recipe)
    seen = [
        ([item.clone() for item in state.noise], state.latent.clone())
        for event in engine.optimize(problem, recipe, state, forge)
        if isinstance(event, Step) and event.stage == "s"
    ]
    (first, before), (last, after) = seen[0], seen[-1]
    assert all(torch.equal(a, b) for a, b in zip(first, last, strict=True))
    assert not torch.equal(before, after)
