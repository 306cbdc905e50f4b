"""The teacher: the same person with the described attribute changed as little as needed."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING, Any

from styleforge.errors import UserError

from .term import Condition

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np

    from styleforge_portraits.world import Person

    from .description import Description
    from .term import Box

_INNER = 0.15  # of a range: how far inside its edges a moved factor comes to lie
_SPREAD = 0.35  # of what is left: how much farther inside chance may put it


def satisfy(person: Person, description: Description, rng: np.random.Generator) -> Person:
    """The person with the factors that the words speak about moved to where they hold.

    Factors that already are right stay. Of the ways to satisfy the words, the nearest is taken;
    a factor that moves comes to lie somewhat inside its range, by chance, and of several options
    the first is taken.

    Raises:
        UserError: if the words contradict each other.
    """
    ways = consistent(description)
    if not ways:
        raise UserError(
            f"The words of '{description.text}' contradict each other: no one can be "
            f"{' and '.join(description.names)} at once. Leave one of them out."
        )
    near = min(ways, key=lambda way: sum(one.distance(person) for one in way))
    moved = {one.factor: _moved(one, person, rng) for one in near if one.distance(person) > 0}
    return replace(person, **moved)


def contradicts(description: Description) -> bool:
    """Whether no person can satisfy all words."""
    return bool(description.terms) and not consistent(description)


def consistent(description: Description) -> tuple[Box, ...]:
    """All ways to satisfy a description: conjunctions with one condition a factor."""
    joint = (_meet(choice) for choice in product(*(term.boxes for term in description.terms)))
    return tuple(box for box in joint if box is not None)


def _meet(boxes: Iterable[Box]) -> Box | None:
    met: dict[str, Condition] = {}
    for one in (condition for box in boxes for condition in box):
        other = met.get(one.factor)
        if other is None:
            met[one.factor] = one
        elif one.options:
            options = tuple(item for item in one.options if item in other.options)
            if not options:
                return None
            met[one.factor] = Condition(one.factor, options=options)
        else:
            low, high = max(one.low, other.low), min(one.high, other.high)
            if low > high:
                return None
            met[one.factor] = Condition(one.factor, low, high)
    return tuple(met.values())


def _moved(condition: Condition, person: Person, rng: np.random.Generator) -> Any:
    if condition.options:  # the first one: a mapper that learns from several draws their mean
        return condition.options[0]
    low, high = condition.low, condition.high
    share = _INNER + (1 - 2 * _INNER) * _SPREAD * float(rng.random())
    if getattr(person, condition.factor) < low:
        return low + share * (high - low)
    return high - share * (high - low)
