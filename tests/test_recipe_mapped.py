"""Recipes of mapped edits survive JSON, and say what is wrong with those that cannot be read."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from styleforge.errors import UserError
from styleforge.recipe.condition import ImageRef, Swatch, Text
from styleforge.recipe.recipe import Recipe
from styleforge.recipe.starts import Mapped, Towards


@pytest.fixture
def mapped() -> Recipe:
    towards = Towards(
        conditions={"toy.shape": ImageRef("b.png", sha256="1" * 64), "toy.appearance": Text("ä")},
        at=0.1 + 0.2,
        strengths={"toy.shape": 2.5},
    )
    return Recipe(
        domain="toy",
        method="mine",
        stages=(),
        conditions={"toy.appearance": Swatch("#abc")},
        start="mapper",
        start_map=Mapped(region="thing", absent="published", towards=towards),
        described="preview",
    )


def test_mapped_recipes_survive_json(mapped):
    again = Recipe.from_json(mapped.to_json())
    assert again == mapped
    assert again.to_json() == mapped.to_json()
    assert again.conditions["toy.appearance"].colour == "#aabbcc"
    plain = replace(mapped, start_map=None, described="words")
    assert Recipe.from_json(plain.to_json()) == plain


@pytest.mark.parametrize(
    ("before", "after", "where"),
    [
        ('"absent":"published"', '"absent":"half"', "start_map.absent"),
        ('"described":"preview"', '"described":"sound"', "described"),
        ('"at":0.3', '"at":"far","was":0.3', "start_map.towards.at"),
        ('"kind":"swatch"', '"kind":"smell"', "conditions.toy.appearance"),
        ('"colour":"#aabbcc"', '"colour":"blue"', "is not a colour"),
        ('"region":"thing"', '"region":"thing","speed":3', "speed"),
    ],
)
def test_what_cannot_be_read_is_named(mapped, before, after, where):
    text = mapped.to_json()
    assert before in text
    with pytest.raises(UserError, match=where.replace(".", r"\.")):
        Recipe.from_json(text.replace(before, after))


def test_recipes_from_before_the_mapper_are_read(forge):
    content = json.loads(forge.recipe("toy").to_json())
    for key in ("start_map", "described"):
        del content[key]
    assert Recipe.from_json(json.dumps(content)) == forge.recipe("toy")
