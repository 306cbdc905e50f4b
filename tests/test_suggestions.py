"""What domains and packs suggest in words is known, and taken as it stands."""

from __future__ import annotations

from dataclasses import replace

import pytest

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
