"""What domains and packs suggest in words is known, and taken as it stands."""

from __future__ import annotations

from dataclasses import replace

import pytest

import styleforge
from styleforge.errors import UserError
from styleforge.forge import Forge
from styleforge.recipe.colour_names import colours_of
from styleforge.recipe.words import phrase

FORGE = Forge()
CASES = [
    (pack, name)
    for pack in FORGE.packs
    for name in FORGE.attributes
    if "text" in FORGE.attributes[name].accepts and name in FORGE.packs[pack].words
]


def taken(pack, attribute, words):
    """What words are changed to, as notes or a refusal; nothing if they are taken as they are."""
    named = colours_of(words, attribute) if attribute.is_colour else None
    if named is not None:
        return [*named.misspelt, *[named.left] * bool(named.left), *[words] * (not named.exact)]
    said = phrase(words, attribute)
    try:
        _, notes = FORGE.models(pack).get("embedding").place(said, attribute.name)
    except UserError as error:
        return [str(error)]
    return list(notes)


@pytest.mark.parametrize(("pack", "name"), CASES)
def test_every_suggestion_is_taken_as_it_stands(pack, name):
    attribute = FORGE.attributes[name]
    offered = FORGE.packs[pack].suggested(attribute)
    assert len(offered) > 3
    assert len(set(offered)) == len(offered)
    for words in offered:
        assert taken(pack, attribute, words) == [], words


@pytest.mark.parametrize(("pack", "name"), CASES)
def test_what_is_no_word_is_noticed(pack, name):
    assert taken(pack, FORGE.attributes[name], "xyzzy")
    assert taken(pack, FORGE.attributes[name], "strapless mohawk with paisley")


def test_the_default_pack_has_suggestions_for_all_that_takes_words():
    pytest.importorskip("styleforge_portraits")
    assert {"portraits"} <= {pack for pack, _ in CASES}
    asked = {name for name in FORGE.attributes if "text" in FORGE.attributes[name].accepts}
    known = {name for pack, name in CASES if pack == "portraits"}
    assert known >= {one for one in asked if one.startswith(("hair.", "clothing."))}


def test_a_pack_without_words_leaves_the_attributes_own():
    pytest.importorskip("styleforge_portraits")
    pack = FORGE.packs["portraits"]
    mine = FORGE.attributes[CASES[0][1]]
    assert replace(pack, words={}).suggested(mine) == mine.words


# --- words that nobody offered ------------------------------------------------------------
KINDS_OF_WORDS = [
    ("hair", "shape", "mohawk", "undercut"),
    ("hair", "shape", "curly bobb", "bob"),
    ("hair", "shape", "a punk rocker with a big red mohawk", "undercut"),
]


@pytest.mark.parametrize(("domain", "role", "words", "used"), KINDS_OF_WORDS)
def test_what_stands_for_an_unknown_word_is_of_its_kind_and_a_note_of_the_result(
    domain, role, words, used
):
    pytest.importorskip("styleforge_portraits")
    result = styleforge.edit(domain, "gallery:ada", pack="portraits", forge=FORGE, **{role: words})
    said = " ".join(result.notes)
    assert f"'{used}' is used instead" in said
    assert not any(colour in said for colour in ("pink", "#"))


@pytest.mark.parametrize(
    ("domain", "words"), [("hair", "strapless"), ("clothing", "strapless"), ("clothing", "bardot")]
)
def test_a_word_without_a_neighbour_of_its_kind_is_refused(domain, words):
    pytest.importorskip("styleforge_portraits")
    with pytest.raises(UserError, match=f"'{words}' is not a word this pack knows"):
        styleforge.edit(domain, "gallery:ada", pack="portraits", forge=FORGE, shape=words)


def test_a_colour_in_a_sentence_is_that_colour():
    pytest.importorskip("styleforge_portraits")
    words = "a punk rocker with a big red mohawk"
    result = styleforge.edit("hair", "gallery:ada", pack="portraits", forge=FORGE, appearance=words)
    assert any("was read as #ff0000" in note for note in result.notes)
