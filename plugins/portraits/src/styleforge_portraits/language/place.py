"""Placing words: unknown ones are read as the nearest known, rare ones by their gloss."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from styleforge.errors import UserError

from .description import parse
from .satisfy import contradicts
from .scan import names, nouns, scan, tokens
from .words import CLOTH_NEAREST, FILLERS, HELD_OUT, NEAREST

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .scan import Piece

SOME = "long, wavy, a bob, an afro, a bun, a fringe, blonde, black, purple, striped"


def place(text: str) -> tuple[str, tuple[str, ...]]:
    """The text in words that captions were trained with, and one sentence for each change.

    Raises:
        UserError: for an empty text, when it holds no word that can be placed, or words that
            contradict each other.
    """
    if not text.strip():
        raise UserError(f"The description is empty; name what you want, in words such as {SOME}.")
    said: list[str] = []
    notes: list[str] = []
    meant = 0
    pieces = scan(text)
    cloth = _of_clothing(pieces)
    for piece in pieces:
        words, note = _worn(piece) if cloth else ("", "")
        if not words:
            words, note = _read(piece)
        if words:
            said.append(words)
        if note and note not in notes:
            notes.append(note)
        meant += piece.kind == "term" or (piece.kind == "unknown" and bool(parse(words).terms))
    if not meant:
        raise UserError(
            f"'{text}' has no word that this pack can place. It knows words such as {SOME}; "
            "docs/words.md lists all of them."
        )
    placed = " ".join(said)
    asked = parse(placed)
    if contradicts(asked):
        raise UserError(
            f"'{text}' contradicts itself: no one can be {' and '.join(asked.names)} at once. "
            "Leave one of them out."
        )
    return placed, tuple(notes)


def _of_clothing(pieces: Iterable[Piece]) -> bool:
    """Whether a text speaks of clothing, and not of hair."""
    known = nouns()
    found = {known[piece.words] for piece in pieces if piece.kind == "noun"}
    return found == {"clothing"}


def _worn(piece: Piece) -> tuple[str, str]:
    """What a colour of hair is called in clothing, with a note; or nothing."""
    name = piece.name if piece.kind == "term" else ""
    if piece.kind == "unknown":
        name = nearest(piece.words)
    terms = [term for term, _ in names().get(" ".join(tokens(name)), ())]
    if any(term.axis != "hair colour" for term in terms):
        return "", ""
    for term in terms:
        usual = term.names[0]
        said = CLOTH_NEAREST.get(usual, usual)
        return said, f"'{piece.words}' of clothing is read as '{said}'."
    return "", ""


def _read(piece: Piece) -> tuple[str, str]:
    if piece.kind == "term" and piece.term is not None:
        if piece.term.key in HELD_OUT.styles:
            return piece.term.gloss, f"'{piece.name}' is read as '{piece.term.gloss}'."
        if piece.name in HELD_OUT.names:
            usual = next(name for name in piece.term.names if name not in HELD_OUT.names)
            return usual, f"'{piece.name}' is read as '{usual}'."
        return piece.words, ""
    if piece.kind == "negated":
        return "", f"'{piece.words}' cannot be placed and is left out; say what is wanted instead."
    if piece.kind == "unknown":
        known = nearest(piece.words)
        if known:
            return known, (
                f"'{piece.words}' is not a word this pack knows; '{known}' is used instead."
            )
        return "", f"'{piece.words}' is not a word this pack knows and is left out."
    return piece.words, ""


def nearest(word: str) -> str:
    """The known name nearest to an unknown word, by meaning, then by spelling; or nothing."""
    if word in NEAREST:
        return _trained(NEAREST[word])
    known = [*names(), *nouns(), *(one for one in FILLERS if len(one) > 3)]
    close = get_close_matches(word, known, n=1, cutoff=0.72)
    return _trained(close[0]) if close else ""


def _trained(name: str) -> str:
    for term, written in names().get(name, ()):
        if written in HELD_OUT.names or term.key in HELD_OUT.styles:
            return next((one for one in term.names if one not in HELD_OUT.names), name)
    return name
