"""Painting the features of a face: lines of age, beard, nose, mouth, eyes, brows and glasses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .canvas import Array, Canvas, Window, bell, ramp
from .features import EYE, Eye, Features, brow_line, lip_bottom, lip_top, mouth_line

if TYPE_CHECKING:
    from .head import Head
    from .person import Person


def paint_features(canvas: Canvas, p: Person, f: Features, head: Head) -> None:
    """Lines of age, beard, nose, mouth, eyes, brows and glasses over the face."""
    age = float(ramp(p.age, 0.55, 1.0))
    _age(canvas, f, age)
    beard = float(ramp(p.beard, 0.82, 0.88))
    if beard > 0:
        _beard(canvas, f, head, beard)
    _nose(canvas, f, head)
    _mouth(canvas, f)
    for eye in f.eyes:
        _eye(canvas, f, eye, head)
    glasses = float(ramp(p.glasses, 0.80, 0.86))
    if glasses > 0:
        _glasses(canvas, f, head, glasses)


def _line(near: Window, distance: Array, half: float, soft: float = 0.0) -> Array:
    return near.cover(np.abs(distance) - half, soft)


def _age(canvas: Canvas, f: Features, age: float) -> None:
    if age <= 0:
        return
    near = canvas.window(-0.18, 0.18, -0.16, 0.20)
    x, y = near.x, near.y
    alpha = np.zeros_like(x)
    for side in (-1, 1):
        # from the wing of the nose to the corner of the mouth
        s = np.clip((y - f.nose_y + 0.012) / (f.mouth_y - f.nose_y + 0.012), 0, 1)
        path = (
            f.nose_x
            + (f.mouth_x - f.nose_x) * s
            + side * (f.nose_half + 0.008 + (f.mouth_half - f.nose_half + 0.004) * s**1.3)
        )
        alpha += _line(near, x - path, 0.0032, 0.005) * np.clip(4 * s * (1 - s), 0, 1)
        bag = y - 0.036 + 0.012 * ((x - side * EYE) / 0.04) ** 2
        alpha += (
            0.8 * _line(near, bag, 0.0028, 0.005) * near.cover(np.abs(x - side * EYE) - 0.030, 0.02)
        )
    for level in (-0.130, -0.105):
        wrinkle = y - level - 0.25 * (x - 0.3 * f.nose_x) ** 2
        alpha += (
            0.7
            * _line(near, wrinkle, 0.0024, 0.005)
            * near.cover(np.abs(x - 0.3 * f.nose_x) - 0.06, 0.04)
        )
    canvas.paint(near, np.clip(alpha * 0.90 * age, 0, 1), {"skin_shadow": 1.0})


def _beard(canvas: Canvas, f: Features, head: Head, amount: float) -> None:
    near = canvas.window(-0.24, 0.24, 0.0, head.chin + 0.05)
    x, y = near.x, near.y
    t = (x - f.mouth_x) / (f.mouth_half * 1.15)
    grown = np.maximum(head.distance(x, y - 0.018 * ramp(y, 0.08, head.chin)), 0.028 - y)
    cheek = np.abs(x - head.axis(y)) / head.half_width
    line = f.nose_y + 0.020 - 0.110 * ramp(cheek, 0.42, 1.0)
    mouth = np.sqrt(t * t + ((y - f.mouth_y - 0.004) / (f.lip * 1.6 + f.gap + 0.010)) ** 2) - 1
    arch = (f.nose_y + f.mouth_y - f.lip) / 2
    drop = (y - arch - 0.003 - 0.010 * np.minimum(t * t, 1.5)) / 0.0105
    moustache = np.sqrt(((x - f.mouth_x) / (f.mouth_half * 1.05)) ** 2 + drop**2) - 1
    upper = near.cover(line - y + 0.006, 0.034)
    chin = near.cover(np.maximum(grown, -mouth * 0.02), 0.008) * upper
    alpha = np.maximum(chin, near.cover(moustache * 0.0105, 0.004))
    grain = 0.04 * (1 + np.cos(x * 420) * np.cos(y * 330))
    canvas.paint(near, alpha * amount * 0.92, {"brow": 1 - grain, "hair": grain}, "face")


def _nose(canvas: Canvas, f: Features, head: Head) -> None:
    near = canvas.window(-0.12, 0.12, -0.05, 0.15)
    x, y = near.x, near.y
    s = np.clip(y / f.nose_y, -0.4, 1)
    axis = f.nose_x * (0.25 + 0.75 * s)
    bridge = ramp(y, -0.05, 0.0) * (1 - ramp(y, f.nose_y - 0.03, f.nose_y + 0.004))
    shade = np.zeros_like(x)
    for side in (-1, 1):
        edge = x - axis - side * (0.010 + 0.008 * s)
        shade += (0.26 + 0.22 * side * head.yaw) * np.exp(-((edge / 0.009) ** 2)) * bridge
    canvas.paint(near, np.clip(shade, 0, 0.7), {"skin_shadow": 1.0})
    u = (x - f.nose_x) / f.nose_half
    base = f.nose_y + 0.004 - 0.010 * u * u + 0.004 * np.cos(u * 5)
    under = _line(near, y - base, 0.0032, 0.004) * near.cover((np.abs(u) - 1) * f.nose_half, 0.006)
    wings = np.zeros_like(x)
    for side in (-1, 1):
        wing = (
            np.hypot((x - f.nose_x - side * f.nose_half * 0.92) / 0.8, y - f.nose_y + 0.010) - 0.011
        )
        wings += _line(near, wing, 0.0030, 0.004) * ramp(side * u, 0.80, 1.1)
        nostril = bell(
            x - f.nose_x - side * f.nose_half * 0.50, y - f.nose_y - 0.001, 0.0066, 0.0042
        )
        under = np.maximum(under, 1.0 * nostril)
    below = 0.35 * bell(x - f.nose_x, y - f.nose_y - 0.012, f.nose_half * 0.7, 0.006)
    canvas.paint(
        near,
        np.clip(np.maximum(under * 0.85, wings * 0.7) + below, 0, 1),
        {"skin_shadow": 0.82, "mouth": 0.18},
    )
    tip = 0.28 * bell(x - f.nose_x, y - f.nose_y + 0.018, 0.008, 0.007)
    tip += 0.12 * bell(x - axis, y - f.nose_y * 0.45, 0.006, 0.026)
    canvas.paint(near, np.clip(tip, 0, 1), {"white": 1.0})


def _mouth(canvas: Canvas, f: Features) -> None:
    reach = f.mouth_half + 0.02
    near = canvas.window(f.mouth_x - reach, f.mouth_x + reach, f.mouth_y - 0.05, f.mouth_y + 0.06)
    x, y = near.x, near.y
    t = (x - f.mouth_x) / f.mouth_half
    inside = np.clip(t, -1, 1)
    ends = (np.abs(t) - 1) * f.mouth_half
    top, line, bottom = lip_top(f, inside), mouth_line(f, inside), lip_bottom(f, inside)
    opened = f.gap * (1 - inside * inside)
    lips = np.maximum(np.maximum(top - y, y - bottom), ends)
    upper = near.cover(y - line - opened * 0.2, 0.004)
    gleam = 0.35 * bell(t, y - line - opened * 0.7 - f.lip * 0.65, 0.30, f.lip * 0.30)
    shadow = 0.45 * bell(t, y - bottom - 0.008, 0.45, 0.006)
    canvas.paint(near, shadow, {"skin_shadow": 1.0})
    dark = np.clip(0.30 * upper, 0, 1)
    canvas.paint(
        near,
        near.cover(lips),
        {"lip": (1 - dark) * (1 - gleam), "mouth": dark * (1 - gleam), "white": gleam},
    )
    hole = np.maximum(np.maximum(line - opened * 0.3 - y, y - line - opened * 0.7), ends)
    if f.gap > 0:
        teeth = near.cover(y - line - opened * 0.35, 0.003)
        canvas.paint(near, near.cover(hole), {"white": teeth * 0.92, "mouth": 1 - teeth * 0.92})
    seam = near.cover(np.maximum(np.abs(y - line) - 0.0018, ends - 0.003), 0.002)
    canvas.paint(near, seam * (1 - ramp(opened, 0.002, 0.006)), {"mouth": 1.0})


def _eye(canvas: Canvas, f: Features, eye: Eye, head: Head) -> None:
    near = canvas.window(eye.x - 0.085, eye.x + 0.085, -0.10, 0.06)
    x, y = near.x - eye.x, near.y
    t = x / eye.half
    top, bottom = eye.lid(t, eye.upper), eye.lid(t, eye.lower)
    ball = near.cover(np.maximum(top - y, y - bottom) * 0.85)
    canvas.paint(
        near,
        0.8
        * _line(near, y - top + 0.011, 0.0016, 0.003)
        * near.cover((np.abs(t) - 0.92) * eye.half, 0.01),
        {"skin_shadow": 1.0},
    )
    lid = 0.35 * ramp(top - y, -0.012, 0.0)
    canvas.paint(near, ball, {"white": 1 - lid, "skin_shadow": lid})
    radius = 0.0195
    from_iris = np.hypot(x - 0.007 * head.yaw, y - 0.003 * head.pitch + 0.002)
    ring = 0.55 * ramp(from_iris, radius - 0.006, radius)
    canvas.paint(near, near.cover(from_iris - radius) * ball, {"iris": 1 - ring, "ink": ring})
    canvas.paint(near, near.cover(from_iris - 0.0088) * ball, {"ink": 1.0})
    gleam = np.hypot(x - 0.007 * head.yaw, y + 0.0085) - 0.0052
    canvas.paint(near, near.cover(gleam) * ball, {"white": 1.0})
    out = eye.side * t
    lash = np.maximum(
        np.abs(y - top + 0.002) - (0.0032 + 0.0018 * np.clip(out, -1, 1)),
        (np.abs(t - 0.05 * eye.side) - 1.08) * eye.half,
    )
    canvas.paint(near, near.cover(lash), {"ink": 1.0})
    rim = _line(near, y - bottom, 0.0012, 0.003) * near.cover((np.abs(t) - 0.95) * eye.half, 0.006)
    canvas.paint(near, rim * 0.6, {"skin_shadow": 0.6, "ink": 0.4})
    width = f.brow_half * eye.half / 0.044
    along = (out * eye.half - 0.006) / width
    thick = f.brow_thick * (1.0 - 0.45 * np.clip(along, -1, 1.2)) * (1.05 - 0.75 * along**4)
    brow = np.maximum(np.abs(y - brow_line(f, along)) - thick, (np.abs(along) - 1) * width)
    canvas.paint(near, near.cover(brow, 0.003), {"brow": 1.0})


def _glasses(canvas: Canvas, f: Features, head: Head, amount: float) -> None:
    near = canvas.window(-0.24, 0.24, -0.06, 0.08)
    x, y = near.x, near.y
    frame = np.full_like(x, 1.0)
    glass = np.full_like(x, 1.0)
    for eye in f.eyes:
        narrow = eye.half / (0.044 + 0.0)
        u, v = (x - eye.x) / (0.066 * (0.55 + 0.45 * narrow)), (y - 0.008) / 0.054
        lens = ((np.abs(u) ** 2.6 + np.abs(v) ** 2.6) ** (1 / 2.6) - 1) * 0.056
        frame = np.minimum(frame, np.abs(lens) - 0.0042)
        glass = np.minimum(glass, lens)
        arm = np.maximum(np.abs(y + 0.008) - 0.0035, 0.160 - eye.side * x)
        frame = np.minimum(frame, np.maximum(arm, head.distance(x, y)))
    bridge = np.maximum(np.abs(y + 0.004 + 0.006 * np.cos(x * 60)) - 0.0038, np.abs(x) - 0.030)
    frame = np.minimum(frame, bridge)
    canvas.paint(near, near.cover(glass) * 0.10 * amount, {"white": 1.0})
    canvas.paint(near, near.cover(frame) * amount, {"glasses": 1.0}, "face")
