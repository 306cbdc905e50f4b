"""Conditions: what is a colour, and what is said of what is none."""

from __future__ import annotations

import json
from dataclasses import replace
from types import SimpleNamespace

import pytest
import torch

from styleforge.builtin.losses import colour
from styleforge.errors import UserError
from styleforge.recipe.condition import ImageRef, Swatch
from styleforge.recipe.recipe import Recipe

WRONG = ["8a2be2", "#8a2be", "#8a2be2f", "#8a2bgg", "violet", "", "#8a2be2\n", "# 8a2be"]


def test_a_colour_is_kept_as_it_was_written():
    assert Swatch("#8A2be2").colour == "#8A2be2"
    assert Swatch("#000000").rgb == (-1, -1, -1)
    assert Swatch("#ff00ff").rgb == (1, -1, 1)


def test_the_short_form_is_written_out():
    assert Swatch("#a3F") == Swatch("#aa33FF")


@pytest.mark.parametrize("colour", WRONG)
def test_what_is_no_colour_is_told_what_was_expected(colour):
    with pytest.raises(UserError) as caught:
        Swatch(colour)
    text = str(caught.value)
    assert text.startswith(repr(colour))
    assert "six hexadecimal digits" in text
    assert "'#8a2be2'" in text


def test_recipes_and_losses_refuse_it_as_well(forge):
    recipe = replace(forge.recipe("toy"), conditions={"toy.appearance": Swatch("#123456")})
    assert Recipe.from_json(recipe.to_json()) == recipe
    content = json.loads(recipe.to_json())
    content["conditions"]["toy.appearance"]["colour"] = "#12345"
    with pytest.raises(UserError, match="'#12345' is not a colour"):
        Recipe.from_json(json.dumps(content))
    ones = torch.ones(1, 1, 4, 4)
    view = SimpleNamespace(image=torch.zeros(1, 3, 4, 4), mask=lambda mask: ones)
    with pytest.raises(UserError, match="'blue' is not a colour"):
        colour(view, mask="image.thing", swatch="blue")


@pytest.mark.parametrize("number", [0, -2, 1001, True, 1.5, "2"])
def test_there_is_no_such_subject(number):
    with pytest.raises(UserError, match=r"The subject of two.png is .*; it is a number from 1"):
        ImageRef("two.png", subject=number)


def test_a_recipe_keeps_the_subject(forge):
    recipe = forge.recipe("toy", identity=ImageRef("identity.png", subject=2))
    assert Recipe.from_json(recipe.to_json()).identity.subject == 2
    before = json.loads(recipe.to_json())
    del before["identity"]["subject"]  # as it was before there were subjects
    assert Recipe.from_json(json.dumps(before)).identity.subject is None
    before["identity"]["subject"] = -1
    with pytest.raises(UserError, match="it is a number from 1"):
        Recipe.from_json(json.dumps(before))
