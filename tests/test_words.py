"""Conditions in words and colours: as phrases, as embeddings, as terms of a recipe."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from styleforge.errors import UserError
from styleforge.methods import hairclip
from styleforge.pack.models import Models
from styleforge.prepare.embed import embed
from styleforge.recipe.condition import ImageRef, Swatch, Text
from styleforge.recipe.objective import Objective, Term
from styleforge.recipe.recipe import Recipe
from styleforge.recipe.stage import Schedule, Stage
from styleforge.recipe.words import (
    SWATCH_WEIGHT,
    TEXT_WEIGHT,
    with_words,
)
from styleforge.run.engine import optimize
from styleforge.run.events import Step
from styleforge.run.set_up import set_up
from styleforge.testing import toy

SHAPE, APPEARANCE, _ = toy.ATTRIBUTES


def without(recipe: Recipe, *labels: str) -> list[Term]:
    """The terms of all stages but those with the labels."""
    return [t for stage in recipe.stages for t in stage.objective if t.label not in labels]


def test_a_pack_without_an_encoder_takes_no_words():
    pack = toy.toy_pack()
    left = {kind: make for kind, make in pack.components.items() if kind != "embedding"}
    bare = Models(replace(pack, components=left))
    mask = torch.ones(1, 1, 32, 32)
    with pytest.raises(UserError, match=r"'toy' has no text-image encoder, .*toy\.shape in words"):
        embed(Text("tall"), SHAPE, bare, mask)
    with pytest.raises(UserError, match=r"toy\.appearance as a colour; choose another"):
        embed(Swatch("#fff"), APPEARANCE, bare, mask)


# --- terms --------------------------------------------------------------------------------
def test_words_replace_the_terms_of_their_attribute(forge):
    plain = forge.recipe("toy")
    recipe = forge.recipe("toy", conditions={"toy.shape": Text(" tall ")})
    wanted = Term("toy.shape", "text", {"text": "tall thing"}, TEXT_WEIGHT)
    assert [stage.objective["toy.shape"] for stage in recipe.stages] == [wanted, wanted]
    assert [s.objective.labels for s in recipe.stages] == [s.objective.labels for s in plain.stages]
    assert [stage.rules for stage in recipe.stages] == [stage.rules for stage in plain.stages]
    assert without(recipe, "toy.shape") == without(plain, "toy.shape")


def test_a_colour_becomes_a_swatch_within_the_region(forge):
    recipe = forge.recipe("toy", conditions={"toy.appearance": Swatch("#8a2be2")})
    args = {"swatch": "#8a2be2", "mask": "image.thing"}
    wanted = Term("toy.appearance", "colour", args, SWATCH_WEIGHT)
    assert recipe.stages[1].objective["toy.appearance"] == wanted
    assert "toy.appearance" not in recipe.stages[0].objective.labels
    probes = [term for term in recipe.stages[1].objective if term.probe]
    assert [one.loss for one in probes] == ["appearance", "style"]


def test_pictures_keep_their_terms(forge):
    plain = forge.recipe("toy")
    asked = forge.recipe("toy", conditions={"toy.shape": ImageRef("a.png")})
    assert asked.stages == plain.stages


def test_where_no_stage_carries_words_the_last_one_does():
    noise = Objective((Term("noise", "noise"),))
    stages = (
        Stage(name="one", steps=1, objective=noise),
        Stage(name="two", steps=1, objective=noise),
    )
    asked = {"toy.shape": Text("tall"), "toy.appearance": Swatch("#123456")}
    recipe = with_words(
        Recipe(domain="toy", method="m", stages=stages, conditions=asked), toy.ATTRIBUTES
    )
    assert recipe.stages[0] == stages[0]
    labels = recipe.stages[1].objective.labels
    assert labels == ("noise", "toy.shape", "toy.appearance")


@pytest.mark.parametrize("preset", ["toy-mapped", "toy-mapper"])
def test_previews_and_one_pass_keep_their_terms(forge, preset):
    plain = forge.recipe("toy", preset)
    asked = forge.recipe("toy", preset, conditions={"toy.shape": Text("tall")})
    assert asked.stages == plain.stages


def losses_of(problem, recipe, forge, label) -> list[float]:
    events = optimize(*set_up(problem, recipe, forge.components), forge)
    return [event.losses[label] for event in events if isinstance(event, Step)]


def test_a_recipe_with_words_optimizes_towards_them(forge, models):
    """Further than the same run that only measures the term."""
    problem = toy.toy_problem(models, "finer_style")
    problem = replace(problem, described={"shape": models.get("embedding").embed_text(["tall"])})
    recipe = forge.recipe("toy", "toy-look", conditions={"toy.shape": Text("tall")}).with_steps(20)
    (stage,) = recipe.stages
    terms = tuple(
        replace(one, weight=0.0) if one.label == "toy.shape" else one for one in stage.objective
    )
    blind = replace(recipe, stages=(replace(stage, objective=Objective(terms)),))
    told, left = (losses_of(problem, one, forge, "toy.shape") for one in (recipe, blind))
    assert min(told) < 0.8 * told[0]
    assert min(told) < min(left)


def test_a_colour_alone_is_reached(forge, models):
    stage = Stage(
        name="all",
        steps=30,
        objective=Objective((Term("latent", "latent"),)),
        moves=("latent",),
        regions="live",
        schedule=Schedule(exploration=0.0),
    )
    asked = {"toy.appearance": Swatch("#402010")}
    recipe = Recipe(domain="toy", method="m", stages=(stage,), conditions=asked, start="inverter")
    recipe = with_words(recipe, toy.ATTRIBUTES)
    found = losses_of(toy.toy_problem(models), recipe, forge, "toy.appearance")
    assert found[-1] < 0.7 * found[0]


def test_losses_of_a_run_know_the_words(forge, models):
    """The published losses work in a recipe as they do in training."""
    problem = toy.toy_problem(models, "finer_style")
    found = models.get("embedding").embed_text(["tall"])
    problem = replace(problem, described={"shape": found})
    kinds = {"toy.shape": "text"}
    objective = hairclip.objective((SHAPE, APPEARANCE), "thing", kinds)
    stage = Stage(name="all", steps=1, objective=objective, moves=("latent",), regions="live")
    recipe = Recipe(domain="toy", method="mine", stages=(stage,), start="inverter")
    (step,) = (
        one
        for one in optimize(*set_up(problem, recipe, forge.components), forge)
        if isinstance(one, Step)
    )
    said = replace(stage, objective=Objective((Term("said", "text", {"text": "tall"}),)))
    (alone,) = (
        one
        for one in optimize(
            *set_up(problem, replace(recipe, stages=(said,)), forge.components), forge
        )
        if isinstance(one, Step)
    )
    assert step.losses["toy.shape"] == pytest.approx(alone.losses["said"], rel=1e-5)
    assert "toy.appearance hold" in step.losses
