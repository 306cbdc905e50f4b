"""Descriptions: the terms that a text holds, and whether they are right for a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .scan import scan
from .words import HELD_OUT

if TYPE_CHECKING:
    from styleforge_portraits.world import Person

    from .term import Term


@dataclass(frozen=True)
class Description:
    """What a text says: its terms in order, the names used, and the words it does not know."""

    text: str
    terms: tuple[Term, ...] = ()
    names: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups of factors that it speaks about."""
        return tuple(dict.fromkeys(term.group for term in self.terms))

    @property
    def unseen(self) -> bool:
        """Whether training holds it out, for a name, a style or a pair of terms."""
        return held_out(self.terms, self.names)

    def holds(self, person: Person) -> bool:
        """Whether every term is right for the person."""
        return all(term.holds(person) for term in self.terms)

    def share(self, person: Person) -> float:
        """The share of the terms that are right for the person; 1 without terms."""
        if not self.terms:
            return 1.0
        return sum(term.holds(person) for term in self.terms) / len(self.terms)


def parse(text: str) -> Description:
    """The terms that a text names; what it does not know, it collects."""
    pieces = scan(text)
    terms = [(piece.term, piece.name) for piece in pieces if piece.kind == "term" and piece.term]
    unknown = [piece.words for piece in pieces if piece.kind in ("unknown", "negated")]
    return Description(
        text,
        tuple(dict.fromkeys(term for term, _ in terms)),
        tuple(dict.fromkeys(name for _, name in terms)),
        tuple(dict.fromkeys(unknown)),
    )


def held_out(terms: tuple[Term, ...], names: tuple[str, ...] = ()) -> bool:
    """Whether training holds out these terms together, or one of these names."""
    keys = {term.key for term in terms}
    return (
        any(name in HELD_OUT.names for name in names)
        or any(key in HELD_OUT.styles for key in keys)
        or any(keys.issuperset(pair) for pair in HELD_OUT.pairs)
    )
