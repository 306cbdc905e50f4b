"""Runs whose networks compute in half precision."""

from __future__ import annotations

import json

import pytest
import torch

import styleforge
from styleforge import Recipe
from styleforge.builtin.inpainters import telea
from styleforge.errors import UserError
from styleforge.pack import precision
from styleforge.prepare.images import to_picture
from styleforge.run import engine
from styleforge.run.groups import make_groups
from styleforge.run.job import Job
from styleforge.run.sight import sight_of
from styleforge.run.start import begin
from styleforge.testing import toy

STEPS = 4
ALIKE = 0.99  # cosine of two updates by 8 channels; benchmarks.step prints that of real ones


def run(forge, name: str):
    problem = toy.toy_problem(forge.models("toy"), "shape", "appearance", "finer_style")
    recipe = forge.recipe("toy", "toy-loho", precision=name).with_steps(STEPS)
    return Job(forge, recipe, problem).result()


def test_the_steps_compute_in_what_was_asked_for(forge, monkeypatch):
    seen = []
    generator = forge.models("toy").get("generator").inner
    layer = generator.convs[0]
    forward = type(layer).forward

    def watched(self, *arguments):
        found = forward(self, *arguments)
        seen.append(found.dtype)
        return found

    monkeypatch.setattr(type(layer), "forward", watched)
    full, half = run(forge, "float32"), run(forge, "bfloat16")
    assert {torch.float32, torch.bfloat16} == {*seen}
    assert half.image.dtype == full.image.dtype == torch.float32
    assert half.recipe.precision == "bfloat16"
    apart = (half.image - full.image).abs().mean()
    assert 0 < float(apart) < 0.1  # steps of 0.1 turn back at other places


def test_the_update_points_where_that_in_single_precision_does(forge):
    problem = toy.toy_problem(forge.models("toy"), "shape", "appearance", "finer_style")
    found = []
    for name in ("float32", "bfloat16"):
        recipe = forge.recipe("toy", "toy-loho", precision=name)
        state = begin(problem, recipe)
        steps = engine._Run(problem, recipe, forge, state)
        sight = sight_of(problem, recipe, recipe.stages[1], state)
        steps.enter(1, recipe.stages[1], sight)
        groups = make_groups(recipe.stages[1], forge.rules)
        outcome, _ = steps.advance(recipe.stages[1], groups, sight)
        found.append(outcome.gradients["latent"][0].flatten())
    assert float(torch.nn.functional.cosine_similarity(*found, dim=0)) > ALIKE


def test_half_precision_of_graphics_cards_is_refused_on_a_processor(forge):
    with pytest.raises(UserError, match=r"float16 is for graphics cards.*bfloat16"):
        run(forge, "float16")


def test_a_processor_without_the_instructions_is_said(forge, monkeypatch):
    monkeypatch.setattr(precision, "fast_bf16", lambda device: False)
    assert any("no instructions for bfloat16" in note for note in run(forge, "bfloat16").notes)
    assert not any("bfloat16" in note for note in run(forge, "float32").notes)


def test_recipes_of_before_compute_in_single_precision(forge):
    recipe = forge.recipe("toy", "toy-loho")
    fields = json.loads(recipe.to_json())
    del fields["precision"]
    assert Recipe.from_json(json.dumps(fields)) == recipe
    with pytest.raises(UserError, match="precision"):
        Recipe.from_json(json.dumps({**fields, "precision": "float8"}))


@pytest.mark.usefixtures("beside_pictures")
def test_transfer_takes_it(forge):
    result = styleforge.transfer(
        "toy",
        "identity.png",
        shape="shape.png",
        preset="toy-look",
        steps=2,
        precision="bfloat16",
        forge=forge,
    )
    assert result.recipe.precision == "bfloat16"


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16, torch.float64])
def test_pictures_in_any_precision_are_filled_and_saved(dtype):
    image = torch.linspace(-1, 1, 32).expand(1, 3, 32, 32).to(dtype)
    hole = torch.zeros(1, 1, 32, 32, dtype=dtype)
    hole[..., 8:16, 8:16] = 1
    filled = telea(image, hole)
    assert filled.dtype == dtype
    assert to_picture(filled).size == (32, 32)
