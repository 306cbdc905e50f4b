"""Losses without a gradient, with a wrong one, and those that change what they are given."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from faulty import Faulty, raising, with_term

from styleforge.errors import Diverged, PluginError
from styleforge.recipe.objective import Term
from styleforge.run.events import Note
from styleforge.run.job import Job


class Rounded(torch.autograd.Function):
    """Numbers that change, and whose gradient is 0."""

    @staticmethod
    def forward(ctx, x):
        return (x * 9).round()

    @staticmethod
    def backward(ctx, gradient):
        return torch.zeros_like(gradient)


WEIGHT = torch.nn.Parameter(torch.ones(()))
IDLE = {
    "detached": lambda view: view.image.detach().square().mean(),
    "through NumPy": lambda view: torch.tensor(float(view.image.detach().numpy().mean()) + 3),
    "a constant": lambda view: torch.tensor(3.0),
    "a constant with a graph": lambda view: (view.image * 0).sum() + 3,
    "of regions": lambda view: view.region("thing").mean() + 1,
    "rounded": lambda view: Rounded.apply(view.image).square().mean() + 1,
    "of a weight of its own": lambda view: WEIGHT * 3,
    "in no_grad": lambda view: torch.no_grad()(lambda: view.image.square().mean())(),
}  # fmt: skip


def idle_notes(result):
    return [one for one in result.notes if "has no gradient" in one]


@pytest.mark.parametrize("loss", IDLE.values(), ids=IDLE)
def test_a_loss_without_a_gradient_is_named_with_its_plugin(forge, recipe, problem, loss):
    forge.use(Faulty(loss), "shiny")
    job = Job(forge, with_term(recipe), problem)
    said = [event.text for event in job if isinstance(event, Note)]
    result = job.result()
    (note,) = idle_notes(result)
    stage = recipe.stages[0].name
    assert f"In stage {stage!r} the term bomb (the loss 'glow' of plugin 'shiny' of this" in note
    assert "changes nothing" in note
    assert said.count(note) == 1
    assert result.status == "done"


FINE = {
    "a good one": lambda view: view.image.square().mean(),
    "0, for an empty region": lambda view: torch.zeros(()),
    "0 with a graph": lambda view: (view.image * 0).sum(),
    "satisfied": lambda view: (view.image.mean() - 100).clamp(min=0),
    "of the latent alone": lambda view: view.latent.square().mean(),
    "of noise alone": lambda view: view.noise[0].square().mean(),
    "0 at first": lambda view: (view.latent - view.start).square().mean(),
    "of float64": lambda view: view.image.double().square().mean(),
}  # fmt: skip


@pytest.mark.parametrize("loss", FINE.values(), ids=FINE)
def test_a_loss_that_asks_for_nothing_or_has_a_gradient_is_not(forge, recipe, problem, loss):
    forge.use(Faulty(loss), "shiny")
    result = Job(forge, with_term(recipe), problem).result()
    assert idle_notes(result) == []
    assert result.latent.dtype == torch.float32


@pytest.mark.parametrize(
    "term", [Term("bomb", "glow", weight=0.0), Term("bomb", "glow", probe=True)]
)
def test_a_term_that_is_only_measured_needs_no_gradient(forge, recipe, problem, term):
    forge.use(Faulty(IDLE["detached"]), "shiny")
    first = recipe.stages[0]
    stage = replace(first, objective=first.objective + term)
    result = Job(forge, replace(recipe, stages=(stage,)), problem).result()
    assert idle_notes(result) == []


@pytest.mark.parametrize("preset", ["toy-loho", "toy-look"])
def test_the_presets_have_gradients_everywhere(forge, problem, preset):
    result = Job(forge, forge.recipe("toy", preset).with_steps(4), problem).result()
    assert idle_notes(result) == []


def test_a_float64_loss_is_as_good_as_a_float32_one(forge, recipe, problem):
    dtypes = [torch.float32]
    forge.use(Faulty(lambda view: view.image.to(dtypes[-1]).square().mean()), "shiny")
    plain = Job(forge, with_term(recipe), problem).result()
    dtypes.append(torch.float64)
    double = Job(forge, with_term(recipe), problem).result()
    assert double.image.dtype == torch.float32
    torch.testing.assert_close(double.image, plain.image, atol=1e-3, rtol=0)


class Odd(torch.autograd.Function):
    """A gradient that a plugin computes by itself, and wrongly."""

    @staticmethod
    def forward(ctx, x, how):
        ctx.how = how
        return x.square().mean()

    @staticmethod
    def backward(ctx, gradient):
        return ctx.how(gradient), None


BACKWARDS = {
    "raises": raising,
    "another shape": lambda one: torch.ones(1, 3, 5, 5),
    "no tensor": lambda one: 3.0,
    "NumPy": lambda one: one.numpy(),
    "meta": lambda one: torch.ones(1, 3, 32, 32, device="meta"),
    "complex": lambda one: torch.ones(1, 3, 32, 32, dtype=torch.complex64) * 1j,
}  # fmt: skip


@pytest.mark.parametrize("how", BACKWARDS.values(), ids=BACKWARDS)
@pytest.mark.filterwarnings("ignore:Casting complex")
def test_a_gradient_that_fails_is_named_with_its_plugin(forge, recipe, problem, how):
    forge.use(Faulty(lambda view: Odd.apply(view.image, how)), "shiny")
    with pytest.raises(PluginError, match=r"gradient of the term bomb .* of plugin 'shiny'"):
        Job(forge, with_term(recipe), problem).result()


def test_a_gradient_of_nan_is_named_with_its_plugin(forge, recipe, problem):
    nan = torch.full((1, 3, 32, 32), float("nan"))
    forge.use(Faulty(lambda view: Odd.apply(view.image, lambda one: nan)), "shiny")
    with pytest.raises(Diverged, match=r"the gradient of bomb .*'shiny'.* became NaN or infinite"):
        Job(forge, with_term(recipe), problem).result()


IN_PLACE = {
    "the picture": lambda view: view.image, "the latent": lambda view: view.latent,
    "a noise map": lambda view: view.noise[1],
}  # fmt: skip


@pytest.mark.parametrize("what", IN_PLACE.values(), ids=IN_PLACE)
def test_a_loss_that_changes_what_it_is_given(forge, recipe, problem, what):
    def change(view):
        with torch.no_grad():
            what(view).mul_(0.5)
        return view.image.square().mean()

    forge.use(Faulty(change), "shiny")
    with pytest.raises(
        PluginError, match=r"'shiny'.*changed the picture, the latent or a noise map"
    ):
        Job(forge, with_term(recipe), problem).result()
