"""Where a run starts: what is only pasted needs no latent, and noise maps are chance."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from styleforge.builtin.inpainters import telea
from styleforge.compose.paste import paste
from styleforge.errors import UserError
from styleforge.pack.models import Models
from styleforge.recipe.condition import ImageRef
from styleforge.recipe.recipe import Compose
from styleforge.recipe.starts import Paste
from styleforge.run.job import Job
from styleforge.run.start import begin


@pytest.fixture
def recipe(forge):
    return forge.recipe("toy")


@pytest.mark.parametrize("start", ["mapper", "inverter", "mean"])
def test_what_is_only_pasted_needs_no_latent(forge, problem, start):
    """Neither inverter nor mapper is run for a picture that no generator draws."""
    pack = problem.models.pack
    others = ("inverter", "mapper/toy")
    left = {kind: one for kind, one in pack.components.items() if kind not in others}
    problem = replace(problem, models=Models(replace(pack, components=left)))
    recipe = forge.recipe(
        "toy", "toy-mapper", start=start, start_paste=Paste(region="thing"),
        compose=Compose(mode="pasted"), conditions={"toy.shape": ImageRef("shape.png")},
    )  # fmt: skip
    result = Job(forge, recipe, problem).result()
    assert torch.equal(result.image, paste(problem, recipe.start_paste, telea))
    generator = problem.models.get("generator")
    assert result.latent.shape == (1, generator.rows, generator.width)
    with pytest.raises(UserError, match="has no inverter"):  # what is drawn does need one
        Job(forge, replace(recipe, start="mapper", compose=Compose(mode="edit")), problem).result()


def test_noise_maps_are_chance_that_the_seed_says(recipe, problem):
    first, second = begin(problem, recipe).noise, begin(problem, recipe).noise
    other = begin(problem, replace(recipe, seed=recipe.seed + 1)).noise
    assert all(torch.equal(a, b) for a, b in zip(first, second, strict=True))
    assert not any(torch.equal(a, b) for a, b in zip(first, other, strict=True))
