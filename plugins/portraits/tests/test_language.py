"""Words mean ranges of factors: captions, descriptions, and the teacher's changes."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from styleforge_portraits import language, world
from styleforge_portraits.language import HELD_OUT, WORDS
from styleforge_portraits.language.table import table
from styleforge_portraits.language.truth import truth_table

from styleforge.errors import UserError

PAGE = Path(__file__).parents[3] / "docs" / "words.md"
PEOPLE = [world.sample(np.random.default_rng(seed)) for seed in range(60)]
HAIR = ("hair_shape", "hair_appearance")


def test_terms_speak_of_factors_that_exist_and_have_a_key_of_their_own() -> None:
    factors = {factor.name: factor for factor in world.FACTORS}
    for term in WORDS:
        assert term.names
        assert term.group in world.GROUPS
        for condition in (one for box in term.boxes for one in box):
            factor = factors[condition.factor]
            assert factor.group == term.group
            if condition.options:
                assert set(condition.options) <= set(factor.options)
            else:
                assert factor.low <= condition.low < condition.high <= factor.high
    assert len({term.key for term in WORDS}) == len(WORDS)


def test_what_is_held_out_exists() -> None:
    names = {name for term in WORDS for name in term.names}
    assert set(HELD_OUT.names) <= names
    for key in (*HELD_OUT.styles, *(key for pair in HELD_OUT.pairs for key in pair)):
        assert language.by_key(key).key == key
    for key in HELD_OUT.styles:
        assert language.parse(language.by_key(key).gloss).terms


@pytest.mark.parametrize("about", [*HAIR, "hair_finer_style", "clothing", "hair", None])
def test_captions_are_read_back_and_true(about: str | None) -> None:
    rng = np.random.default_rng(1)
    for person in PEOPLE:
        text = language.describe(person, rng, about)
        found = language.parse(text)
        assert found.terms, text
        assert not found.unknown, text
        assert not found.unseen, text
        if about is not None:
            assert all(group.startswith(about) for group in found.groups)
        # where no term holds, the nearest is said
        assert found.holds(person) or len(found.terms) == 1, text


def test_captions_vary_and_can_be_unseen() -> None:
    rng = np.random.default_rng(2)
    afro = language.satisfy(PEOPLE[0], language.parse("purple afro"), rng)
    assert len({language.describe(afro, rng, "hair") for _ in range(40)}) > 15
    said = [language.parse(language.describe(afro, rng, "hair", unseen=True)) for _ in range(80)]
    assert any(one.unseen for one in said)


def test_words_are_drawn_as_often_whether_people_have_them_or_not():
    rng = np.random.default_rng(0)
    drawn = [language.draw(rng, "hair_shape", most=1)[0].key for _ in range(2000)]
    counts = Counter(drawn)
    assert min(counts.values()) > 0.5 * 2000 / len(counts)
    assert "style/afro" in counts
    assert not {key for key in language.HELD_OUT.styles if key.startswith("style")} & set(counts)


def test_drawn_words_are_of_other_axes_and_hold_nothing_out():
    rng = np.random.default_rng(1)
    pairs = [language.draw(rng, "hair") for _ in range(1500)]
    assert {len(terms) for terms in pairs} == {1, 2}
    assert all(len({term.axis for term in terms}) == len(terms) for terms in pairs)
    assert not any(language.held_out(terms) for terms in pairs)
    unseen = [language.draw(rng, "hair", unseen=True) for _ in range(1500)]
    assert any(language.held_out(terms) for terms in unseen)


def test_truth_table_agrees_with_the_terms() -> None:
    table_ = truth_table(np.stack([world.encode(person) for person in PEOPLE]))
    wanted = np.array([[term.holds(person) for term in WORDS] for person in PEOPLE])
    assert (table_ != wanted).mean() < 1e-3  # an edge may round


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("long wavy hair", ["length/long", "texture/wavy"]),
        ("a blonde bob", ["hair colour/blonde", "style/bob"]),
        (
            "short curly black hair with a fringe",
            ["length/short", "texture/curly", "hair colour/black", "fringe/fringe"],
        ),
        ("blue shirt and pink hair", ["cloth colour/blue", "hair colour/pink"]),
        ("a pink-haired woman in a blue polka-dot top",
         ["hair colour/pink", "cloth colour/blue", "pattern/dotted"]),
        ("wavy hair without a fringe", ["texture/wavy", "fringe/without a fringe"]),
        ("afro hairstyle", ["style/afro"]),
        ("grey", ["hair colour/grey"]),
        ("very long hair", ["length/very long"]),
    ],
)  # fmt: skip
def test_parsing(text: str, keys: list[str]) -> None:
    assert [term.key for term in language.parse(text).terms] == keys


def test_unknown_and_negated_words_are_collected() -> None:
    found = language.parse("long gleeful hair, not curly")
    assert [term.key for term in found.terms] == ["length/long"]
    assert found.unknown == ("gleeful", "not curly")


@pytest.mark.parametrize("term", WORDS, ids=lambda term: term.key)
def test_satisfying_moves_only_what_the_words_speak_about(term: language.Term) -> None:
    rng = np.random.default_rng(3)
    asked = language.Description(term.names[0], (term,), term.names[:1])
    for person in PEOPLE[:10]:
        done = language.satisfy(person, asked, rng)
        assert asked.holds(done)
        assert asked.share(done) == 1
        named = {one.factor for box in term.boxes for one in box}
        assert all(
            getattr(person, one.name) == getattr(done, one.name)
            for one in world.FACTORS
            if one.name not in named
        )
        assert asked.holds(world.decode(world.encode(done)))
        assert language.satisfy(done, asked, rng) == done


def test_satisfying_several_words_and_none_that_contradict() -> None:
    rng = np.random.default_rng(4)
    both = language.parse("a curly blonde bob with bangs")
    assert not language.contradicts(both)
    assert both.holds(language.satisfy(PEOPLE[1], both, rng))
    wrong = language.parse("short long hair")
    assert language.contradicts(wrong)
    with pytest.raises(UserError, match="contradict"):
        language.satisfy(PEOPLE[1], wrong, rng)


@pytest.mark.parametrize("words", ["red wavy hair with bangs ", "straight hair kinky ringlety "])
def test_thousands_of_words_take_seconds(words: str) -> None:
    """They took minutes, as every word was looked up among all that follow; 2 s by now."""
    start = time.process_time()
    language.place(1000 * words, "")
    assert time.process_time() - start < 15


def test_share_counts_terms() -> None:
    person = replace(world.Person(), length=0.9, front=0.8, curl=0.1)
    assert language.parse("long wavy hair").share(person) == 0.5


def test_placing_tells_what_it_changes() -> None:
    assert language.place("long wavy hair") == ("long wavy hair", ())
    text, notes = language.place("lavender hair")
    assert text == "purple hair"
    assert notes == ("'lavender' is not a word this pack knows; 'purple' is used instead.",)
    assert language.place("curley hair")[0] == "curly hair"
    text, notes = language.place("hime cut")
    assert [term.key for term in language.parse(text).terms] == [
        "length/long", "texture/straight", "fringe/full fringe",
    ]  # fmt: skip
    assert "read as" in notes[0]
    assert "left out" in language.place("long xyzzy hair")[1][0]
    for sign in ("\N{HAIRCUT}", "3", "\u8d64\u3044", "\N{EURO SIGN}"):
        text, notes = language.place(f"a bob {sign}")
        assert text == "a bob"
        assert notes == (f"'{sign}' is not a word this pack knows and is left out.",)
    assert language.place("c\u00farly hair") == ("curly hair", ())


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a bob, \u00dcnl\u00fc", "\u00dcnl\u00fc"),
        ("l\u00e0vender hair", "l\u00e0vender"),
        ("long hair, Not c\u00farly", "Not c\u00farly"),
        ("Hime-C\u00fat", "Hime C\u00fat"),
        ("Un\u00f0ulating hair", "Un\u00f0ulating"),
        ("Burg\u00fandy shirt", "Burg\u00fandy"),
    ],
)
def test_notes_show_words_as_they_were_written(text: str, shown: str) -> None:
    notes = language.place(text)[1]
    assert any(f"'{shown}'" in one for one in notes), notes


@pytest.mark.parametrize(
    ("text", "placed"),
    [
        ("white top", "light top"),
        ("burgundy shirt", "dark red shirt"),
        ("turquoise top", "teal top"),
        ("pale blue top", "pale blue top"),
        ("white hair", "white hair"),
        ("black hair and a red top", "black hair and a red top"),
    ],
)
def test_colours_of_clothing_are_read_by_names_that_clothing_has(text: str, placed: str) -> None:
    assert language.place(text)[0] == placed


@pytest.mark.parametrize("text", ["", "  ", "xyzzy", "a hairstyle"])
def test_what_cannot_be_placed_is_an_error_that_lists_words(text: str) -> None:
    with pytest.raises(UserError, match="bob"):
        language.place(text)


@pytest.mark.skipif(not PAGE.exists(), reason="the documents are not beside this distribution")
def test_page_holds_the_table() -> None:
    assert table() in PAGE.read_text(encoding="utf-8"), (
        "Put the output of `python -m styleforge_portraits.language.table` into docs/words.md."
    )


def test_what_one_pass_does_not_do_all_of_is_told():
    """A bald head kept a rim of hair, without a word."""
    for said in ("bald", "a shaved head"):
        (note,) = language.place(said, "hair.shape")[1]
        assert "strength 1.2" in note
    assert not language.place("a bun", "hair.shape")[1]
