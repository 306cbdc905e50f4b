"""Recipes from strangers: more than any recipe needs is refused in a sentence, and at once."""

from __future__ import annotations

import copy
import json
import time
from dataclasses import replace

import pytest

from styleforge.errors import UserError
from styleforge.prepare.images import read_recipe
from styleforge.recipe import limits
from styleforge.recipe.condition import Custom
from styleforge.recipe.objective import Term
from styleforge.recipe.recipe import Recipe
from styleforge.recipe.refusals import refuse_unknown_roles
from styleforge.run.job import Job
from styleforge.testing import toy

TERM = ("stages", 0, "objective", "terms", 0)


@pytest.fixture
def plain(forge):
    return json.loads(forge.recipe("toy", "toy-loho").with_steps(2).to_json())


def with_value(plain, path, value):
    changed = copy.deepcopy(plain)
    place = changed
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return json.dumps(changed)


def many(one):
    return {f"n{number}": one for number in range(limits.ENTRIES + 1)}


BEYOND = {
    "names": (("method",), "x" * (limits.NAME + 1)),
    "a term's label": ((*TERM, "label"), "x" * (limits.NAME + 1)),
    "a stage's name": (("stages", 0, "name"), "x" * (limits.NAME + 1)),
    "paths": (("identity",), {"path": "x" * (limits.PATH + 1)}),
    "a plugin's value": (
        ("conditions",),
        {"a.b": {"kind": "custom", "name": "a", "value": "x" * (limits.TEXT + 1)}},
    ),
    "conditions": (("conditions",), many({"kind": "text", "text": "tall"})),
    "strengths": (("strengths",), many(1.0)),
    "masks": (("masks",), many({"path": "a.png"})),
    "a strength": (("strengths",), {"toy.shape": 11.0}),
    "NaN": (("strengths",), {"toy.shape": float("nan")}),
    "an infinite weight": ((*TERM, "weight"), float("inf")),
    "a rate": (("stages", 0, "schedule", "lr"), 1e9),
    "a ramp": (("stages", 0, "schedule", "rampup"), 1.5),
    "a feather": (("compose", "feather"), 1e9),
    "threads": (("threads",), -1),
    "where it stopped": (("stop_after",), -1),
    "a version": (("version",), 1e9),
    "an outline": (("compose", "outline"), []),
    "values of arguments": ((*TERM, "args"), {"layers": [0] * limits.VALUES}),
    "depth of arguments": ((*TERM, "args"), {"a": [[[[[[[[1]]]]]]]]}),
    "texts of arguments": ((*TERM, "args"), {"mask": "x" * (limits.TEXT + 1)}),
    "texts deep in arguments": ((*TERM, "args"), {"a": [{"b": "x" * (limits.TEXT + 1)}]}),
    "infinite arguments": ((*TERM, "args"), {"scale": [float("-inf")]}),
    "names of arguments": ((*TERM, "args"), {"x" * (limits.NAME + 1): 1}),
}  # fmt: skip


@pytest.mark.parametrize(("path", "value"), BEYOND.values(), ids=BEYOND)
def test_what_is_beyond_the_limits_is_refused(plain, path, value):
    with pytest.raises(UserError, match=r"not a recipe that can be read|reads up to") as caught:
        Recipe.from_json(with_value(plain, path, value))
    assert len(str(caught.value)) < 600


@pytest.mark.parametrize(
    ("path", "most"),
    [(("stages",), limits.STAGES), (("also",), limits.PARTS),
     (("stages", 0, "rules"), limits.TERMS), ((*TERM[:4],), limits.TERMS)],
    ids=["stages", "also", "rules", "terms"],
)  # fmt: skip
def test_there_are_only_so_many(plain, path, most):
    ones = {
        "stages": plain["stages"][0], "also": {**plain, "stages": []},
        "rules": {"rule": "drop", "of": [plain["stages"][0]["objective"]["terms"][0]["label"]]},
    }  # fmt: skip
    term = plain["stages"][0]["objective"]["terms"][0]
    first = [] if path[-1] != "terms" else plain["stages"][0]["objective"]["terms"]

    def made(count):
        if path[-1] == "terms":
            return [*first, *({**term, "label": f"t{at}"} for at in range(count - len(first)))]
        return [ones[path[-1]]] * count

    assert Recipe.from_json(with_value(plain, path, made(most)))
    start = time.monotonic()
    with pytest.raises(UserError, match=f"at most {most} items"):
        Recipe.from_json(with_value(plain, path, made(most + 1)))
    assert time.monotonic() - start < 5


def test_a_very_long_recipe_is_not_parsed(plain, tmp_path):
    text = json.dumps(plain) + " " * limits.CHARACTERS
    with pytest.raises(UserError, match=r"1,000,000 at most are read"):
        Recipe.from_json(text)
    (tmp_path / "long.json").write_text(text)
    with pytest.raises(UserError, match=r"1,000,000 at most are read"):
        read_recipe(tmp_path / "long.json")


def test_what_cannot_be_read_again_is_not_run(forge, models):
    """A result whose recipe nobody could read would be lost work."""
    recipe = forge.recipe("toy", "toy-loho").with_steps(2)
    long = replace(recipe, conditions={"toy.shape": Custom("a.b", "x" * 5000)})
    with pytest.raises(UserError, match=r"conditions\.toy\.shape"):
        Job(forge, long, toy.toy_problem(models)).result()
    first = recipe.stages[0]
    held = replace(first, objective=first.objective + Term("x", "pixels", {"where": object()}))
    with pytest.raises(UserError, match="cannot be written"):
        Job(forge, replace(recipe, stages=(held,)), toy.toy_problem(models)).result()


def test_a_term_whose_reference_is_no_role_is_refused(forge):
    recipe = forge.recipe("toy", "toy-loho")
    first = recipe.stages[0]
    term = Term("mine", "pixels", {"reference": "shap", "mask": "identity.thing"})
    wrong = replace(recipe, stages=(replace(first, objective=first.objective + term),))
    with pytest.raises(UserError, match="'mine' mentions shap, which is no role"):
        refuse_unknown_roles(wrong, forge.attributes)
