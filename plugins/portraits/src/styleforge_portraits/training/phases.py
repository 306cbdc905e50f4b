"""Phases of progressive training: sizes, batches and rates over the budget."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Phase:
    """Training at one picture size until a part of the budget is used.

    ``rates`` are the rate's factor where the phase begins and where it ends; it falls evenly on a
    logarithmic scale. ``coarse`` is a smaller ``(size, batch)`` that ``coarse_share`` of the steps
    take: most of what the latent says is settled at the smaller sizes, where a picture costs a
    fraction. ``matching`` weighs perceptual features, ``fields`` the phases of strands that heads
    read (loud at 64 px, where a whole ringlet is four pixels: there it is learnt in minutes, and
    hardly at all at larger sizes), ``rare`` is the share of pictures of people
    whose hair is hard to draw, and with ``textured`` the last noise map is grain. ``changed`` is
    the share of steps that are taken on pairs which differ in one factor.
    """

    begin: float
    until: float
    size: int
    batch: int
    rates: tuple[float, float]
    coarse: tuple[int, int] | None = None
    coarse_share: float = 0.25
    matching: float = 0.0
    fields: float = 0.4
    rare: float = 0.0
    textured: bool = False
    changed: float = 0.0

    def rate_at(self, share: float) -> float:
        """The rate's factor at a part of the whole budget."""
        first, last = self.rates
        inside = (share - self.begin) / (self.until - self.begin)
        return float(first * (last / first) ** min(max(inside, 0.0), 1.0))


PHASES = (
    Phase(0.00, 0.04, 32, 16, (1.0, 0.7)),
    Phase(0.04, 0.32, 64, 16, (0.8, 0.6), fields=3.0, rare=0.3),
    Phase(0.32, 0.54, 128, 8, (0.5, 0.35), (64, 16), matching=0.1, fields=1.2, rare=0.3),
    Phase(0.54, 0.87, 256, 4, (0.4, 0.1), (64, 16), matching=0.1),
    Phase(
        0.87,
        1.00,
        256,
        4,
        (0.13, 0.008),
        (64, 16),
        matching=0.1,
        rare=0.4,
        textured=True,
        changed=0.5,
    ),
)
