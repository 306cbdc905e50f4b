"""Placing words: unknown ones are read as the nearest known, rare ones by their gloss."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from styleforge.errors import UserError
from styleforge_portraits import world

from .description import parse
from .satisfy import contradicts
from .scan import names, nouns, scan, tokens
from .words import CLOTH_NEAREST, FILLERS, HELD_OUT, NEAREST

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .scan import Piece
    from .term import Term

SOME = {
    "": "long, wavy, a bob, an afro, a bun, a fringe, blonde, black, purple, striped",
    "hair_shape": "long, wavy, curly, a bob, an afro, a bun, a pixie cut, a fringe, voluminous",
    "hair_appearance": "blonde, black, auburn, grey, purple, teal, light, highlighted",
    "hair_finer_style": "glossy, matt, wispy, neat, coarse, fine",
    "clothing_shape": "round-necked, v-neck, turtleneck, scoop-neck, broad-shouldered",
    "clothing_appearance": "blue, teal, mustard, rust, grey, dark, light",
    "clothing_finer_style": "plain, striped, pinstriped, dotted, checked, boldly patterned",
}
ALIKE = 0.82  # of the ratio of difflib, from which a word is taken for a misspelt one


@dataclass(frozen=True)
class _Said:
    """What a piece is read as, the note of it, and whether that is only the nearest known word."""

    words: str
    note: str = ""
    substitute: str = ""


def place(text: str, about: str = "") -> tuple[str, tuple[str, ...]]:
    """The text in words that captions were trained with, and one sentence for each change.

    With ``about``, an attribute such as ``hair.shape``, words of another kind are left out, and an
    unknown word is read as one of this kind. A word that is only the nearest to an unknown one
    never contradicts those that were said: it is left out instead. What is to be known of a word
    (`Term.note`) is said, too.

    Raises:
        UserError: for an empty text, when it holds no word that can be placed, or words that
            contradict each other.
    """
    group = about.replace(".", "_") if about.replace(".", "_") in world.GROUPS else ""
    if not text.strip():
        raise UserError(
            f"The description is empty; name what you want, in words such as {SOME[group]}."
        )
    pieces = scan(text)
    cloth = _of_clothing(pieces)
    said = [_worn(piece, group) if cloth else None for piece in pieces]
    read = [one or _read(piece, group) for one, piece in zip(said, pieces, strict=True)]
    read = _consistent(read)
    placed = " ".join(one.words for one in read if one.words)
    asked = parse(placed)
    if not asked.terms:
        left = " ".join(dict.fromkeys(one.note for one in read if one.note))
        raise UserError(
            f"'{text}' has no word {_for(about, group)}that this pack can place. It knows words "
            f"such as {SOME[group]}; docs/words.md lists all of them.{' ' * bool(left)}{left}"
        )
    if contradicts(asked):
        raise UserError(
            f"'{text}' contradicts itself: no one can be {' and '.join(asked.names)} at once. "
            "Leave one of them out."
        )
    notes = [one.note for one in read] + [term.note for term in asked.terms]
    return placed, tuple(dict.fromkeys(note for note in notes if note))


def nearest(word: str, group: str = "") -> str:
    """The known name nearest to an unknown word, by meaning, then by spelling; or nothing.

    Of a group's names where one is named.
    """
    found = NEAREST.get(word, "")
    if found:
        return _trained(found) if _of(found, group) else ""
    known = [name for name in (*names(), *NEAREST) if _of(NEAREST.get(name, name), group)]
    known += [*nouns(), *(one for one in FILLERS if len(one) > 3)]
    close = get_close_matches(word, known, n=1, cutoff=ALIKE)
    return _trained(NEAREST.get(close[0], close[0])) if close else ""


def _for(about: str, group: str) -> str:
    return f"for {about} " if group else ""


def _terms(name: str) -> Sequence[Term]:
    return [term for term, _ in names().get(" ".join(tokens(name)), ())]


def _of(name: str, group: str) -> bool:
    """Whether a name is of a group, where one is named."""
    return not group or any(term.group == group for term in _terms(name))


def _of_clothing(pieces: Iterable[Piece]) -> bool:
    """Whether a text speaks of clothing, and not of hair."""
    known = nouns()
    found = {known[piece.words] for piece in pieces if piece.kind == "noun"}
    return found == {"clothing"}


def _worn(piece: Piece, group: str) -> _Said | None:
    """What a colour of hair is called in clothing; None where that is not the question."""
    if group not in {"", "clothing_appearance"}:
        return None
    name = piece.name if piece.kind == "term" else ""
    if piece.kind == "unknown":
        name = nearest(piece.words)
    terms = _terms(name)
    if any(term.axis != "hair colour" for term in terms):
        return None
    for term in terms:
        usual = term.names[0]
        said = CLOTH_NEAREST.get(usual, usual)
        return _Said(said, f"'{piece.said}' of clothing is read as '{said}'.")
    return None


def _read(piece: Piece, group: str) -> _Said:
    if piece.kind == "term" and piece.term is not None:
        return _known(piece, piece.term, group)
    if piece.kind == "negated":
        return _Said(
            "", f"'{piece.said}' cannot be placed and is left out; say what is wanted instead."
        )
    if piece.kind != "unknown":
        return _Said(piece.words)
    near = nearest(piece.words, group)
    if not near:
        return _Said("", f"'{piece.said}' is not a word this pack knows and is left out.")
    note = f"'{piece.said}' is not a word this pack knows; '{near}' is used instead."
    return _Said(near, note, substitute=piece.said)


def _known(piece: Piece, term: Term, group: str) -> _Said:
    if not _of(piece.words, group):
        kind = term.group.replace("_", ".", 1)
        where = f"; ask for it as {kind}" if term.group != "identity" else ""
        return _Said("", f"'{piece.said}' is left out: it says nothing of what is asked{where}.")
    if term.key in HELD_OUT.styles:
        return _Said(term.gloss, f"'{piece.said}' is read as '{term.gloss}'.")
    if piece.name in HELD_OUT.names:
        usual = next(name for name in term.names if name not in HELD_OUT.names)
        return _Said(usual, f"'{piece.said}' is read as '{usual}'.")
    return _Said(piece.words)


def _consistent(read: list[_Said]) -> list[_Said]:
    """The pieces without those substitutes that contradict what was said, the last ones first."""
    substitutes = [at for at, one in enumerate(read) if one.substitute][::-1]

    def less(count: int) -> list[_Said]:
        left_out = set(substitutes[:count])
        return [_left_out(one) if at in left_out else one for at, one in enumerate(read)]

    def clashes(count: int) -> bool:
        return contradicts(parse(" ".join(one.words for one in less(count) if one.words)))

    if not clashes(0):
        return read
    # Searched and not tried in turn: thousands of words would take minutes.
    fewest = bisect_left(range(1, len(substitutes)), x=True, key=lambda count: not clashes(count))
    return less(1 + fewest)


def _left_out(one: _Said) -> _Said:
    return _Said(
        "",
        f"'{one.substitute}' is not a word this pack knows, and the nearest, '{one.words}', does "
        "not go with the rest; it is left out.",
    )


def _trained(name: str) -> str:
    for term, written in names().get(name, ()):
        if written in HELD_OUT.names or term.key in HELD_OUT.styles:
            return next((one for one in term.names if one not in HELD_OUT.names), name)
    return name
