"""What words of shape are taken for is a note of the result, or a refusal."""

from __future__ import annotations

import pytest
from styleforge_hair.words import HAIRSTYLES

from styleforge.api import edit
from styleforge.errors import UserError
from styleforge.recipe.words import phrase

pytest.importorskip("styleforge_portraits.portraits")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("mohawk", "'mohawk' is not a word this pack knows; 'undercut' is used instead."),
        ("dreadlocks", "'coily' is used instead."),
        ("two braids", "'bun' is used instead."),
        ("curley", "'curly' is used instead."),
        ("mowhawk", "'undercut' is used instead."),
        ("long, not curly", "'not curly' cannot be placed"),
        ("blonde bob", "'blonde' is left out"),
        ("finer waves", "'finer' is not a word this pack knows and is left out."),
        ("long braids", "'bun', does not go with the rest"),
    ],
)
def test_the_result_says_what_was_drawn_instead(forge, words, told):
    result = edit("hair", "gallery:mira", forge=forge, shape=words)
    assert any(told in note for note in result.notes), result.notes


def test_a_punk_rocker_with_a_big_red_mohawk_is_not_pink(forge):
    result = edit("hair", "gallery:mira", forge=forge, shape="a punk rocker with a big red mohawk")
    said = " ".join(result.notes)
    assert "pink" not in said
    assert "'undercut' is used instead" in said
    assert "ask for it as hair.appearance" in said


@pytest.mark.parametrize("words", ["xyzzy", "not long", "purple", "strapless", "striped", "caesar"])
def test_what_has_no_word_of_shape_is_refused_with_words_that_can(forge, words):
    with pytest.raises(UserError, match=rf"^'{words}' has no word for hair\.shape.*a bob"):
        edit("hair", "gallery:mira", forge=forge, shape=words)


def test_the_readmes_own_words_are_taken_as_they_are(forge):
    assert edit("hair", "gallery:mira", forge=forge, shape="long wavy hair").notes == ()


def test_every_published_style_is_taken_noted_or_refused_by_its_kind(forge):
    attribute = forge.attributes["hair.shape"]
    encoder = forge.models("portraits").get("embedding")
    refused = 0
    for words in HAIRSTYLES:
        try:
            placed, notes = encoder.place(phrase(words, attribute), attribute.name)
        except UserError as error:
            refused += "hair.shape" in str(error)
            continue
        assert notes or set(words.replace("-", " ").split()) <= set(placed.split())
        assert not {"black", "brown", "ginger", "rose", "light", "stripes"} & set(placed.split())
    assert 0 < refused < len(HAIRSTYLES) / 2
