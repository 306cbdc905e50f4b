"""What the picture of a person is smooth in: measures of the drawing, landmarks and colours.

A factor is not always one of them. Glasses are worn above a score of 0.83, a fringe begins at
0.35, and a hue runs along a path of colours. What follows from the factors before anything is
drawn (radii, heights, shares, colours) moves the picture evenly, so a latent that is linear in it
is easy to draw from.
"""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from styleforge_portraits import world
from styleforge_portraits.world.canvas import ramp
from styleforge_portraits.world.clothing import Clothes, clothes_of
from styleforge_portraits.world.features import features_of, landmarks_of
from styleforge_portraits.world.hairstyle import hair_of
from styleforge_portraits.world.head import head_of

if TYPE_CHECKING:
    from styleforge_portraits.world import Person

Array = NDArray[Any]
PALETTE = 3 * len(world.MATERIALS)  # the last entries are the palette, row by row
LANDMARKS = 136  # the entries before them are the landmarks (x, y)
STRANDS = 3  # widths that the texture of strands is blended from


def measures(person: Person) -> Array:
    """All measures of a person, ``(M,)`` float32: drawing, landmarks, palette in this order.

    Example:
        >>> from styleforge_portraits import world
        >>> measures(world.Person()).shape
        (280,)
    """
    head = head_of(person)
    hair, face = hair_of(person, head), features_of(person, head)
    garment = clothes_of(person, head)
    strands = [max(0.0, 1 - abs(hair.width * (STRANDS - 1) - k)) for k in range(STRANDS)]
    drawing = [*_numbers(head), *_numbers(hair), *strands, *_numbers(face)]
    for eye in face.eyes:
        drawing += [eye.half, eye.upper, eye.lower, eye.tilt]
    drawing += [*_garment(garment, person), *_worn(person)]
    landmarks = landmarks_of(face, head).ravel()
    return np.concatenate([drawing, landmarks, world.palette(person).ravel()]).astype(np.float32)


def hair_measures() -> slice:
    """Which of the measures are the hair's: its shape and its strands, not its colours.

    Example:
        >>> hair_measures()
        slice(9, 30, None)
    """
    person = world.Person()
    head = head_of(person)
    start = len(_numbers(head))
    return slice(start, start + len(_numbers(hair_of(person, head))) + STRANDS)


def measures_of_codes(codes: Array) -> Array:
    """The measures ``(N, M)`` of the people of codes ``(N, D)``; about a millisecond each."""
    return np.stack([measures(world.decode(code)) for code in codes])


def _numbers(nouns: object) -> list[float]:
    values = [getattr(nouns, item.name) for item in fields(nouns)]  # type: ignore[arg-type]
    return [float(value) for value in values if isinstance(value, int | float)]


def _garment(garment: Clothes, person: Person) -> list[float]:
    """Measures of a garment; those of a neckline or pattern count only where it is worn."""
    out = [garment.axis, garment.neck, garment.shoulders, garment.slope]
    for kind in _options("neckline"):
        worn = float(garment.kind == kind)
        out += [worn, worn * (garment.depth - 0.5), worn * (garment.half - 0.5)]
    for kind in _options("pattern"):
        worn = float(garment.pattern == kind)
        out.append(worn)
        if kind != "plain":
            out.append(worn if person.pattern_scale == "large" else -worn)
    return out


def _worn(person: Person) -> list[float]:
    """How much shows of what has a threshold (``world.render`` and ``world.face``)."""
    shown = [
        ramp(person.glasses, 0.80, 0.86),
        ramp(person.beard, 0.82, 0.88),
        ramp(person.earrings, 0.72, 0.78),
        ramp(person.age, 0.55, 1.0),
    ]
    return [*(float(one) for one in shown), person.backdrop_glow]


def _options(name: str) -> tuple[str, ...]:
    return next(factor.options for factor in world.FACTORS if factor.name == name)
