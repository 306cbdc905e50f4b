"""One curated portrait: what a seed decides, what a person decided."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from styleforge_portraits import world

if TYPE_CHECKING:
    from collections.abc import Mapping

# Presence scores and moods that a seed does not decide: they are set where they are wanted.
_QUIET: Mapping[str, float | str] = {
    "glasses": 0.3, "beard": 0.3, "earrings": 0.3, "balding": 0.3, "updo": 0.3, "dye": 0.3,
    "highlights": 0.3, "age": 0.3, "taper": 0.3, "smile": 0.72, "mouth_open": 0.25,
}  # fmt: skip
_DIGITS = 3  # enough for any factor, and short in JSON


@dataclass(frozen=True)
class Entry:
    """One portrait of the gallery: `person` is `seed`'s with `factors` put in place."""

    name: str
    seed: int
    caption: str
    factors: Mapping[str, float | str]
    frame: world.Frame | None = None
    person: world.Person = field(init=False)

    def __post_init__(self) -> None:
        drawn = world.sample(np.random.default_rng(self.seed)).to_dict()
        chosen = {**drawn, **_QUIET, **self.factors}
        short = {k: v if isinstance(v, str) else round(v, _DIGITS) for k, v in chosen.items()}
        object.__setattr__(self, "person", world.Person.from_dict(short))
