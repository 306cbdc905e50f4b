"""The trade's words for colours of hair mean their colour, on dark and on light hair."""

from __future__ import annotations

import pytest
import torch
from styleforge_hair.colours import NATURAL, OURS, SURVEY

from styleforge.api import edit
from styleforge.forge import Forge
from styleforge.losses.lab import lab
from styleforge.measure.metrics import colour_error
from styleforge.prepare.regions import hard_regions
from styleforge.recipe.colour_names import colours_of, names
from styleforge.recipe.condition import Swatch

pytest.importorskip("styleforge_portraits.portraits")

WORDS = ["white", "silver", "ash blonde", "ginger", "copper", "teal", "green", "turquoise"]


def test_every_word_is_read_as_itself(forge):
    attribute = forge.attributes["hair.appearance"]
    for name, colour in attribute.colours.items():
        found = colours_of(f"{name} hair", attribute)
        assert found is not None
        assert found.exact, name
        assert (found.colours, found.left) == ((Swatch(colour),), ""), name
    assert len(names(attribute)) > 160
    assert set(OURS.values()) <= set(NATURAL.values())


def test_the_survey_is_quoted_as_it_is():
    colours = pytest.importorskip("matplotlib.colors")
    for name, colour in SURVEY.items():
        assert colours.XKCD_COLORS[f"xkcd:{name}"] == colour


@pytest.mark.parametrize("who", ["cleo", "nils"])
@pytest.mark.parametrize("word", WORDS)
def test_hair_gets_the_colour_of_the_word(forge, who, word):
    result = edit("hair", f"gallery:{who}", forge=forge, appearance=word)
    hair = hard_regions(result.regions)["hair"]
    named = colours_of(word, forge.attributes["hair.appearance"])
    assert named is not None
    ones = torch.ones(1, 1, 1, 1)
    wanted = torch.tensor(named.colours[0].rgb)[None, :, None, None]
    assert colour_error(result.image, hair, wanted, ones) < 5
    assert lab(result.image, gamma=True)[:, :1][hair > 0].std() > 2.5  # shading is left
    assert result.notes == ()


def test_navy_blue_is_not_royal_blue(forge):
    attribute = forge.attributes["hair.appearance"]
    read = [colours_of(one, attribute) for one in ("navy", "navy blue", "royal blue")]
    navy, blue, royal = (one.colours[0].colour for one in read if one is not None)
    assert navy == blue != royal


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("purpel", "'purpel' is no colour's name; 'purple' is used instead."),
        ("dark teal", "'dark teal' was read as #005353."),
        ("pink and blue", "takes one colour, so #0000ff was left out"),
        ("pink, not red", "'not red' is no colour, and was left out"),
        ("with highlights", "names no known colour; it was taken for #"),
    ],
)
def test_what_words_are_taken_for_is_said(forge, words, told):
    result = edit("hair", "gallery:nils", forge=forge, appearance=words)
    assert any(told in note for note in result.notes), result.notes


def test_a_name_of_the_table_embeds_no_palette(monkeypatch):
    fresh = Forge()
    monkeypatch.setattr("styleforge.compose.colours.palette", None)  # fails where it is asked for
    result = edit("hair", "gallery:mira", forge=fresh, pack="portraits", appearance="teal")
    assert result.status == "done"
