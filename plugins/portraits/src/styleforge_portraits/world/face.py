"""The features of the face, and the 68 landmarks that follow from the same measures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .canvas import EYE_DISTANCE, Array, Canvas, Window, bell, ramp

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .head import Head
    from .person import Person

_EYE = EYE_DISTANCE / 2


@dataclass(frozen=True)
class Eye:
    """One eye in head coordinates; `side` is -1 for the picture's left."""

    side: int
    half: float
    upper: float
    lower: float
    tilt: float

    @property
    def x(self) -> float:
        """Centre."""
        return self.side * _EYE

    def lid(self, t: Array, reach: float) -> Array:
        """Height (y) of a lid at `t` in [-1, 1] across the eye."""
        return np.asarray(reach * (1 - np.abs(t) ** 2.2) - self.tilt * self.side * t * self.half)


@dataclass(frozen=True)
class Features:
    """Places and sizes of brows, nose and mouth in head coordinates."""

    eyes: tuple[Eye, Eye]
    brow_y: float
    brow_half: float
    brow_thick: float
    brow_angle: float
    nose_x: float
    nose_y: float
    nose_half: float
    mouth_x: float
    mouth_y: float
    mouth_half: float
    lip: float
    curve: float
    gap: float


def features_of(person: Person, head: Head) -> Features:
    """The measures of a person's face."""
    p = person
    eyes = []
    for side in (-1, 1):
        half = (0.039 + 0.010 * p.eye_size) * (1 - 0.16 * max(0.0, side * p.yaw))
        reach = half * (0.38 + 0.26 * p.eye_open)
        eyes.append(Eye(side, half, -reach, reach * 0.78, 0.22 * (p.eye_tilt - 0.35)))
    nose_y = 0.082 + 0.022 * p.nose_length + 0.012 * p.pitch
    low = head.chin - nose_y
    return Features(
        eyes=(eyes[0], eyes[1]),
        brow_y=-0.050 - 0.014 * p.brow_height + 0.004 * p.pitch,
        brow_half=0.050,
        brow_thick=0.0045 + 0.0065 * p.brow_thickness,
        brow_angle=0.30 * (p.brow_angle - 0.5),
        nose_x=0.036 * p.yaw,
        nose_y=nose_y,
        nose_half=0.022 + 0.014 * p.nose_width,
        mouth_x=0.022 * p.yaw,
        mouth_y=nose_y + low * (0.42 + 0.10 * p.mouth_height),
        mouth_half=(0.044 + 0.022 * p.mouth_width) * (1 - 0.06 * abs(p.yaw)),
        lip=0.007 + 0.008 * p.lip_thickness,
        curve=0.032 * (p.smile - 0.22),
        gap=0.020 * float(ramp(p.mouth_open, 0.45, 1.0)),
    )


def _brow(f: Features, t: Array) -> Array:
    """Height (y) of a brow's middle line; `t` runs from the nose (-1) to the temple (1)."""
    return np.asarray(f.brow_y - 0.012 * (1 - t * t) + 0.006 * t - f.brow_angle * t * f.brow_half)


def _brow_x(f: Features, eye: Eye, t: Array) -> Array:
    return np.asarray(eye.x + eye.side * (0.006 + t * f.brow_half * eye.half / 0.044))


def _mouth_line(f: Features, t: Array) -> Array:
    return np.asarray(f.mouth_y - f.curve * (np.abs(t) ** 2 - 0.35))


def _lip_top(f: Features, t: Array) -> Array:
    bow = 1 - 0.30 * np.exp(-((t / 0.16) ** 2))
    return np.asarray(
        _mouth_line(f, t) - f.gap * 0.3 * (1 - t * t) - f.lip * bow * (1 - np.abs(t) ** 1.6)
    )


def _lip_bottom(f: Features, t: Array) -> Array:
    round_ = np.sqrt(np.clip(1 - t * t, 0, 1))
    return np.asarray(
        _mouth_line(f, t) + f.gap * 0.7 * (1 - t * t) + f.lip * 1.35 * round_ * (1 - 0.3 * t * t)
    )


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
        alpha += _line(near, x - path, 0.0022, 0.004) * np.clip(4 * s * (1 - s), 0, 1)
        bag = y - 0.036 + 0.012 * ((x - side * _EYE) / 0.04) ** 2
        alpha += (
            0.8
            * _line(near, bag, 0.0018, 0.004)
            * near.cover(np.abs(x - side * _EYE) - 0.030, 0.02)
        )
    for level in (-0.125, -0.105):
        wrinkle = y - level - 0.25 * (x - 0.3 * f.nose_x) ** 2
        alpha += (
            0.6
            * _line(near, wrinkle, 0.0014, 0.004)
            * near.cover(np.abs(x - 0.3 * f.nose_x) - 0.06, 0.04)
        )
    canvas.paint(near, np.clip(alpha * 0.75 * age, 0, 1), {"skin_shadow": 1.0})


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
    under = _line(near, y - base, 0.0026, 0.003) * near.cover((np.abs(u) - 1) * f.nose_half, 0.006)
    wings = np.zeros_like(x)
    for side in (-1, 1):
        wing = (
            np.hypot((x - f.nose_x - side * f.nose_half * 0.92) / 0.8, y - f.nose_y + 0.010) - 0.011
        )
        wings += _line(near, wing, 0.0018, 0.003) * ramp(side * u, 0.80, 1.1)
        nostril = bell(
            x - f.nose_x - side * f.nose_half * 0.50, y - f.nose_y - 0.001, 0.0058, 0.0034
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
    top, line, bottom = _lip_top(f, inside), _mouth_line(f, inside), _lip_bottom(f, inside)
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
    brow = np.maximum(np.abs(y - _brow(f, along)) - thick, (np.abs(along) - 1) * width)
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


def landmarks_of(f: Features, head: Head) -> NDArray[np.float64]:
    """The 68 points of the iBUG layout in head coordinates, `(68, 2)`."""
    points: list[NDArray[np.float64]] = [head.jaw()]
    left, right = f.eyes
    brow = np.linspace(1, -1, 5)
    for eye, t in ((left, brow), (right, brow[::-1])):
        points.append(np.stack([_brow_x(f, eye, t), _brow(f, t)], -1))
    s = np.linspace(0.0, 0.82, 4)
    points.append(np.stack([f.nose_x * (0.25 + 0.75 * s), s * f.nose_y], -1))
    u = np.linspace(-0.9, 0.9, 5)
    points.append(np.stack([f.nose_x + u * f.nose_half, f.nose_y + 0.004 - 0.010 * u * u], -1))
    third = np.array([-1.0, -0.36, 0.36, 1.0])
    for eye in f.eyes:
        upper = np.stack([eye.x + third * eye.half, eye.lid(third, eye.upper)], -1)
        lower = np.stack([eye.x + third * eye.half, eye.lid(third, eye.lower)], -1)
        points += [upper, lower[2:0:-1]]
    t = np.array([-1, -0.62, -0.25, 0, 0.25, 0.62, 1.0])
    low = np.array([0.62, 0.28, 0, -0.28, -0.62])
    points.append(np.stack([f.mouth_x + t * f.mouth_half, _lip_top(f, t)], -1))
    points.append(np.stack([f.mouth_x + low * f.mouth_half, _lip_bottom(f, low)], -1))
    inner = np.array([-0.85, -0.35, 0, 0.35, 0.85])
    upper = _mouth_line(f, inner) - 0.3 * f.gap * (1 - inner**2)
    points.append(np.stack([f.mouth_x + inner * f.mouth_half, upper], -1))
    back = np.array([0.35, 0, -0.35])
    lower = _mouth_line(f, back) + 0.7 * f.gap * (1 - back**2)
    points.append(np.stack([f.mouth_x + back * f.mouth_half, lower], -1))
    return np.concatenate(points).astype(np.float64)
