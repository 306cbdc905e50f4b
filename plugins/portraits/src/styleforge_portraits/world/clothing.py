"""Shoulders, neckline and patterned clothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .canvas import Array, Canvas, Window, bell, ramp, rounded

if TYPE_CHECKING:
    from .head import Head
    from .person import Person

_PERIODS = {"small": 0.070, "large": 0.110}  # of patterns, in picture widths
_BASE = 0.285  # height of the neck's base


@dataclass(frozen=True)
class Clothes:
    """Measures of a garment in head coordinates."""

    axis: float
    neck: float
    shoulders: float
    slope: float
    kind: str
    depth: float
    half: float
    pattern: str
    period: float

    def line(self, x: Array) -> Array:
        """Height (y) of the body's upper outline at distance `x >= 0` from its axis."""
        out = np.maximum(x - self.neck, 0)
        fall = 0.040 + 0.050 * self.slope
        return np.asarray(
            _BASE - 0.035 + 0.050 * (1 - np.exp(-out / 0.030)) + fall * (x / 0.30)
            + 0.30 * np.maximum(x / self.shoulders - 0.62, 0) ** 2.2, np.float32,
        )  # fmt: skip


def clothes_of(p: Person, head: Head) -> Clothes:
    """The measures of a person's garment."""
    return Clothes(
        axis=head.body,
        neck=head.neck,
        shoulders=0.375 + 0.085 * p.shoulders,
        slope=p.slope,
        kind=p.neckline,
        depth=p.neck_depth,
        half=p.neck_opening,
        pattern=p.pattern,
        period=_PERIODS[p.pattern_scale],
    )


def paint_body(canvas: Canvas, clothes: Clothes, head: Head) -> None:
    """Skin of the shoulders, the garment over it, its hem and folds."""
    tall = canvas.height * canvas.pixel + 1.0
    near = canvas.window(clothes.axis - 0.62, clothes.axis + 0.62, 0.20, tall)
    x, y = near.x - clothes.axis, near.y
    away = np.abs(x)
    top = clothes.line(away)
    arm = away - clothes.shoulders - 0.10 * ramp(y, 0.35, 0.7)
    body = rounded((top - y) * 0.85, arm, 0.055)
    chin = near.cover(head.distance(near.x, near.y - 0.055), 0.07)
    bone = 0.35 * bell(away - 0.055, y - _BASE - 0.062 + 0.12 * away, 0.030, 0.0045)
    shade = np.clip(0.10 + 0.6 * chin + bone, 0, 0.9)
    canvas.paint(near, near.cover(body), {"skin": 1 - shade, "skin_shadow": shade}, "skin")

    cut, seam = _cut(clothes, near, away, top)
    garment = np.maximum(body - 0.004, cut)
    alpha = near.cover(garment)
    folds = 0.24 * bell(away - clothes.shoulders * 0.62 - 0.10 * (y - 0.56), y - 0.57, 0.014, 0.080)
    folds = folds + 0.30 * ramp(away, clothes.shoulders * 0.70, clothes.shoulders)
    folds = folds + 0.22 * near.cover(head.distance(near.x, near.y - 0.09), 0.12)
    hem = near.cover(np.abs(garment + seam) - 0.0022, 0.002)
    dim = np.clip(np.maximum(folds, 0.55 * hem), 0, 0.8)
    accent = _pattern(clothes, near, x, y)
    canvas.paint(
        near,
        alpha,
        {
            "cloth_shade": dim,
            "cloth_accent": accent * (1 - dim),
            "cloth": (1 - accent) * (1 - dim),
        },
        "clothing",
    )


def _cut(clothes: Clothes, near: Window, away: Array, top: Array) -> tuple[Array, float]:
    """Signed distance of what the neckline leaves (negative: cloth), and the hem's width."""
    y = near.y
    if clothes.kind == "collar":
        height = _BASE - 0.012 - 0.055 * clothes.depth
        half = clothes.neck + 0.010 + 0.012 * clothes.half
        collar = np.maximum(
            away - half - 0.25 * np.maximum(y - height - 0.03, 0), height + 3.0 * away * away - y
        )
        return np.minimum(collar, (top - 0.004 - y) * 0.85).astype(np.float32), 0.018
    if clothes.kind == "v":
        half = clothes.neck + 0.006 + 0.035 * clothes.half
        deep = _BASE + 0.090 + 0.110 * clothes.depth
        line = deep - (deep - _BASE + 0.05) * away / half
        return np.asarray((line - y) * 0.55, np.float32), 0.013
    half = clothes.neck + 0.012 + 0.075 * clothes.half
    deep = 0.045 + 0.085 * clothes.depth
    r = np.hypot(away / half, (y - _BASE + 0.01) / deep)
    scoop = (1 - r) * min(half, deep)
    return np.where(y < _BASE - 0.01, np.minimum(half - away, scoop + 1), scoop).astype(
        np.float32
    ), 0.013


def _pattern(clothes: Clothes, near: Window, x: Array, y: Array) -> Array:
    """Share of the accent colour; its phase is tied to the neck's base."""
    period = clothes.period
    depth = y - _BASE - 0.05

    def bars(at: Array, bias: float = 0.0) -> Array:
        wave = np.cos(at * (2 * np.pi / period)) + bias
        return near.cover(-wave * (period / (2 * np.pi)))

    if clothes.pattern == "horizontal":
        return bars(depth - 0.30 * x * x)
    if clothes.pattern == "vertical":
        return bars(x * (1 - 0.35 * (depth - 0.1)))
    if clothes.pattern == "checks":
        return np.asarray(0.5 * bars(x) + 0.5 * bars(depth - 0.15 * x * x), np.float32)
    if clothes.pattern == "dots":
        w = 2 * np.pi / period / 1.25
        lattice = np.cos(x * w) * np.cos(depth * w)
        return near.cover((0.52 - lattice) * (0.9 / w))
    return np.zeros_like(x)
