"""The measures of a hair style on one head."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .canvas import ramp

if TYPE_CHECKING:
    from .head import Head
    from .person import Person


@dataclass(frozen=True)
class Hair:
    """Measures of a hair style on one head, in head coordinates."""

    head: Head
    half: float
    squash: float
    bottom: float
    lock_bottom: float
    flare: float
    part: float
    line: float
    fringe: float
    sweep: float
    opening: float
    wave: float
    curl: float
    coil: float
    fade: float
    bun: float
    wisps: float
    width: float
    amount: float


def hair_of(p: Person, head: Head) -> Hair:
    """The measures of a person's hair on a head."""
    bun = float(ramp(p.updo, 0.87, 0.90))
    bald = float(ramp(p.balding, 0.84, 1.0))
    coil = float(ramp(p.curl, 0.84, 0.94))
    short = p.length * (1 - bun) * (1 - 0.7 * bald) + 0.10 * bun
    long_ = float(ramp(short, 0.16, 0.36))
    fade = float(ramp(p.taper, 0.55, 0.85) * (1 - ramp(short, 0.08, 0.18)))
    tame = 1 - 0.6 * bun
    top = (0.022 + 0.050 * p.volume_top * tame + 0.035 * coil * tame) * (1 - 0.85 * bald)
    sides = 0.010 + (0.012 + 0.040 * p.volume_sides * tame) * (0.35 + 0.65 * long_)
    half = head.half_width + (sides + 0.030 * coil * tame) * (1 - 0.7 * bald) * (1 - 0.75 * fade)
    bottom = -0.005 + 0.62 * short
    return Hair(
        head=head,
        half=half,
        squash=half / (top - head.top - 0.02),
        bottom=bottom,
        lock_bottom=min(bottom, 0.27) + max(0.0, bottom - 0.27) * float(ramp(p.front, 0.20, 0.60)),
        flare=(0.10 * (p.flare - 0.35)) * long_,
        part=0.115 * p.parting,
        line=-0.148 - 0.10 * bald,
        fringe=(-0.03 + 0.125 * float(ramp(p.fringe, 0.35, 0.95))) * (1 - bald),
        sweep=0.55 * p.fringe_sweep,
        opening=head.half_width * (0.80 + 0.30 * p.tuck * p.tuck + 0.10 * (1 - long_)),
        wave=float(ramp(p.curl, 0.34, 0.56) * (1 - ramp(p.curl, 0.62, 0.78))),
        curl=float(ramp(p.curl, 0.60, 0.78)) * (1 - 0.7 * coil),
        coil=coil,
        fade=fade,
        bun=bun,
        wisps=p.wisps,
        width=p.strand_width,
        amount=1 - float(ramp(bald, 0.75, 1.0)),
    )
