"""How a mapper is trained: settings, and which attributes a batch asks for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from styleforge.mapper.network import DEPTH, Norm

if TYPE_CHECKING:
    import numpy as np

ALONE = (0.5, 0.2)  # part of the batches that ask for the first attribute alone, for the second
TOGETHER = 0.27
TEXT = 0.5  # part of the conditions that are words


@dataclass(frozen=True)
class Settings:
    """How a mapper is trained; the published values, and what goes beyond them.

    ``hidden``, ``depth`` and ``norm`` are the network's, ``size`` the side of the pictures that
    the losses see (the generator's own where None). ``warm`` is the part of the budget that is
    spent on latents alone, in batches of ``warm_batch``; ``step``, ``region`` and ``colour`` weigh
    the distance to a known answer: of its W+ (less by ``later`` once pictures are looked at), of
    its region and its mean colour. ``gain`` multiplies the step of what is written, for a mean over
    possible answers that is too cautious (see `styleforge.training.amplify`).
    """

    batch: int = 8
    rate: float = 2e-3
    hidden: int | None = None
    depth: int = DEPTH
    norm: Norm = "width"
    size: int | None = None
    warm: float = 0.7
    warm_batch: int = 64
    step: float = 0.3
    later: float = 0.2
    region: float = 1.0
    colour: float = 0.3
    gain: float = 1.0


def pattern(rng: np.random.Generator, names: Sequence[str]) -> dict[str, str]:
    """Which attributes are asked for, by ``text`` or by ``image``; none at times, as published."""
    if len(names) == 1:
        choices, shares = [list(names), []], [0.97, 0.03]
    else:
        alone = list(ALONE) if len(names) == 2 else [sum(ALONE) / len(names)] * len(names)
        choices = [*([one] for one in names), list(names), []]
        shares = [*alone, TOGETHER, 1 - sum(alone) - TOGETHER]
    asked = choices[int(rng.choice(len(choices), p=shares))]
    return {name: "text" if rng.random() < TEXT else "image" for name in asked}
