"""Seeded triples of people, by difficulty: how well the structure reference lies on the identity.

LOHO sorts triples by the overlap of the face masks and by the distance of 68 landmarks. The
thresholds stand here and nowhere else. They are set for the portraits world, whose people are
aligned by the eyes: pose and build are what is left.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from styleforge_portraits import world

from styleforge.metrics import region_iou

SIZE = 256
MIN_HAIR = 0.08  # share of the picture that is hair, of every reference and the identity


@dataclass(frozen=True)
class Level:
    """Bounds of a difficulty: face IoU in (low, high], landmark distance in pixels [near, far)."""

    iou: tuple[float, float]
    distance: tuple[float, float]


LEVELS = {
    "easy": Level((0.80, 1.0), (0.0, 4.0)),
    "medium": Level((0.65, 0.85), (4.0, 7.0)),
    "difficult": Level((0.40, 0.75), (7.0, 14.0)),
}


@dataclass(frozen=True)
class Triple:
    """Identity, structure and look, with how well the first two lie on each other."""

    people: tuple[world.Person, world.Person, world.Person]
    level: str
    face_iou: float
    distance: float


def triples(per_level: int, seed: int = 0) -> tuple[Triple, ...]:
    """``per_level`` triples of each difficulty; the same for the same seed."""
    found: dict[str, list[Triple]] = {level: [] for level in LEVELS}
    for triple in _stream(seed):
        if len(found[triple.level]) < per_level:
            found[triple.level].append(triple)
        if all(len(items) >= per_level for items in found.values()):
            break
    return tuple(item for items in found.values() for item in items)


def _stream(seed: int) -> Iterator[Triple]:
    rng = np.random.default_rng(seed)
    while True:
        people = tuple(_with_hair(rng) for _ in range(3))
        one, two = (world.render(person, SIZE) for person in people[:2])
        iou = region_iou(*(torch.from_numpy(person.regions["face"]) for person in (one, two)))
        away = float(np.linalg.norm(one.landmarks - two.landmarks, axis=-1).mean())
        level = level_of(iou, away)
        if level is not None:
            yield Triple(people, level, iou, away)


def level_of(iou: float, distance: float) -> str | None:
    """The difficulty of a face IoU and a landmark distance, or None if in none."""
    for name, level in LEVELS.items():
        in_iou = level.iou[0] < iou <= level.iou[1]
        if in_iou and level.distance[0] <= distance < level.distance[1]:
            return name
    return None


def _with_hair(rng: np.random.Generator) -> world.Person:
    while True:
        person = world.sample(rng)
        if float(world.render(person, 64).regions["hair"].mean()) >= MIN_HAIR:
            return person
