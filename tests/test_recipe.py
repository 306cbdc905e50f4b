"""Recipes survive JSON and PNG, and say what is wrong with those that cannot be read."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
import torch
from PIL import Image

from styleforge.errors import UserError
from styleforge.prepare.images import load_image, read_recipe, save_image
from styleforge.recipe.condition import ImageRef, Mask, Swatch, Text
from styleforge.recipe.objective import Objective, Term
from styleforge.recipe.recipe import VERSION, Compose, Recipe
from styleforge.recipe.stage import RuleUse, Schedule, Stage


@pytest.fixture
def recipe() -> Recipe:
    """One that uses every field."""
    a, b = Term("a", "lpips", {"mask": "x.y", "layers": ["relu1_2"], "n": 2}), Term("b", "noise")
    stage = Stage(
        name="first",
        steps=7,
        objective=Objective((a, b * 1e5, b.as_probe("p"))),
        moves=("latent",),
        rules=(RuleUse(rule="project", of=("a",), against=("p",), args={"per": "row"}),),
        regions="live",
        schedule=Schedule(lr=0.03, scope="stage"),
    )
    return Recipe(
        domain="toy",
        method="mine",
        stages=(stage, replace(stage, name="second", steps=13)),
        pack="toy",
        identity=ImageRef("ä/é 日本.png", sha256="0" * 64),
        conditions={
            "toy.shape": ImageRef("gallery:one"),
            "toy.appearance": Swatch("#aabbcc"),
            "toy.finer_style": Text("wavy"),
            "toy.outline": Mask("m.png"),
        },
        strengths={"toy.shape": 0.1 + 0.2},
        start="inverter",
        pose="off",
        loss_size=128,
        seed=2**40,
        compose=Compose(mode="edit", inpainter="navier-stokes", grow=0.02),
    )


def test_json_round_trip(recipe):
    again = Recipe.from_json(recipe.to_json())
    assert again == recipe
    assert again.to_json() == recipe.to_json()
    assert Recipe.from_json(recipe.to_json(indent=2).encode()) == recipe


def test_presets_round_trip(forge):
    for preset in forge.domains["toy"].presets:
        recipe = forge.recipe("toy", preset.name)
        assert Recipe.from_json(recipe.to_json()) == recipe


def test_a_recipe_saved_under_an_older_name_of_a_loss_is_read(recipe):
    who = Term("identity", "identity_similarity", {}, 0.005)
    stage = replace(recipe.stages[0], objective=Objective((who,)), rules=())
    recipe = replace(recipe, stages=(stage, *recipe.stages[1:]))
    older = recipe.to_json().replace('"identity_similarity"', '"identity"')
    assert older != recipe.to_json()
    assert Recipe.from_json(older) == recipe


def test_png_round_trip(recipe, tmp_path):
    image = torch.rand(1, 3, 40, 50) * 2 - 1
    save_image(image, tmp_path / "deep" / "out.png", recipe)
    assert read_recipe(tmp_path / "deep" / "out.png") == recipe
    again = load_image(tmp_path / "deep" / "out.png")
    assert (again - image).abs().max() <= 1 / 255 + 1e-6
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["out.png"]


def test_recipe_of_a_json_file(recipe, tmp_path):
    path = tmp_path / "recipe.json"
    path.write_text(recipe.to_json(), encoding="utf-8")
    assert read_recipe(path) == recipe


def test_a_png_without_recipe(tmp_path):
    Image.new("RGB", (40, 40)).save(tmp_path / "plain.png")
    with pytest.raises(UserError, match="holds no recipe"):
        read_recipe(tmp_path / "plain.png")
    with pytest.raises(UserError, match="There is no file"):
        read_recipe(tmp_path / "nothing.png")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"colour": 3}, "colour"),
        ({"domain": 3}, "domain"),
        ({"start": 3}, "start"),  # a name that no component has is refused when it is run
        ({"stages": [{"name": "x", "steps": 1}]}, "stages.0.objective"),
        ({"version": VERSION + 1}, "Update styleforge"),
        ({"version": VERSION + 1, "gloss": 3}, "Update styleforge"),  # newer ones have new fields
        ({"identity": {"path": "a", "kind": "smell"}}, "identity"),
    ],
)
def test_errors_name_the_field(recipe, change, said):
    facts = json.loads(recipe.to_json()) | change
    with pytest.raises(UserError, match=said):
        Recipe.from_json(json.dumps(facts))


@pytest.mark.parametrize("place", [("stages", 0), ("stages", 0, "schedule"), ("compose",)])
def test_unknown_fields_are_refused_at_every_depth(recipe, place):
    facts = json.loads(recipe.to_json())
    at = facts
    for key in place:
        at = at[key]
    at["colour"] = 3
    with pytest.raises(UserError, match="colour"):
        Recipe.from_json(json.dumps(facts))


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", "null", "\x00"])
def test_what_is_no_recipe(text):
    with pytest.raises(UserError, match="not a recipe"):
        Recipe.from_json(text)


@pytest.mark.parametrize("steps", [2, 3, 7, 20, 1999, 2000])
def test_steps_are_shared_as_before(recipe, steps):
    shared = recipe.with_steps(steps)
    assert shared.steps == steps
    assert all(stage.steps >= 1 for stage in shared.stages)
    assert shared.stages[0].steps == pytest.approx(steps * 7 / 20, abs=1)
    assert recipe.with_steps(recipe.steps) == recipe


def test_too_few_steps(recipe):
    with pytest.raises(UserError, match="1 steps cannot be shared among 2 stages"):
        recipe.with_steps(1)


def test_stages_are_checked():
    with pytest.raises(UserError, match="-1 steps"):
        Stage(name="s", steps=-1, objective=Objective())
    with pytest.raises(UserError, match="moves nothing"):
        Stage(name="s", steps=1, objective=Objective(), moves=())
    with pytest.raises(UserError, match="names the term 'x'"):
        Stage(name="s", steps=1, objective=Objective(), rules=(RuleUse(rule="drop", of=("x",)),))


RULE = ("stages", 1, "rules", 0, "args")
RETIRED = {
    "only_conflicts": (RULE, False, True),
    "start_rows": ((), {}, {"shape": [0, 1]}),
    "fresh_optimizer": (("stages", 0), False, True),
    "noise_lr": (("stages", 0, "schedule"), None, 0.1),
}


@pytest.mark.parametrize("name", RETIRED)
def test_fields_of_before_load_where_they_said_nothing(recipe, name):
    """Saved recipes carry every field; one that asked for something no more done is refused."""
    where, nothing, something = RETIRED[name]
    raw = json.loads(recipe.to_json())
    place = raw
    for key in where:
        place = place[key]
    place[name] = nothing
    assert Recipe.from_json(json.dumps(raw)) == recipe
    place[name] = something
    with pytest.raises(UserError, match=f"asks for {name} .*, which is no longer done"):
        Recipe.from_json(json.dumps(raw))


def test_detail_of_noise_maps_and_sketched_outlines_of_before_are_left_out(forge):
    """Saved recipes asked for them; noise maps are chance now and outlines those that are found."""
    layered = Compose(mode="layered")
    one = forge.recipe("toy", compose=layered)
    recipe = replace(one, also=(replace(one, domain="other", stages=()),))
    raw = json.loads(recipe.to_json())
    for part in (raw, *raw["also"]):
        part["start_noise"] = [{"reference": "shape", "mask": "shape.thing"}]
        assert part["compose"]["outline"] == "found"
        part["compose"]["outline"] = "sketched"
    assert Recipe.from_json(json.dumps(raw)) == recipe
    raw["compose"]["outline"] = "scratched"
    with pytest.raises(UserError, match=r"compose\.outline"):
        Recipe.from_json(json.dumps(raw))
