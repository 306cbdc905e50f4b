"""Painting hair: one strand field for the hair behind and in front of the face."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .canvas import Array, Canvas, Window, ramp, rounded
from .strands import Field, strand_field, tips, wound

if TYPE_CHECKING:
    from .hairstyle import Hair


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
        self.field = strand_field(hair, self.near)
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
        texture = wound(near.x, near.y)
        zero = np.zeros_like(r)
        field = Field(r, r, r, texture, zero + 0.3, 0.8 * np.exp(-(((y + 0.02) / 0.015) ** 2)))
        shade = 0.55 * ramp(y, 0.0, 0.05) + 0.15 * ramp(r, radius - 0.02, radius)
        alpha = near.cover(r - radius + 0.002 * texture) * hair.amount
        self.canvas.paint(near, alpha, _mix(field, shade), "hair")


def near_ends(hair: Hair, field: Field, near: Window) -> Array:
    """How far strand tips fall short of the cut, with a slightly rounded hem."""
    x = near.x - hair.head.skull
    short = 0.75 * tips(near.x) + 0.25 * field.texture - 0.3
    return np.asarray((0.004 + 0.028 * hair.wisps) * short + 0.6 * x * x, np.float32)
