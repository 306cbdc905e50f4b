"""Strengths split a term between the reference and the identity."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from styleforge.errors import UserError
from styleforge.recipe.condition import Swatch, Text
from styleforge.recipe.domain import Attribute
from styleforge.recipe.expression import names_in
from styleforge.recipe.objective import Objective, Term
from styleforge.recipe.strength import with_strengths
from styleforge.recipe.words import TEXT_WEIGHT
from styleforge.run.engine import optimize
from styleforge.run.events import Step
from styleforge.run.job import Job
from styleforge.run.set_up import set_up
from styleforge.testing import toy


@pytest.fixture
def recipe(forge):
    return forge.recipe("toy")


def test_full_strength_changes_nothing_but_the_record(recipe):
    full = with_strengths(recipe, toy.ATTRIBUTES, {"toy.shape": 1.0})
    assert full.stages == recipe.stages
    assert full.strengths == {"toy.shape": 1.0}


def test_the_weight_is_shared(recipe):
    weak = with_strengths(recipe, toy.ATTRIBUTES, {"toy.appearance": 0.25})
    before = recipe.stages[1].objective["toy.appearance"]
    towards = weak.stages[1].objective["toy.appearance"]
    own = weak.stages[1].objective["toy.appearance@identity"]
    assert towards.weight == pytest.approx(before.weight * 0.25)
    assert own.weight == pytest.approx(before.weight * 0.75)
    assert towards.args == before.args
    assert own.args["reference"] == "identity"
    assert own.args["reference_mask"] == "identity.thing"
    assert own.args["mask"] == "image.thing"


def test_rules_hold_for_both_halves(recipe):
    weak = with_strengths(recipe, toy.ATTRIBUTES, {"toy.shape": 0.5})
    for use in weak.stages[1].rules:
        assert use.of == ("toy.shape", "toy.shape@identity")
    assert "toy.shape@identity" in weak.stages[0].objective.labels


def test_probes_stay(recipe):
    weak = with_strengths(
        recipe,
        toy.ATTRIBUTES,
        dict.fromkeys(("toy.shape", "toy.appearance", "toy.finer_style"), 0.5),
    )
    probes = [term for term in weak.stages[1].objective if term.probe]
    assert probes == [term for term in recipe.stages[1].objective if term.probe]


def test_a_role_that_is_called_like_a_region(forge):
    terms = (
        Term("toy.thing", "lpips", {"reference": "thing", "mask": "identity.thing & thing.keep"}),
        Term("side", "region", {"region": "thing", "target": "soft(thing.thing)"}),
    )
    recipe = forge.recipe("toy")
    recipe = replace(recipe, stages=(replace(recipe.stages[0], objective=Objective(terms)),))
    attribute = Attribute(name="toy.thing", title="", help="", aligned=True)
    weak = with_strengths(recipe, (attribute,), {"toy.thing": 0.5}).stages[0].objective
    assert weak["toy.thing@identity"].args == {
        "reference": "identity", "mask": "identity.thing & identity.keep",
    }  # fmt: skip
    assert weak["side"].args["region"] == "thing"
    assert names_in(weak["side"].args["target"]) == (("identity", "thing"), ("thing", "thing"))


def test_a_soft_outline_can_be_weak(forge, models):
    term = Term("outline", "region", {"region": "thing", "target": "soft(shape.thing)"})
    recipe = forge.recipe("toy")
    first = recipe.stages[0]
    first = replace(first, objective=first.objective + term)
    weak = with_strengths(replace(recipe, stages=(first,)), toy.ATTRIBUTES, {"toy.shape": 0.5})
    steps = [
        one
        for one in optimize(*set_up(toy.toy_problem(models), weak, forge.components), forge)
        if isinstance(one, Step)
    ]
    assert math.isfinite(steps[-1].losses["outline"])


def test_bad_strengths(recipe):
    with pytest.raises(UserError, match=r"no attribute 'toy\.hat'"):
        with_strengths(recipe, toy.ATTRIBUTES, {"toy.hat": 0.5})
    for bad in (-0.1, 1.1, float("nan")):
        with pytest.raises(UserError, match="from 0 to 1"):
            with_strengths(recipe, toy.ATTRIBUTES, {"toy.shape": bad})


def test_strength_zero_pulls_to_the_identity(forge, models, recipe):
    """At strength 0 the references do not matter."""
    none = dict.fromkeys((item.name for item in toy.ATTRIBUTES), 0.0)
    weak = with_strengths(recipe, toy.ATTRIBUTES, none)
    result = Job(forge, weak, toy.toy_problem(models)).result()
    assert result.history[-1]["toy.shape@identity"] >= 0


def test_a_weak_description_holds_on_to_the_identity(forge):
    asked = {"toy.shape": Text("tall"), "toy.appearance": Swatch("#8a2be2")}
    recipe = forge.recipe("toy", conditions=asked)
    weak = with_strengths(recipe, toy.ATTRIBUTES, {"toy.shape": 0.25, "toy.appearance": 0.5})
    objective = weak.stages[1].objective
    assert objective["toy.shape"].weight == pytest.approx(0.25 * TEXT_WEIGHT)
    own = objective["toy.shape@identity"]
    assert (own.loss, own.weight) == ("similarity", pytest.approx(0.75 * TEXT_WEIGHT))
    assert own.args["reference"] == "identity"
    assert "text" not in own.args
    own = objective["toy.appearance@identity"]
    assert own.loss == "colour"
    assert own.args == {
        "reference": "identity", "mask": "image.thing", "reference_mask": "identity.thing",
    }  # fmt: skip


def test_weak_descriptions_can_be_run(forge, models):
    asked = {"toy.shape": Text("tall"), "toy.appearance": Swatch("#8a2be2")}
    recipe = forge.recipe("toy", conditions=asked)
    weak = with_strengths(recipe, toy.ATTRIBUTES, dict.fromkeys(asked, 0.5))
    problem = toy.toy_problem(models, "finer_style")
    last = [
        one
        for one in optimize(*set_up(problem, weak, forge.components), forge)
        if isinstance(one, Step)
    ][-1]
    for name in ("toy.shape", "toy.shape@identity", "toy.appearance", "toy.appearance@identity"):
        assert math.isfinite(last.losses[name])
