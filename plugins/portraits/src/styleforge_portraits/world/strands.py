"""The strand field: outline, texture, streaks and shine of hair, one for back and front.

Ringlets, hair drawn up to a bun, and the tips of strands are patterns that stand still in the
picture: a head that turns moves its outline over them, as over a sheet of paper. A generator learns
one pattern this way. With a pattern that moves with the head it would have to learn all places of
it, and it draws their mean, which is smooth.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .canvas import Array, Window, ramp

if TYPE_CHECKING:
    from .hairstyle import Hair

_TAU = 2 * np.pi
_PERIODS = (0.024, 0.036, 0.056)  # of fine, medium and coarse strands, in picture widths
RINGLET = 1 / 16  # period of ringlets and of tips, in picture widths
GATHERED = -0.295  # height (y) of the point that hair is drawn up to
PULLED = 22  # strands around that point
WOUND = 0.11  # how far below that point the middle of a bun lies, in picture widths
TURN = 0.034  # period of the strands that are wound around it, in picture widths


def _blend(hair: Hair, u: Array) -> Array:
    """Strand texture in [-1, 1] at coordinate `u`: a blend of three fixed frequencies."""
    at = hair.width * 2
    out = np.zeros_like(u)
    for k, period in enumerate(_PERIODS):
        share = max(0.0, 1 - abs(at - k))
        if share > 0:
            out += share * np.cos(u * (_TAU / period))
    slow = np.cos(u * (_TAU / 0.131))
    return np.asarray(0.78 * out + 0.22 * slow, np.float32)


def grid(x: Array, y: Array) -> tuple[Array, Array]:
    """The phases of ringlets across and down, in radians: a warped grid, mirrored in x."""
    f = _TAU / RINGLET
    wx = x + 0.009 * np.sin(y * f * 0.5) * np.tanh(x / 0.02)
    wy = y + 0.011 * np.cos(x * f * 0.5)
    return wx * f, wy * f


def coils(x: Array, y: Array) -> Array:
    """Ringlets: round lobes in [-1, 1], even in x."""
    across, down = grid(x, y)
    return np.asarray(np.cos(across) * np.cos(down), np.float32)


def pulled_up(x: Array, y: Array) -> Array:
    """Strands that are drawn up to a bun, in [-1, 1], even in x."""
    return np.asarray(np.cos(np.arctan2(x, y - GATHERED) * PULLED), np.float32)


def wound(x: Array, y: Array) -> Array:
    """Strands that are wound to a bun, in [-1, 1], even in x."""
    return np.asarray(np.cos(np.hypot(x, y - GATHERED - WOUND) * (_TAU / TURN)), np.float32)


def tips(x: Array) -> Array:
    """How far strands reach down side by side, in [-1, 1], even in x."""
    f = _TAU / RINGLET
    return np.asarray(0.7 * np.cos(x * f) - 0.3 * np.cos(x * f * 0.5), np.float32)


@dataclass(frozen=True)
class Field:
    """Per pixel: `outline` signed distance, strand `texture` in [-1, 1], `streak` and `shine`."""

    outline: Array
    opening: Array
    front: Array
    texture: Array
    streak: Array
    shine: Array


def strand_field(hair: Hair, near: Window) -> Field:
    """The field of a style in a window of the canvas."""
    head = hair.head
    x, y = near.x - head.skull, near.y + 0.02
    up, down = np.maximum(-y, 0), np.maximum(y, 0)
    crown = ramp(up, 0.02, 0.22)
    outer = (np.abs(x) ** 2.3 + (hair.squash * up) ** 2.3) ** (1 / 2.3)
    parted = (np.abs(x - hair.part * crown) ** 2.3 + (hair.squash * up) ** 2.3) ** (1 / 2.3)
    along = down - np.arctan2(up, np.abs(x) + 1e-6) * 0.17
    sway = hair.wave * 0.0115 * np.sin(along * (_TAU / 0.150) + outer * 9)
    sway += hair.curl * 0.0105 * np.sin(along * (_TAU / 0.078) + outer * 16)
    settle = ramp(outer, 0.03, 0.12)
    strands = _blend(hair, parted + sway * settle)
    ringlets = coils(near.x, near.y)
    ends = tips(near.x)

    # fringe: strands fall from the parting and lean with the sweep
    xf = near.x - head.skull - hair.part - hair.sweep * (near.y - hair.line) * 0.7
    xf = xf + (
        hair.wave * 0.008 * np.sin(y * (_TAU / 0.11))
        + hair.curl * 0.009 * np.sin(y * (_TAU / 0.070))
    ) * np.tanh(xf / 0.03)
    fallen = _blend(hair, xf)

    centre = head.skull + 0.024 * head.yaw
    so = hair.opening * (1 - 0.06 * ramp(near.y, 0.05, 0.22))
    rise = np.maximum(-0.02 - near.y, 0) / (-0.02 - hair.line)
    u = np.abs(near.x - centre) / so
    opening = ((u**2.4 + rise**2.4) ** (1 / 2.4) - 1) * hair.opening
    opening = opening + 0.004 * hair.wisps * strands + 0.010 * hair.coil * ringlets
    reach = near.x - centre
    gap = (
        0.055
        * np.exp(-(((near.x - head.skull - hair.part) / 0.035) ** 2))
        * (1 - 0.8 * abs(hair.sweep) / 0.55)
    )
    edge = (
        hair.line
        + hair.fringe
        - gap
        + reach * hair.sweep * 0.55
        - 1.2 * reach * reach
        + (0.004 + 0.020 * hair.wisps) * (0.75 * ends + 0.25 * fallen)
    )
    edge = edge + 0.012 * hair.coil * ringlets
    fringe = (near.y - edge) * 0.8
    in_fringe = near.cover(opening + 0.006, 0.045)
    texture = strands + (fallen - strands) * in_fringe
    if hair.bun > 0:
        pulled = pulled_up(near.x, near.y) * ramp(outer, 0.02, 0.08)
        texture = texture + (pulled - texture) * (hair.bun * (1 - in_fringe))
    texture = texture + (ringlets - texture) * (0.85 * hair.coil)

    below = ramp(down, 0.0, 0.45)
    outline = outer - hair.half - hair.flare * below + 0.9 * sway * ramp(down, -0.05, 0.06)
    outline = (
        outline - hair.coil * 0.010 * ringlets - hair.curl * 0.004 * np.sin(along * (_TAU / 0.078))
    )
    band = (near.y + 0.165 + 0.030 * hair.coil - 0.9 * x * x) / 0.024
    glow = np.exp(-band * band) + 0.7 * np.exp(-(((near.y - 0.20 - 0.5 * np.abs(x)) / 0.05) ** 2))
    shine = np.asarray(glow * (0.55 + 0.40 * texture), np.float32)
    streak = ramp(
        np.cos(parted * (_TAU / 0.074) + 0.4) + 0.5 * np.cos(xf * (_TAU / 0.11)) * in_fringe,
        0.05,
        0.75,
    )
    streak = streak * (0.45 + 0.55 * ramp(near.y, -0.20, 0.25))
    return Field(
        outline.astype(np.float32), opening.astype(np.float32),
        np.minimum(-opening, fringe).astype(np.float32),
        np.clip(texture, -1, 1).astype(np.float32), np.asarray(streak, np.float32), shine,
    )  # fmt: skip
