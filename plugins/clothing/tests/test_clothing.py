"""Clothing is a domain of its own, made of core's methods alone."""

from __future__ import annotations

import styleforge_clothing
import torch

from styleforge.forge import Forge
from styleforge.prepare.masks import evaluate
from styleforge.recipe.recipe import Recipe


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
    mask = forge.recipe("clothing", "loho").stages[0].objective["identity"].args["mask"]
    assert "identity.hair" in mask
    assert "~dilate(shape.clothing" in mask


def test_new_clothing_covers_every_kept_region() -> None:
    """Where the new clothing comes, neither face nor skin nor hair of the identity is kept."""
    forge = Forge(plugins=())
    forge.use(styleforge_clothing)
    mask = forge.recipe("clothing", "loho").stages[0].objective["identity"].args["mask"]
    ones = torch.ones(1, 1, 8, 8)
    for region in ("face", "skin", "hair"):

        def lookup(role: str, name: str, soft: bool, kept: str = region) -> torch.Tensor:
            return ones if (role, name) in {("shape", "clothing"), ("identity", kept)} else 0 * ones

        assert evaluate(mask, lookup).sum() == 0, region
