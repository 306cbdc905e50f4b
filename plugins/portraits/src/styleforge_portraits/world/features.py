"""The measures and curves of a face's features, and the 68 landmarks that follow from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .canvas import EYE_DISTANCE, Array, ramp

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .head import Head
    from .person import Person

EYE = EYE_DISTANCE / 2


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
        return self.side * EYE

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


def brow_line(f: Features, t: Array) -> Array:
    """Height (y) of a brow's middle line; `t` runs from the nose (-1) to the temple (1)."""
    return np.asarray(f.brow_y - 0.012 * (1 - t * t) + 0.006 * t - f.brow_angle * t * f.brow_half)


def brow_x(f: Features, eye: Eye, t: Array) -> Array:
    """Distance (x) of a brow's point from the axis, at the same `t`."""
    return np.asarray(eye.x + eye.side * (0.006 + t * f.brow_half * eye.half / 0.044))


def mouth_line(f: Features, t: Array) -> Array:
    """Height (y) of the line between the lips; `t` runs from corner to corner, -1 to 1."""
    return np.asarray(f.mouth_y - f.curve * (np.abs(t) ** 2 - 0.35))


def lip_top(f: Features, t: Array) -> Array:
    """Height (y) of the upper lip's upper edge at `t`."""
    bow = 1 - 0.30 * np.exp(-((t / 0.16) ** 2))
    return np.asarray(
        mouth_line(f, t) - f.gap * 0.3 * (1 - t * t) - f.lip * bow * (1 - np.abs(t) ** 1.6)
    )


def lip_bottom(f: Features, t: Array) -> Array:
    """Height (y) of the lower lip's lower edge at `t`."""
    round_ = np.sqrt(np.clip(1 - t * t, 0, 1))
    return np.asarray(
        mouth_line(f, t) + f.gap * 0.7 * (1 - t * t) + f.lip * 1.35 * round_ * (1 - 0.3 * t * t)
    )


def landmarks_of(f: Features, head: Head) -> NDArray[np.float64]:
    """The 68 points of the iBUG layout in head coordinates, `(68, 2)`."""
    points: list[NDArray[np.float64]] = [head.jaw()]
    left, right = f.eyes
    brow = np.linspace(1, -1, 5)
    for eye, t in ((left, brow), (right, brow[::-1])):
        points.append(np.stack([brow_x(f, eye, t), brow_line(f, t)], -1))
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
    points.append(np.stack([f.mouth_x + t * f.mouth_half, lip_top(f, t)], -1))
    points.append(np.stack([f.mouth_x + low * f.mouth_half, lip_bottom(f, low)], -1))
    inner = np.array([-0.85, -0.35, 0, 0.35, 0.85])
    upper = mouth_line(f, inner) - 0.3 * f.gap * (1 - inner**2)
    points.append(np.stack([f.mouth_x + inner * f.mouth_half, upper], -1))
    back = np.array([0.35, 0, -0.35])
    lower = mouth_line(f, back) + 0.7 * f.gap * (1 - back**2)
    points.append(np.stack([f.mouth_x + back * f.mouth_half, lower], -1))
    return np.concatenate(points).astype(np.float64)
