"""Words for colours of cloth mean their colour; with a pattern there are two."""

from __future__ import annotations

import pytest
import torch
from styleforge_clothing.colours import COLOURS
from styleforge_clothing.retexture import tones

from styleforge.api import edit
from styleforge.measure.metrics import colour_error
from styleforge.prepare.pixels import colour_distance
from styleforge.prepare.problem import Reference
from styleforge.prepare.regions import hard_regions
from styleforge.recipe.colour_names import names
from styleforge.recipe.condition import Swatch


def rgb(colour):
    """Values ``(3,)`` in [0, 1]."""
    return (torch.tensor(Swatch(colour).rgb).double().numpy() + 1) / 2


def worn(result):
    found = tones(Reference(image=result.image, regions=result.regions), "clothing")
    assert found is not None
    return found


def test_the_survey_is_quoted_as_it_is():
    colours = pytest.importorskip("matplotlib.colors")
    for name, colour in COLOURS.items():
        assert colours.XKCD_COLORS[f"xkcd:{name}"] == colour


@pytest.mark.parametrize("who", ["jun", "femi"])
@pytest.mark.parametrize("word", ["white", "navy blue", "mustard", "teal shirt", "black", "lime"])
def test_cloth_gets_the_colour_of_the_word(forge, who, word):
    result = edit("clothing", f"gallery:{who}", forge=forge, pack="portraits", appearance=word)
    table = names(forge.attributes["clothing.appearance"])
    name = word.removesuffix(" shirt").removesuffix(" blue")
    ones = torch.ones(1, 1, 1, 1)
    wanted = torch.tensor(Swatch(table[name]).rgb)[None, :, None, None]
    cloth = hard_regions(result.regions)["clothing"]
    assert colour_error(result.image, cloth, wanted, ones) < 5
    assert result.notes == ()


def test_a_striped_shirt_has_both_colours_of_the_words(forge):
    words = "navy and yellow"
    result = edit("clothing", "gallery:otto", forge=forge, pack="portraits", appearance=words)
    found = worn(result)
    assert found.accent is not None
    navy, yellow = rgb("#000080"), rgb("#ffff00")
    pairs = [
        ((found.base, navy), (found.accent, yellow)),
        ((found.base, yellow), (found.accent, navy)),
    ]
    assert min(max(colour_distance(*one) for one in both) for both in pairs) < 8
    assert any("shows where there is a pattern" in note for note in result.notes)


def test_stripes_of_two_colours_on_a_plain_shirt(forge):
    result = edit(
        "clothing", "gallery:jun", forge=forge, pack="portraits", appearance="navy and yellow",
        finer_style="striped",
    )  # fmt: skip
    found = worn(result)
    assert found.accent is not None
    assert colour_distance(found.base, rgb("#000080")) < 8
    assert colour_distance(found.accent, rgb("#ffff00")) < 8


def test_what_is_no_colour_is_said(forge):
    result = edit(
        "clothing", "gallery:jun", forge=forge, pack="portraits",
        appearance="navy and yellow stripes",
    )  # fmt: skip
    assert any("'stripes' is no colour" in note for note in result.notes)
    assert any("ask for finer_style" in note for note in result.notes)
