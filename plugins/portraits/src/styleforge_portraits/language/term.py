"""What a word means: ranges of factors, as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from styleforge_portraits.world import Person

ARTICLES = ("a ", "an ", "the ")


@dataclass(frozen=True)
class Condition:
    """A factor lies in [low, high], or, where `options` are given, is one of them."""

    factor: str
    low: float = 0.0
    high: float = 1.0
    options: tuple[str, ...] = ()

    def distance(self, person: Person) -> float:
        """How far the factor is from its range; 1 for another option, 0 where it holds."""
        value = getattr(person, self.factor)
        if self.options:
            return 0.0 if value in self.options else 1.0
        return max(self.low - float(value), float(value) - self.high, 0.0)


Box = tuple[Condition, ...]


@dataclass(frozen=True)
class Term:
    """One meaning with its names; it holds where all conditions of any one box do.

    Its `key`, the axis and the first name, tells it from all others.

    Args:
        group: the group of factors it speaks about (`world.GROUPS`).
        axis: meanings of one axis are alternatives; a caption uses at most one of them.
        boxes: alternatives, each a conjunction of conditions.
        adjectives: names that stand before a noun: ``long``.
        nouns: names that are a style or a garment, with their article: ``a bob``.
        tails: what may follow the noun: ``with a fringe``.
        head: the noun that the adjectives describe, where it is not hair or a garment.
        gloss: the same in commoner words, for readers who do not know the names.
        note: a sentence for who asks for it, where the mapper does not do all of it.
    """

    group: str
    axis: str
    boxes: tuple[Box, ...]
    adjectives: tuple[str, ...] = ()
    nouns: tuple[str, ...] = ()
    tails: tuple[str, ...] = ()
    head: str = ""
    gloss: str = ""
    note: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """All names without articles, the usual one first."""
        bare = [*self.adjectives, *map(without_article, self.nouns), *map(bare_tail, self.tails)]
        return tuple(dict.fromkeys(bare))

    @property
    def key(self) -> str:
        """The axis and the first name."""
        return f"{self.axis}/{self.names[0]}"

    def holds(self, person: Person) -> bool:
        """Whether the word is right for a person."""
        return self.distance(person) <= 0

    def distance(self, person: Person) -> float:
        """The least sum of distances over the boxes; 0 where the word holds."""
        return min(sum(one.distance(person) for one in box) for box in self.boxes)


def box(**ranges: tuple[float, float] | tuple[str, ...] | str) -> Box:
    """A conjunction: ranges of factors, or options of categories, by factor."""
    out = []
    for factor, wanted in ranges.items():
        if isinstance(wanted, str):
            out.append(Condition(factor, options=(wanted,)))
        elif isinstance(wanted[0], str):
            out.append(Condition(factor, options=tuple(str(one) for one in wanted)))
        else:
            low, high = wanted
            out.append(Condition(factor, float(low), float(high)))
    return tuple(out)


def without_article(name: str) -> str:
    """``bob`` for ``a bob``."""
    for article in ARTICLES:
        if name.startswith(article):
            return name.removeprefix(article)
    return name


def bare_tail(tail: str) -> str:
    """``fringe`` for ``with a fringe``."""
    return without_article(tail.removeprefix("with "))
