"""The other presets: copy-paste, LOHO with masks as they are, and the sets of methods."""

from __future__ import annotations

import pytest
import torch
from styleforge_baselines import tables
from styleforge_baselines.presets import TARGETS, presets, stages

from styleforge.builtin.inpainters import telea
from styleforge.compose.paste import paste
from styleforge.errors import UserError
from styleforge.evaluate.method_sets import expanded
from styleforge.recipe.condition import ImageRef
from styleforge.recipe.recipe import Recipe
from styleforge.recipe.starts import Paste
from styleforge.run.job import Job
from styleforge.run.plan import Plan
from styleforge.run.references import views_of


@pytest.mark.parametrize("target", TARGETS, ids=lambda one: one.domain)
def test_every_preset_is_a_recipe_that_json_keeps(forge, target):
    own = {one.name for one in forge.domains[target.domain].presets}
    for preset in presets(target):
        assert preset.name in own
        recipe = forge.recipe(target.domain, preset.name)
        assert Recipe.from_json(recipe.to_json()) == recipe
    named = {name for preset in presets(target) for name in preset.stages}
    assert {stage.name for stage in stages(target)} <= named
    assert forge.notes == ()


def test_the_domain_s_own_presets_come_first(forge):
    names = [one.name for one in forge.domains["hair"].presets]
    assert names[0] == "loho-fast"
    assert names.index("loho") < names.index("copy-paste")


def test_copy_paste_is_the_pasted_picture(forge, scene):
    asked = {f"hair.{role}": ImageRef(role) for role in ("shape", "appearance")}
    recipe = forge.recipe("hair", "copy-paste", pack="toy", conditions=asked)
    result = Job(forge, recipe, scene.problem).result()
    expected = paste(scene.problem, Paste(region="hair"), telea)
    assert torch.equal(result.image, expected)
    assert result.steps == 0


def test_masks_as_they_are_leave_nothing_aside(forge, scene):
    plain, dilated = (forge.recipe("hair", name) for name in ("loho-undilated", "loho"))
    view = views_of(scene.problem, 32, Plan())["identity"]
    for own, published in zip(plain.stages, dilated.stages, strict=True):
        assert own.steps == published.steps
        assert [one.rule for one in own.rules] == [one.rule for one in published.rules]
        assert own.objective.labels == published.objective.labels
        shape = view.mask(own.objective["hair.shape"].args["mask"])
        assert torch.equal(shape, view.mask("shape.hair"))
        identity = view.mask(own.objective["identity"].args["mask"])
        assert torch.equal(identity, view.mask("identity.face & ~shape.hair"))


def test_clothing_s_is_its_loho_with_masks_as_they_are(forge):
    plain, dilated = (forge.recipe("clothing", name) for name in ("loho-undilated", "loho"))
    assert (plain.start, plain.compose) == (dilated.start, dilated.compose)
    for own, published in zip(plain.stages, dilated.stages, strict=True):
        assert (own.steps, own.schedule) == (published.steps, published.schedule)
        assert own.rules == published.rules


@pytest.mark.parametrize("name", tables.SETS)
def test_a_set_names_presets_that_hair_has(forge, name):
    methods = forge.components[f"methods/{name}"]()
    assert set(methods) <= {one.name for one in forge.domains["hair"].presets}
    assert len(set(methods)) == len(methods)


def test_the_paper_s_set_holds_the_others_by_the_kind_of_case(forge):
    paper = forge.components["methods/paper"]
    for name in tables.SETS:
        one = forge.components[f"methods/{name}"]
        assert set(one.methods) <= set(paper.methods)
        assert set(one.in_words) <= set(paper.in_words)
    assert "styleclip" not in paper()
    assert expanded(forge, "hair", ["paper"], words=True) == tables.WORDS.in_words
    with pytest.raises(UserError, match="reconstruction is for reference pictures"):
        expanded(forge, "hair", ["reconstruction"], words=True)
    with pytest.raises(UserError, match="words is for cases in words: say --words pack"):
        expanded(forge, "hair", ["words"])
