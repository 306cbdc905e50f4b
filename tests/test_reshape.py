"""Edits that leave a region's outline keep its outline and its fine detail."""

from __future__ import annotations

import pytest

from styleforge.api.edit_recipe import edit_recipe
from styleforge.compose.render import Layer, render
from styleforge.forge import Forge
from styleforge.recipe.condition import Swatch, Text
from styleforge.recipe.recipe import Compose
from styleforge.recipe.starts import Mapped, Towards
from styleforge.run.start import begin
from styleforge.testing import toy


@pytest.fixture
def problem(forge: Forge):
    return toy.toy_problem(forge.models("toy"))


def test_colour_alone_keeps_the_outline_and_shape_does_not(forge, pictures):
    picture = str(pictures / "identity.png")
    colour = edit_recipe(forge, "toy", picture, {"appearance": "#336699"}, pack="toy")
    shape = edit_recipe(forge, "toy", picture, {"shape": picture}, pack="toy")
    assert colour.start_map is not None
    assert shape.start_map is not None
    assert (colour.start_map.reshapes, colour.compose.outline) == (False, "own")
    assert shape.start_map.reshapes
    assert shape.compose.outline != "own"


def test_own_outline_is_the_identity_s(forge, problem):
    state = begin(problem, forge.recipe("toy", "toy-look", pack="toy"))
    domain = forge.domains["toy"]
    how = Compose(mode="layered", outline="own")
    made = render(state.latent, state.noise, problem, [Layer(domain, how)], forge.components)
    assert made.regions is problem.identity.regions
    outside = problem.identity.regions["thing"] < 1e-3
    away = outside & (made.image - problem.identity.image).abs().amax(1, keepdim=True).lt(1e-5)
    assert away.sum() >= 0.5 * outside.sum()


def test_it_follows_from_what_is_asked_wherever_the_recipe_is_made(forge):
    colour = {"toy.appearance": Swatch("#336699")}
    made = forge.recipe("toy", "toy-mapper", pack="toy", conditions=colour)
    assert made.start_map is not None
    assert (made.start_map.reshapes, made.compose.outline) == (False, "own")
    other = Mapped(region="thing", towards=Towards(conditions={"toy.shape": Text("tall")}))
    mixed = forge.recipe("toy", "toy-mapper", pack="toy", conditions=colour, start_map=other)
    assert mixed.start_map is not None
    assert mixed.start_map.reshapes
