"""Clothing is a domain of its own, made of core's methods alone."""

from __future__ import annotations

import styleforge_clothing

from styleforge.forge import Forge
from styleforge.recipe import Recipe


def test_the_domain_and_its_attributes_are_registered() -> None:
    forge = Forge(plugins=())
    forge.use(styleforge_clothing)
    names = {item.name for item in forge.attributes_of("clothing")}
    assert names == {"clothing.shape", "clothing.appearance", "clothing.finer_style"}
    recipe = forge.recipe("clothing")
    assert Recipe.from_json(recipe.to_json()) == recipe


def test_identity_is_everything_but_clothing() -> None:
    forge = Forge(plugins=())
    forge.use(styleforge_clothing)
    mask = forge.recipe("clothing").stages[0].objective["identity"].args["mask"]
    assert "identity.hair" in mask
    assert "~dilate(shape.clothing" in mask
