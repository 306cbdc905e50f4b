"""How words are read: the prompt around them, their pieces, and what is not understood."""

from __future__ import annotations

import pytest
import torch

from styleforge.errors import UserError
from styleforge.prepare.embed import embed, patch
from styleforge.recipe.condition import Swatch, Text
from styleforge.recipe.domain import Attribute
from styleforge.recipe.words import (
    phrase,
    pieces_of,
    spelt,
)
from styleforge.testing import toy

SHAPE, APPEARANCE, _ = toy.ATTRIBUTES


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("matte", "matte lips"),
        ("  dark   red ", "dark red lips"),
        ("dark lips", "dark lips"),
        ("Dark LIPS, please", "Dark LIPS, please"),
        ("lips, dark", "lips, dark"),
        ("eclipse", "eclipse lips"),
        ("mouth of red", "mouth of red"),
        ("{} {0}", "{} {0} lips"),
        ("", ""),
        (" \t", ""),
    ],
)
def test_the_prompt_is_put_around_words_without_their_noun(said, wanted):
    lips = Attribute(name="mouth.colour", title="", help="", prompt="{} lips")
    assert phrase(said, lips) == wanted


def test_an_article_of_the_prompt_is_no_noun():
    lips = Attribute(name="mouth.colour", title="", help="", prompt="the lips of a {} mouth")
    assert phrase("a red one", lips) == "the lips of a a red one mouth"
    assert phrase("a red mouth", lips) == "a red mouth"
    plain = Attribute(name="mouth.colour", title="", help="")
    assert phrase("red", plain) == "red"


# --- embeddings ---------------------------------------------------------------------------
def test_words_are_placed_and_said(models):
    mask = torch.ones(1, 1, 32, 32)
    encoder = models.get("embedding")
    found, notes = embed(Text("tal"), SHAPE, models, mask)
    assert torch.equal(found, encoder.embed_text(["tall"]))
    assert notes == ("'tal' was read as 'tall'.",)
    assert embed(Text("tall thing"), SHAPE, models, mask)[1] == ()
    for nothing in ("xyzzy", "", "  ", "!?"):
        with pytest.raises(UserError, match="can be placed; the toy encoder knows tall"):
            embed(Text(nothing), SHAPE, models, mask)


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("bob\N{HAIRCUT}, 60s-style!", ["bob", "\N{HAIRCUT}", "60s", "style"]),
        (
            "\N{WOMAN}\u200d\N{EMOJI COMPONENT RED HAIR} red",
            ["\N{WOMAN}\u200d\N{EMOJI COMPONENT RED HAIR}", "red"],
        ),
        ("women\u2019s cr\u00e8me", ["womens", "creme"]),
        (
            "\u0939\u093f\u0928\u094d\u0926\u0940 \u8d64\u3044",
            ["\u0939\u093f\u0928\u094d\u0926\u0940", "\u8d64\u3044"],
        ),
        ("blo\u00adnde\u200b \ufeff", ["blonde"]),
        ("?! - \u2014 \u200d", []),
    ],
)
def test_whatever_a_text_says_is_read(text, pieces):
    assert pieces_of(text) == pieces


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("\u00dcnl\u00fc, caf\u00e9-style", ["\u00dcnl\u00fc", "caf\u00e9", "style"]),
        ("u\u0308nlu\u0308", ["\u00fcnl\u00fc"]),  # accents of their own
        ("'women\u2019s' girls'", ["women\u2019s", "girls"]),
        ("blo\u00adnde \ufb01ne", ["blonde", "\ufb01ne"]),
        ("\N{HAIRCUT}bob 60s", ["\N{HAIRCUT}", "bob", "60s"]),
        ("\u0939\u093f\u0928\u094d\u0926\u0940", ["\u0939\u093f\u0928\u094d\u0926\u0940"]),
    ],
)
def test_pieces_are_shown_as_the_user_wrote_them(text, said):
    assert [one.said for one in spelt(text)] == said


@pytest.mark.parametrize("extra", ["\N{HAIRCUT}", "3", "\u8d64\u3044", "xyzzy", "\u00dcnl\u00fc"])
def test_what_is_not_understood_is_said(models, extra):
    mask = torch.ones(1, 1, 32, 32)
    _, notes = embed(Text(f"tall {extra}"), SHAPE, models, mask)
    assert [one for one in notes if extra in one]


def test_a_colour_is_shown_to_the_encoder(models):
    mask = (torch.rand(1, 1, 32, 32, generator=torch.Generator().manual_seed(0)) > 0.5).float()
    shown = patch(Swatch("#ff0080"), mask)
    assert shown.shape == (1, 3, 32, 32)
    inside = shown[0][:, mask[0, 0] > 0]
    assert torch.allclose(inside.mT, torch.tensor([1.0, -1.0, 0.0039]), atol=1e-3)
    assert not shown[0][:, mask[0, 0] == 0].any()
    found, notes = embed(Swatch("#ff0080"), APPEARANCE, models, mask)
    assert torch.equal(found, models.get("embedding").embed_image(shown))
    assert notes == ()
