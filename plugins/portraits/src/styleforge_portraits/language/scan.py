"""Finding names in a text: longest first, with what each piece is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from styleforge.recipe.words import Spelt, pieces_of, spelt

from .words import CLOTHING_NOUNS, FILLERS, HAIR_NOUNS, NEGATIONS, WORDS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .term import Term

Kind = Literal["term", "noun", "filler", "negated", "unknown"]
_LONGEST = 5  # words of a name


@dataclass(frozen=True)
class Piece:
    """A stretch of a text: its words as read and as said, and the meaning where it is a name."""

    kind: Kind
    words: str
    said: str
    term: Term | None = None
    name: str = ""


def tokens(text: str) -> list[str]:
    """Lower-case words; hyphens separate them. Numbers, signs and emoji are tokens of their own."""
    return pieces_of(text)


def domain(term: Term) -> str:
    """``hair``, ``clothing`` or ``identity``."""
    return term.group.split("_")[0]


@cache
def names() -> Mapping[str, tuple[tuple[Term, str], ...]]:
    """Every name as plain words, with the meanings it may have and how they write it."""
    found: dict[str, tuple[tuple[Term, str], ...]] = {}
    for term in WORDS:
        for name in term.names:
            key = " ".join(tokens(name))
            found[key] = (*found.get(key, ()), (term, name))
    return MappingProxyType(found)


@cache
def nouns() -> Mapping[str, str]:
    """Head nouns as plain words, with the domain they stand for."""
    found = {" ".join(tokens(noun)): "hair" for noun in (*HAIR_NOUNS, "haired")}
    found |= {" ".join(tokens(noun)): "clothing" for noun in CLOTHING_NOUNS}
    return MappingProxyType(found)


def scan(text: str) -> tuple[Piece, ...]:
    """All pieces of a text in order.

    A colour belongs to the next noun or style, else to the last one; without any it is the
    hair's. A negated word that has no name of its own (``not curly``) is of kind ``negated``.
    """
    words = spelt(text)
    spans: list[tuple[str, str]] = []  # kind, words
    said: list[str] = []
    at = 0
    while at < len(words):
        kind, count = _next(words[at : at + _LONGEST])
        taken = words[at : at + count]
        spans.append((kind, " ".join(one.read for one in taken)))
        said.append(" ".join(one.said for one in taken))
        at += count
    read = zip(spans, said, _settled(spans), strict=True)
    return tuple(_negated([_piece(span, own, where) for span, own, where in read]))


def _next(pieces: Sequence[Spelt]) -> tuple[str, int]:
    """The kind of what comes next, and of how many pieces it is."""
    words = [one.read for one in pieces]
    for count in range(min(_LONGEST, len(words)), 0, -1):
        taken = " ".join(words[:count])
        if taken in names():
            return "term", count
        if taken in nouns():
            return "noun", count
    return ("filler" if words[0] in FILLERS or words[0] in NEGATIONS else "unknown"), 1


def _settled(spans: Sequence[tuple[str, str]]) -> list[str]:
    """For every piece the domain that the next one settles, else the last one, else hair."""
    own = [_where(one) for one in spans]
    before = list(accumulate(own, lambda last, one: one or last, initial=""))[:-1]
    after = list(accumulate(reversed(own), lambda last, one: one or last, initial=""))[-2::-1]
    return [later or earlier or "hair" for later, earlier in zip(after, before, strict=True)]


def _piece(span: tuple[str, str], said: str, near: str) -> Piece:
    kind, words = span
    if kind == "term":
        term, name = _choose(words, near)
        return Piece("term", words, said, term, name)
    known: Mapping[str, Kind] = {"noun": "noun", "filler": "filler"}
    return Piece(known.get(kind, "unknown"), words, said)


def _choose(words: str, near: str) -> tuple[Term, str]:
    options = names()[words]
    if len({domain(term) for term, _ in options}) == 1:
        return options[0]
    return next((one for one in options if domain(one[0]) == near), options[0])


def _where(span: tuple[str, str]) -> str:
    """The domain that a piece settles for the colours near it; none if it could be several."""
    kind, words = span
    if kind == "noun":
        return nouns()[words]
    if kind == "term":
        found = {domain(term) for term, _ in names()[words]}
        if len(found) == 1 and "identity" not in found:
            return found.pop()
    return ""


def _negated(pieces: Sequence[Piece]) -> list[Piece]:
    out: list[Piece] = []
    deny: Piece | None = None
    for piece in pieces:
        if piece.kind == "filler":
            if piece.words in NEGATIONS:
                deny = piece
            out.append(piece)
        elif deny and piece.kind == "term":
            out[-1:] = [] if out[-1] is deny else out[-1:]
            words, said = f"{deny.words} {piece.words}", f"{deny.said} {piece.said}"
            out.append(Piece("negated", words, said, piece.term, piece.name))
            deny = None
        else:
            out.append(piece)
            deny = None
    return out
