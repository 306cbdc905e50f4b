"""Colour words mean their colour: every name of the table, on dark and on light hair."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from styleforge.compose.tint import tinted
from styleforge.losses.lab import lab
from styleforge.measure.metrics import colour_error
from styleforge.recipe.colour_names import colours_of, names
from styleforge.recipe.condition import Swatch
from styleforge.recipe.domain import Attribute

LIPS = Attribute(name="lips.colour", title="", help="", prompt="{} lips")
OWN = replace(LIPS, colours={"brown": "#6a4e42", "ash blonde": "#debc99"})
GROUNDS = {"dark": (0.16, 0.11, 0.08), "light": (0.86, 0.72, 0.48)}
ONES = torch.ones(1, 1, 32, 32)


def strands(ground: str) -> torch.Tensor:
    """A picture ``(1, 3, 32, 32)`` of strands of a colour, with shadows and highlights."""
    noise = torch.randn(1, 1, 1, 32, generator=torch.Generator().manual_seed(0))
    shade = (1 + 0.3 * noise).clamp(0.3, 1.9).expand(1, 1, 32, 32)
    return (torch.tensor(GROUNDS[ground])[None, :, None, None] * shade).clamp(0, 1) * 2 - 1


def made(colour: str, ground: str) -> torch.Tensor:
    return tinted(strands(ground), ONES, (torch.tensor(Swatch(colour).rgb) + 1) / 2)


@pytest.mark.parametrize("ground", GROUNDS)
def test_every_name_gives_its_colour(ground):
    for name, colour in names(LIPS).items():
        wanted = ONES * torch.tensor(Swatch(colour).rgb)[None, :, None, None]
        assert colour_error(made(colour, ground), ONES, wanted, ONES) < 2.1, name


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("name", ["turquoise", "purple", "teal", "hotpink", "orange"])
def test_vivid_colours_keep_shading_and_do_not_bleach(ground, name):
    found = made(names(LIPS)[name], ground)
    in_lab = lab(found, gamma=True)[0, :, 0]  # (3, 32)
    chroma = in_lab[1:].norm(dim=0)
    lit = in_lab[0] > in_lab[0].median()  # (32,)
    assert in_lab[0].std() > 2
    assert chroma[lit].min() > 0.5 * chroma[lit].max()


@pytest.mark.parametrize(
    ("text", "colours", "left"),
    [
        ("navy blue", ["#000080"], ""),
        ("navy and yellow stripes", ["#000080", "#ffff00"], "stripes"),
        ("slate grey lips", ["#708090"], ""),
        ("blue black", ["#000080"], ""),
        ("dark teal", ["#005353"], ""),
        ("pale teal and dark red", ["#80c0c0", "#8b0000"], ""),
        ("brown", ["#6a4e42"], ""),
        ("ash blonde", ["#debc99"], ""),
        ("crimson with highlights", ["#dc143c"], "highlights"),
        ("not red but blue", ["#0000ff"], "not red"),
        ("teal without red or pink", ["#008080"], "without red pink"),
        ("teal \N{FIRE} in 2 tones", ["#008080"], "\N{FIRE} 2 tones"),
        ("t\u00e9al r\u00f6tlich", ["#008080"], "r\u00f6tlich"),
        ("teal, Not R\u00ebd", ["#008080"], "Not R\u00ebd"),
    ],
)
def test_words_are_read_as_colours(text, colours, left):
    found = colours_of(text, OWN)
    assert found is not None
    assert ([one.colour for one in found.colours], found.left) == (colours, left)


def test_what_names_no_colour_is_left_to_the_encoder():
    assert colours_of("glossy", OWN) is None
    assert colours_of("dark", OWN) is None


@pytest.mark.parametrize(
    ("text", "misspelt", "colour"),
    [
        ("turqoise", ("turqoise", "turquoise"), "#40e0d0"),
        ("dark purpel", ("purpel", "purple"), "#530053"),
        ("navy and yelow", ("yelow", "yellow"), "#ffff00"),
    ],
)
def test_a_misspelt_name_is_read_and_told(text, misspelt, colour):
    found = colours_of(text, OWN)
    assert found is not None
    assert found.misspelt == (misspelt,)
    assert found.colours[-1].colour == colour


@pytest.mark.parametrize("text", ["not red", "no blue please", "never dark red or pink"])
def test_what_is_denied_is_no_colour(text):
    assert colours_of(text, OWN) is None


def test_a_noun_is_nothing_left_out():
    mouth = replace(LIPS, nouns=("mouth",))
    found = colours_of("crimson mouth", mouth)
    assert found is not None
    assert (found.left, found.exact) == ("", True)
