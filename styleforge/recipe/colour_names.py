"""What colour words mean: the names of CSS, and those that a domain's trade has for its own.

The names of CSS Color Module Level 4 are Pillow's table; an attribute's own (`Attribute.colours`)
go before them, as their brown may not be CSS's red one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from PIL import ImageColor

from styleforge.recipe.condition import Swatch
from styleforge.recipe.words import spelt, words_in

if TYPE_CHECKING:
    from styleforge.recipe.domain import Attribute

SMALL = frozenset({"a", "an", "the", "of", "in", "colour", "coloured", "color", "colored", "hue"})
JOINING = frozenset({"and", "with", "on", "plus", "or", "nor"})
DENYING = frozenset({"no", "not", "without", "never", "except"})
BASIC = frozenset(
    ("black", "blue", "brown", "gray", "green", "grey", "orange", "pink", "purple", "red", "white",
     "yellow", "blonde", "blond")
)  # fmt: skip
# How far a word goes from a name that the table has no such shade of, to white or to black.
SHADES: Mapping[str, float] = {
    "light": 0.35, "pale": 0.5, "pastel": 0.5, "dark": -0.35, "deep": -0.2,
}  # fmt: skip
LONGEST = 4  # words of a name
ALIKE = 0.82  # of the ratio of difflib, from which a word is taken for a misspelt name


@dataclass(frozen=True)
class Named:
    """The colours that words name, in their order, and the words that name none.

    ``exact`` is whether the table has each of them as it was said; ``misspelt`` are words and the
    names that they were taken for.

    Example:
        >>> Named((Swatch("#008080"),), left="bright").exact
        True
    """

    colours: tuple[Swatch, ...]
    left: str = ""
    exact: bool = True
    misspelt: tuple[tuple[str, str], ...] = ()


def colours_of(text: str, attribute: Attribute) -> Named | None:
    """The colours that words name for an attribute; None where they name none.

    The longest name that is there counts: ``dark red`` is one. Of two names that nothing joins the
    basic one only says what hue the other is (``navy blue``); two basic ones are mixed (``blue
    black``). A shade that the table lacks (``dark teal``) is mixed with black or white. What is
    denied is none (``not red``), and belongs to the words that are left.

    Example:
        >>> from styleforge.recipe.domain import Attribute
        >>> lips = Attribute(name="lips.colour", title="", help="", prompt="{} lips")
        >>> colours_of("dark red lips", lips).colours
        (Swatch(colour='#8b0000', kind='swatch'),)
        >>> [one.colour for one in colours_of("navy blue and yellow", lips).colours]
        ['#000080', '#ffff00']
        >>> colours_of("bright teal, not purple", lips).left
        'bright not purple'
        >>> colours_of("turqoise", lips).misspelt
        (('turqoise', 'turquoise'),)
        >>> colours_of("long", lips) is None
        True
    """
    nouns = words_in(attribute.prompt.replace("{}", " ")) | {attribute.domain.lower()}
    nouns |= SMALL | {one.lower() for one in attribute.nouns}
    pieces = [one for one in spelt(text) if one.read not in nouns]
    own = [one.said for one in pieces]  # the user's spelling
    table = names(attribute)
    words, misspelt = _corrected([one.read for one in pieces], own, table)
    found: list[tuple[str, str]] = []  # a colour, and its name if it is one of the table
    left: list[str] = []
    joined, denied, exact, at = True, False, True, 0
    while at < len(words):
        shade, count = _name(words[at : at + 1 + LONGEST], table)
        said = words[at : at + shade + count]
        if not count:
            joined, denied = True, _denies(words[at], denied=denied)
            if words[at] not in JOINING and words[at] != "but":
                left.append(own[at])
            at += 1
            continue
        start, at = at, at + len(said)
        if denied:
            left += own[start:at]
            continue
        name = "".join(said[shade:])
        colour = table[name]
        if shade:
            colour, exact = _mixed(colour, SHADES[said[0]]), False
        if joined or shade:
            found.append((colour, name))
        else:
            before, other = found[-1]
            if name in BASIC and other in BASIC:
                found[-1], exact = (_between(before, colour), ""), False
            elif other in BASIC:
                found[-1], exact = (colour, name), False
        joined = False
    if not found:
        return None
    return Named(tuple(Swatch(one) for one, _ in found), " ".join(left), exact, misspelt)


def names(attribute: Attribute) -> Mapping[str, str]:
    """Every colour word that an attribute knows, written together, and its ``#rrggbb``.

    Example:
        >>> from styleforge.recipe.domain import Attribute
        >>> names(Attribute(name="lips.colour", title="", help=""))["navy"]
        '#000080'
    """
    own = {re.sub(r"[^a-z]", "", name.lower()): one for name, one in attribute.colours.items()}
    return {**{name: _css(name) for name in ImageColor.colormap}, **own}


def _name(words: list[str], table: Mapping[str, str]) -> tuple[int, int]:
    """How many of the first words are a shade (1 or 0), and how many then a name (0 for none)."""
    count = _longest(words, table)
    if count or words[0] not in SHADES:
        return 0, count
    count = _longest(words[1:], table)
    return min(count, 1), count


def _longest(words: list[str], table: Mapping[str, str]) -> int:
    for count in range(min(len(words), LONGEST), 0, -1):
        if "".join(words[:count]) in table:
            return count
    return 0


def _denies(word: str, *, denied: bool) -> bool:
    """Whether what follows a word that is no colour is denied: ``not red or blue``."""
    return word in DENYING or (denied and word in JOINING)


def _corrected(
    words: list[str], own: list[str], table: Mapping[str, str]
) -> tuple[list[str], tuple[tuple[str, str], ...]]:
    """The words with misspelt names put right, and which these were in the user's spelling."""
    parts = {word for count in range(1, LONGEST + 1) for word in _parts(words, count, table)}
    read, misspelt = list(words), []
    for at, word in enumerate(words):
        if len(word) < 4 or word in parts or word in {*SHADES, *JOINING, *DENYING}:
            continue
        for near in get_close_matches(word, table, n=1, cutoff=ALIKE):
            read[at] = near
            misspelt.append((own[at], near))
    return read, tuple(misspelt)


def _parts(words: list[str], count: int, table: Mapping[str, str]) -> list[str]:
    """The words that are part of a name of so many words."""
    runs = [words[at : at + count] for at in range(len(words) - count + 1)]
    return [word for run in runs if "".join(run) in table for word in run]


def _css(name: str) -> str:
    red, green, blue = ImageColor.getrgb(name)[:3]
    return f"#{red:02x}{green:02x}{blue:02x}"


def _values(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[at : at + 2], 16) for at in (1, 3, 5))


def _mixed(colour: str, share: float) -> str:
    end = 255 if share > 0 else 0
    values = [round(one + abs(share) * (end - one)) for one in _values(colour)]
    return "#" + "".join(f"{one:02x}" for one in values)


def _between(one: str, two: str) -> str:
    values = [round((a + b) / 2) for a, b in zip(_values(one), _values(two), strict=True)]
    return "#" + "".join(f"{value:02x}" for value in values)
