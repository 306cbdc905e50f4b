"""People whose hair is hard to draw: tight curls and buns, which few people have."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from styleforge_portraits import world

CURL, UPDO = 0.84, 0.86  # from here on curls are ringlets, and hair is put up


def is_rare(person: world.Person) -> bool:
    """Whether a person's hair is of that kind.

    Example:
        >>> is_rare(world.Person(curl=0.95))
        True
    """
    return person.curl > CURL or person.updo > UPDO


def rare_people(codes: NDArray[Any]) -> NDArray[Any]:
    """The places of such people in a table of codes ``(N, D)``."""
    return np.flatnonzero([is_rare(world.decode(code)) for code in codes])
