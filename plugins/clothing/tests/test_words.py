"""Words for clothing are read as words of their own kind, or refused."""

from __future__ import annotations

import pytest
from styleforge_clothing.words import CUTS, PATTERNS

from styleforge.errors import UserError
from styleforge.recipe.words import phrase

KINDS = [("clothing.shape", CUTS), ("clothing.finer_style", PATTERNS)]


@pytest.mark.parametrize(("name", "offered"), KINDS)
def test_no_word_becomes_one_of_another_kind(forge, name, offered):
    from styleforge_portraits import language

    attribute = forge.attributes[name]
    encoder = forge.models("portraits").get("embedding")
    refused = []
    for words in offered:
        try:
            placed, _ = encoder.place(phrase(words, attribute), name)
        except UserError as error:
            refused.append(str(error))
            continue
        assert language.parse(placed).groups == (name.replace(".", "_"),), words
    assert len(refused) < len(offered) - 5
    assert all(f"for {name}" in one for one in refused)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("clothing.shape", "strapless"),
        ("clothing.shape", "bardot"),
        ("clothing.shape", "tight"),
        ("clothing.finer_style", "paisley"),
        ("clothing.finer_style", "linen"),
        ("clothing.finer_style", "curly"),
    ],
)
def test_what_the_pack_has_no_word_for_is_refused(forge, name, words):
    encoder = forge.models("portraits").get("embedding")
    with pytest.raises(UserError, match=f"no word for {name}"):
        encoder.place(phrase(words, forge.attributes[name]), name)
