"""Hair: one strand field and one outline, shared by the hair behind and in front of the face."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .canvas import Array, Canvas, Window, ramp, rounded

if TYPE_CHECKING:
    from .head import Head
    from .person import Person

_TAU = 2 * np.pi
_PERIODS = (0.024, 0.036, 0.056)  # of fine, medium and coarse strands, in picture widths


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


def _coils(x: Array, y: Array) -> Array:
    """Ringlets: a warped grid of round lobes in [-1, 1], even in x."""
    f = _TAU / 0.052
    wx = x + 0.009 * np.sin(y * f * 0.5) * np.tanh(x / 0.02)
    wy = y + 0.011 * np.cos(x * f * 0.5)
    return np.asarray(np.cos(wx * f) * np.cos(wy * f), np.float32)


@dataclass(frozen=True)
class Field:
    """Per pixel: `outline` signed distance, strand `texture` in [-1, 1], `streak` and `shine`."""

    outline: Array
    opening: Array
    front: Array
    texture: Array
    streak: Array
    shine: Array


def _field(hair: Hair, near: Window) -> Field:
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
    ringlets = _coils(x, y)

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
        + (0.004 + 0.014 * hair.wisps) * fallen
    )
    edge = edge + 0.012 * hair.coil * ringlets
    fringe = (near.y - edge) * 0.8
    in_fringe = near.cover(opening + 0.006, 0.045)
    texture = strands + (fallen - strands) * in_fringe
    if hair.bun > 0:
        turn = np.arctan2(near.x - head.skull, near.y - head.top + 0.05)
        pulled = np.cos(turn * 34) * ramp(outer, 0.02, 0.08)
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


def _mix(field: Field, shade: Array) -> dict[str, Array | float]:
    """Shares of the hair materials; they sum to one."""
    shade = np.clip(shade, 0, 1)
    shine = np.clip(field.shine, 0, 1) * 0.75 * (1 - shade)
    dark = np.clip(-field.texture, 0, 1) * 0.75
    light = np.clip(field.texture, 0, 1) * 0.65
    rest = (1 - shade) * (1 - shine / np.maximum(1 - shade, 1e-3))
    body = rest * (1 - dark - light)
    return {
        "hair_shade": shade * (1 - 0.5 * dark),
        "hair_dark": rest * dark + shade * 0.5 * dark,
        "hair_light": rest * light,
        "hair_streak": body * field.streak,
        "hair": body * (1 - field.streak),
        "hair_shine": shine,
    }


class HairPainter:
    """Paints one person's hair: `back` before the neck, `front` after the face."""

    def __init__(self, canvas: Canvas, hair: Hair) -> None:
        self.canvas, self.hair = canvas, hair
        reach = hair.half + abs(hair.flare) + 0.04
        axis = hair.head.skull
        self.near = canvas.window(axis - reach, axis + reach, -0.40, max(hair.bottom, 0.1) + 0.05)
        self.field = _field(hair, self.near)
        f = self.field
        ends = near_ends(hair, f, self.near)
        radius = 0.045 + 0.02 * hair.coil
        self.mass = rounded(f.outline, self.near.y - hair.bottom + ends, radius)
        self.locks = rounded(f.outline, self.near.y - hair.lock_bottom + ends, radius)

    def back(self) -> None:
        """The bun and the hair that hangs behind neck and shoulders."""
        hair, near = self.hair, self.near
        if hair.amount <= 0:
            return
        if hair.bun > 0:
            self._bun()
        inner = ramp(hair.half * 1.02 - np.abs(near.x - hair.head.skull), 0.0, 0.09)
        shade = 0.08 + 0.67 * inner * ramp(near.y, -0.05, 0.12)
        self.canvas.paint(
            near, near.cover(self.mass) * self._density(), _mix(self.field, shade), "hair"
        )

    def front(self, face: Array) -> None:
        """Crown, fringe and side locks, with their contact shadow on the face."""
        hair, near = self.hair, self.near
        if hair.amount <= 0:
            return
        shape = np.maximum(self.locks, self.field.front)
        density = self._density()
        shadow = near.cover(shape - 0.010, 0.034) * face[near.rows, near.cols] * 0.62 * density
        self.canvas.paint(near, shadow, {"skin_shadow": 1.0})
        rim = ramp(self.field.outline, -0.035, 0.0) * 0.16
        root = ramp(shape, -0.030, 0.0) * 0.14
        alpha = near.cover(shape) * density
        self.canvas.paint(near, alpha, _mix(self.field, rim + root), "hair")

    def _density(self) -> Array:
        near, hair = self.near, self.hair
        shaved = hair.fade * ramp(near.y, -0.125, -0.060)
        return np.asarray(hair.amount * (1 - 0.62 * shaved), np.float32)

    def _bun(self) -> None:
        hair = self.hair
        radius = 0.058 * (0.4 + 0.6 * hair.bun)
        cx, cy = hair.head.skull, hair.head.top - 0.045
        near = self.canvas.window(cx - 0.1, cx + 0.1, cy - 0.1, cy + 0.1)
        x, y = near.x - cx, near.y - cy
        r = np.hypot(x, y * 1.12)
        turn = np.arctan2(np.abs(x), -y)
        texture = np.cos(r * (_TAU / 0.026) + 1.5 * turn)
        zero = np.zeros_like(r)
        field = Field(r, r, r, texture, zero + 0.3, 0.8 * np.exp(-(((y + 0.02) / 0.015) ** 2)))
        shade = 0.55 * ramp(y, 0.0, 0.05) + 0.15 * ramp(r, radius - 0.02, radius)
        alpha = near.cover(r - radius + 0.002 * texture) * hair.amount
        self.canvas.paint(near, alpha, _mix(field, shade), "hair")


def near_ends(hair: Hair, field: Field, near: Window) -> Array:
    """How far strand tips fall short of the cut, with a slightly rounded hem."""
    x = near.x - hair.head.skull
    return np.asarray(
        (0.004 + 0.020 * hair.wisps) * (field.texture - 0.3) + 0.6 * x * x, np.float32
    )
