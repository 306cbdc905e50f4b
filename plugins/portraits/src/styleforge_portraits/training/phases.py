"""Phases of progressive training: sizes, batches and rates over the budget."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Phase:
    """Training at one picture size until a part of the budget is used.

    ``coarse`` is a smaller ``(size, batch)`` that every other step takes: most of what the latent
    says is settled at the smaller sizes, where a picture costs a fraction.
    """

    until: float
    size: int
    batch: int
    rate: float
    coarse: tuple[int, int] | None = None


# Rates of 4e-3 and more hold up the later phases: the first 44 minutes ended twice as fast in loss
# per minute once the rate fell below 2e-3.
PHASES = (
    Phase(0.05, 32, 16, 5e-3),
    Phase(0.22, 64, 16, 3e-3),
    Phase(0.60, 128, 8, 2e-3, (64, 16)),
    Phase(1.0, 256, 4, 2e-3, (64, 16)),
)


def cosine_end(share: float, start: float = 0.6, end: float = 0.03) -> float:
    """1 until ``start`` of the budget, then down to ``end`` along a half cosine."""
    if share <= start:
        return 1.0
    down = (share - start) / (1 - start)
    return end + (1 - end) * 0.5 * (1 + math.cos(math.pi * down))
