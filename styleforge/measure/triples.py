"""Triples for a comparison of methods: identity, shape and look, chosen by a seed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np

from styleforge.errors import UserError
from styleforge.measure.pairs import Pairs, compared
from styleforge.recipe.selection import Selection

T = TypeVar("T")


@dataclass(frozen=True)
class Triple(Generic[T]):
    """Three pictures, and how well the first two lie on each other.

    Args:
        identity: whose picture is edited.
        shape: where outline and structure come from.
        look: where colours and finer style come from.
        level: of difficulty, by name.
        iou: overlap of the compared region of identity and shape.
        distance: of their landmarks, in pixels of a picture 256 wide; None where they were sorted
            by masks alone.
        domain: what is styled.

    Example:
        >>> Triple("a.png", "b.png", "c.png", "easy", 0.9, 1.5).pictures
        ('a.png', 'b.png', 'c.png')
    """

    identity: T
    shape: T
    look: T
    level: str
    iou: float
    distance: float | None
    domain: str = ""

    @property
    def pictures(self) -> tuple[T, T, T]:
        """Identity, shape and look."""
        return self.identity, self.shape, self.look


def choose_triples(
    pairs: Pairs, selection: Selection, each: int, *, seed: int = 0, domain: str = "",
    masks_alone: bool = False,
) -> tuple[Triple[str], ...]:  # fmt: skip
    """Choose triples of each difficulty; the same for the same pictures and seed.

    Who of a pair is the identity is chance, and so is the look, which is a third picture. No
    picture is the identity of a second triple of its level while there are others.

    Args:
        pairs: sorted by `styleforge.measure.pairs.sort_pairs`.
        selection: by which they were.
        each: triples of each level; fewer where there are not so many pairs.
        seed: governs the choice.
        domain: what is styled.
        masks_alone: pairs were sorted by masks alone.

    Returns:
        Those of the first level first.

    Raises:
        UserError: if there are fewer than three pictures.

    Example:
        >>> from styleforge.measure.pairs import Seen, sort_pairs
        >>> square, by = np.ones((4, 4), bool), Selection(compared="face")
        >>> seen = [Seen(name, square, np.zeros((68, 2)), 0.2) for name in ("a", "b", "c")]
        >>> found = choose_triples(sort_pairs(seen, by), by, 1)
        >>> found[0].level, sorted(found[0].pictures)
        ('easy', ['a', 'b', 'c'])
    """
    seen = pairs.seen
    if len(seen) < 3:
        msg = (
            f"A triple needs three pictures, and {len(seen)} can take part. Add pictures, or ask "
            "for less of them (a smaller share of the region)."
        )
        raise UserError(msg)
    rng = np.random.default_rng(seed)
    triples = []
    for number, level in enumerate(selection.levels):
        found = rng.permutation(np.argwhere(pairs.levels == number))  # (P, 2)
        turned = rng.random(len(found)) < 0.5
        found[turned] = found[turned][:, ::-1]
        for first, second in _varied(found.tolist(), each):
            others = [one for one in range(len(seen)) if one not in (first, second)]
            look = seen[int(rng.choice(others))].name
            iou, distance = compared(seen[first], seen[second])
            away = None if masks_alone else distance
            triples.append(
                Triple(seen[first].name, seen[second].name, look, level, iou, away, domain)
            )
    return tuple(triples)


def _varied(pairs: Sequence[Sequence[int]], count: int) -> list[tuple[int, int]]:
    """The first pairs of a list, those first whose identity none of them has yet."""
    had: set[int] = set()
    fresh, again = list[tuple[int, int]](), list[tuple[int, int]]()
    for first, second in pairs:
        if len(fresh) == count:
            break
        (again if first in had else fresh).append((first, second))
        had.add(first)
    return [*fresh, *again][:count]
