"""Seeded triples of people, by difficulty: how well the structure reference lies on the identity.

LOHO sorts triples by the overlap of the face masks and by the distance of 68 landmarks. Clothing
hangs on shoulders, of which neither knows: there the overlap of the clothing itself counts. The
thresholds stand here and nowhere else. They are set for the portraits world, whose people are
aligned by the eyes: pose and build are what is left.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from styleforge_portraits import world

from styleforge.measure.metrics import region_iou

SIZE = 256
MIN_HAIR = 0.08  # share of the picture that is hair, of every reference and the identity
MIN_CLOTHING = 0.1


@dataclass(frozen=True)
class Level:
    """Bounds of a difficulty: IoU in (low, high], landmark distance in pixels [near, far)."""

    iou: tuple[float, float]
    distance: tuple[float, float]


LEVELS = {
    "easy": Level((0.80, 1.0), (0.0, 4.0)),
    "medium": Level((0.65, 0.85), (4.0, 7.0)),
    "difficult": Level((0.40, 0.75), (7.0, 14.0)),
}


@dataclass(frozen=True)
class Kind:
    """What triples of a domain are sorted by, and the share of the picture that it fills."""

    compared: str  # the region whose overlap counts
    levels: Mapping[str, Level]
    region: str
    least: float


KINDS = {
    "hair": Kind("face", LEVELS, "hair", MIN_HAIR),
    "clothing": Kind(
        "clothing",
        {
            "easy": Level((0.85, 1.0), (0.0, 5.0)),
            "medium": Level((0.79, 0.85), (0.0, 7.0)),
            "difficult": Level((0.50, 0.79), (0.0, 14.0)),
        },
        "clothing",
        MIN_CLOTHING,
    ),
}


@dataclass(frozen=True)
class Triple:
    """Identity, structure and look, with how well the first two lie on each other."""

    people: tuple[world.Person, world.Person, world.Person]
    level: str
    iou: float
    distance: float
    domain: str = "hair"


def triples(per_level: int, seed: int = 0, domain: str = "hair") -> tuple[Triple, ...]:
    """``per_level`` triples of each difficulty; the same for the same seed."""
    found: dict[str, list[Triple]] = {level: [] for level in KINDS[domain].levels}
    for triple in _stream(seed, domain):
        if len(found[triple.level]) < per_level:
            found[triple.level].append(triple)
        if all(len(items) >= per_level for items in found.values()):
            break
    return tuple(item for items in found.values() for item in items)


def _stream(seed: int, domain: str) -> Iterator[Triple]:
    rng, kind = np.random.default_rng(seed), KINDS[domain]
    while True:
        people = tuple(_with_region(rng, kind) for _ in range(3))
        one, two = (world.render(person, SIZE) for person in people[:2])
        masks = (torch.from_numpy(person.regions[kind.compared]) for person in (one, two))
        iou = region_iou(*masks)
        away = float(np.linalg.norm(one.landmarks - two.landmarks, axis=-1).mean())
        level = level_of(iou, away, domain)
        if level is not None:
            yield Triple(people, level, iou, away, domain)


def level_of(iou: float, distance: float, domain: str = "hair") -> str | None:
    """The difficulty of an overlap and a landmark distance, or None if in none."""
    for name, level in KINDS[domain].levels.items():
        in_iou = level.iou[0] < iou <= level.iou[1]
        if in_iou and level.distance[0] <= distance < level.distance[1]:
            return name
    return None


def _with_region(rng: np.random.Generator, kind: Kind) -> world.Person:
    while True:
        person = world.sample(rng)
        if float(world.render(person, 64).regions[kind.region].mean()) >= kind.least:
            return person
