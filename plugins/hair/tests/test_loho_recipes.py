"""The presets say what was published: terms, weights, masks, stages, rules."""

from __future__ import annotations

import pytest
import styleforge_hair

from styleforge.forge import Forge
from styleforge.recipe.recipe import Recipe
from styleforge.recipe.strength import OWN, with_strengths
from styleforge.run.schedule import at_rates_of
from styleforge.testing.toy import toy_pack


@pytest.fixture(scope="module")
def forge() -> Forge:
    found = Forge(plugins=())
    found.use(styleforge_hair)
    return found


def preset_names() -> list[str]:
    return [preset.name for preset in styleforge_hair.domain.PRESETS]


@pytest.mark.parametrize("name", preset_names())
def test_every_preset_is_a_recipe_that_json_keeps(forge: Forge, name: str) -> None:
    recipe = forge.recipe("hair", name)
    assert recipe.stages or recipe.start == "mapper" or recipe.compose.mode == "pasted"
    assert Recipe.from_json(recipe.to_json()) == recipe


@pytest.mark.parametrize("name", ["loho", "loho-2021", "loho-patent"])
def test_weights_and_steps_are_the_published_ones(forge: Forge, name: str) -> None:
    one, two = forge.recipe("hair", name).stages
    assert (one.steps, two.steps) == (1000, 1000)
    weights = {term.label: term.weight for term in two.objective if not term.probe}
    assert weights == {
        "identity": 1.0,
        "hair.shape": 1.0,
        "hair.appearance": 40.0,
        "hair.finer_style": 1.5e4,
        "noise": 1e5,
    }
    assert one.objective.labels == ("identity", "hair.shape", "noise")


@pytest.mark.parametrize("name", ["loho", "loho-2021", "loho-patent"])
def test_schedule_is_one_ramp_with_exploration(forge: Forge, name: str) -> None:
    """With the rates of a pack that says nothing of them, which are those of FFHQ's generator."""
    recipe = forge.recipe("hair", name)
    assert {stage.schedule.lr for stage in recipe.stages} == {None}
    for stage in at_rates_of(toy_pack(), recipe).stages:
        schedule = stage.schedule
        assert (schedule.lr, schedule.rampup, schedule.rampdown) == (0.1, 0.05, 0.25)
        assert (schedule.exploration, schedule.explore_until) == (0.05, 0.75)
        assert schedule.scope == "run"
        assert stage.regions == "frozen"
        assert stage.normalize_noise


def test_masks_have_the_ignore_region(forge: Forge) -> None:
    stage = forge.recipe("hair", "loho").stages[0]
    assert stage.objective["identity"].args["mask"] == "(identity.face) & ~dilate(shape.hair, 5)"
    assert stage.objective["hair.shape"].args["mask"] == "erode(shape.hair, 5)"
    assert stage.objective["hair.shape"].args["layers"] == ("relu4_3", "relu5_3")


@pytest.mark.parametrize(
    ("name", "per"), [("loho", "whole"), ("loho-patent", "whole"), ("loho-2021", "row")]
)
def test_structure_is_projected_off_the_probes_and_kept_off_the_noise(
    forge: Forge, name: str, per: str
) -> None:
    stage = forge.recipe("hair", name).stages[1]
    project, drop = stage.rules
    assert project.rule == "project"
    assert project.of == ("hair.shape",)
    assert project.on == ("latent",)
    assert project.args == {"per": per}
    assert (drop.rule, drop.of, drop.on) == ("drop", ("hair.shape",), ("noise",))
    for label in project.against:
        probe = stage.objective[label]
        assert probe.probe
        assert probe.args["reference"] == "shape"
        assert probe.args["reference_mask"] == "shape.hair"
    assert [stage.objective[label].weight for label in project.against] == [40.0, 1.5e4]


def test_plain_keeps_structure_in_stage_two_unruled(forge: Forge) -> None:
    stage = forge.recipe("hair", "loho-plain").stages[1]
    assert [use.rule for use in stage.rules] == ["none"]
    assert "hair.shape" in stage.objective.labels


def test_joint_has_one_stage_of_as_many_steps(forge: Forge) -> None:
    recipe = forge.recipe("hair", "loho-joint")
    assert [stage.steps for stage in recipe.stages] == [2000]
    assert recipe.stages[0].regions == "live"
    assert {"hair.shape", "hair.appearance"} <= set(recipe.stages[0].objective.labels)


def test_fast_takes_a_quarter_of_the_steps_or_fewer(forge: Forge) -> None:
    assert forge.recipe("hair", "loho-fast").steps <= forge.recipe("hair", "loho").steps / 4


def test_strength_splits_the_term_and_the_rules_follow(forge: Forge) -> None:
    recipe = forge.recipe("hair", "loho")
    partial = with_strengths(recipe, forge.attributes_of("hair"), {"hair.shape": 0.25})
    stage = partial.stages[1]
    assert stage.objective["hair.shape"].weight == 0.25
    own = stage.objective["hair.shape" + OWN]
    assert own.weight == 0.75
    assert own.args["reference"] == "identity"
    assert own.args["mask"] == "erode(identity.hair, 5)"
    assert stage.rules[0].of == ("hair.shape", "hair.shape" + OWN)
    assert Recipe.from_json(partial.to_json()) == partial


def test_half_a_shape_moves_the_outline_half_way(forge: Forge) -> None:
    recipe = forge.recipe("hair", "loho-fast")
    half = with_strengths(recipe, forge.attributes_of("hair"), {"hair.shape": 0.5})
    objective = half.stages[0].objective
    assert objective["outline"].args["target"] == "morph(identity.hair, shape.hair, 0.5)"
    assert "morph(identity.hair, shape.hair, 0.5)" in objective["identity"].args["mask"]


def test_half_an_appearance_leaves_the_outline(forge: Forge) -> None:
    recipe = forge.recipe("hair", "loho-fast")
    half = with_strengths(recipe, forge.attributes_of("hair"), {"hair.appearance": 0.5})
    assert half.stages[0].objective == recipe.stages[0].objective
