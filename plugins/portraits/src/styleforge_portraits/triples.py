"""Seeded triples of the world's people, by difficulty, with what makes each: the truth is known."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from styleforge.errors import UserError
from styleforge.measure.pairs import Seen, compared
from styleforge.measure.triples import Triple
from styleforge.recipe.selection import Selection
from styleforge_portraits import world
from styleforge_portraits.selections import SELECTIONS

SIZE = 256
_SMALL = 64  # pixels at which it is seen how much of a region a person has


def world_triples(
    per_level: int, seed: int = 0, domain: str = "hair"
) -> tuple[Triple[world.Person], ...]:
    """Triples of each difficulty; the same for the same seed.

    Args:
        per_level: how many of each.
        seed: governs who they are.
        domain: ``hair`` or ``clothing``.

    Raises:
        UserError: for another domain.

    Example:
        >>> [one.level for one in world_triples(1)]
        ['easy', 'medium', 'difficult']
    """
    if domain not in SELECTIONS:
        have = ", ".join(SELECTIONS)
        msg = f"The portrait world has no triples for {domain!r}, only for {have}."
        raise UserError(msg)
    selection = SELECTIONS[domain]
    found: dict[str, list[Triple[world.Person]]] = {level: [] for level in selection.levels}
    for triple in _stream(seed, domain, selection):
        if len(found[triple.level]) < per_level:
            found[triple.level].append(triple)
        if all(len(items) >= per_level for items in found.values()):
            break
    return tuple(item for items in found.values() for item in items)


def _stream(seed: int, domain: str, selection: Selection) -> Iterator[Triple[world.Person]]:
    rng = np.random.default_rng(seed)
    while True:
        one, two, three = (_with_region(rng, domain, selection.least) for _ in range(3))
        iou, away = compared(_seen(one, selection), _seen(two, selection))
        level = selection.level_of(iou, away)
        if level is not None:
            yield Triple(one, two, three, level, iou, away, domain)


def _seen(person: world.Person, selection: Selection) -> Seen:
    drawn = world.render(person, SIZE)
    return Seen("a person", drawn.regions[selection.compared] > 0.5, drawn.landmarks, 0.0)


def _with_region(rng: np.random.Generator, region: str, least: float) -> world.Person:
    while True:
        person = world.sample(rng)
        if float(world.render(person, _SMALL).regions[region].mean()) >= least:
            return person
