"""The head: skull, face outline, neck and ears, and the measures that hair and face share.

Head coordinates: x to the right and y down, in picture widths, the middle of the eyes at (0, 0).
Eyes stay where they are for every pose, as in FFHQ's alignment; the outline turns around them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .canvas import Array, Canvas, bell, ramp

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .person import Person


@dataclass(frozen=True)
class Head:
    """Measures of a head in head coordinates; `level` is the height of the cheekbones."""

    half_width: float
    top: float
    level: float
    chin: float
    roundness: float
    narrowing: float
    yaw: float
    pitch: float
    neck: float

    @property
    def skull(self) -> float:
        """Place (x) of the skull's axis."""
        return -0.040 * self.yaw

    @property
    def body(self) -> float:
        """Place (x) of the neck and body's axis."""
        return -0.030 * self.yaw

    def axis(self, y: Array) -> Array:
        """Place (x) of the outline's axis: the chin turns forward."""
        return self.skull + 0.034 * self.yaw * ramp(y, self.level, self.chin)

    def narrow(self, t: Array) -> Array:
        """Share of the half width left at share `t` of the way from cheekbone to chin."""
        return 1 - self.narrowing * np.clip(t, 0, 1) ** 2

    def distance(self, x: Array, y: Array) -> Array:
        """Approximate signed distance to the outline of skull and face, negative inside."""
        t = (y - self.level) / (self.chin - self.level)
        up = np.maximum(self.level - y, 0) / (self.level - self.top)
        u = np.abs(x - self.axis(y)) / (self.half_width * self.narrow(t))
        upper = np.sqrt(u * u + up * up)
        n = self.roundness
        lower = (u**n + np.clip(t, 0, 3) ** n) ** (1 / n)
        scale = np.where(t > 0, 0.75, 1.0) * self.half_width
        return np.asarray((np.where(t > 0, lower, upper) - 1) * scale, np.float32)

    def jaw(self, count: int = 17) -> NDArray[np.float64]:
        """Points of the outline, left cheekbone over chin to right, `(count, 2)`."""
        angle = np.linspace(np.pi, 0, count)
        n = self.roundness
        cos, sin = np.cos(angle), np.sin(angle)
        u = np.sign(cos) * np.abs(cos) ** (2 / n)
        t = np.abs(sin) ** (2 / n)
        y = self.level + t * (self.chin - self.level)
        x = self.axis(y) + u * self.half_width * self.narrow(t)
        return np.stack([x, y], -1).astype(np.float64)


def head_of(person: Person) -> Head:
    """The measures of a person's head."""
    p = person
    return Head(
        half_width=0.168 + 0.025 * p.face_width,
        top=-0.238 - 0.016 * p.face_length,
        level=0.030,
        chin=0.196 + 0.030 * p.face_length + 0.008 * p.pitch,
        roundness=1.90 + 0.85 * p.jaw,
        narrowing=0.03 + 0.26 * (1 - p.cheek),
        yaw=p.yaw,
        pitch=p.pitch,
        neck=0.070 + 0.026 * p.neck_width,
    )


def paint_neck(canvas: Canvas, head: Head) -> None:
    """Neck with the chin's shadow; the shoulders' skin is the clothing's matter."""
    near = canvas.window(head.body - 0.16, head.body + 0.16, 0.08, 0.40)
    x, y = near.x - head.body, near.y
    alpha = near.cover(np.maximum(np.abs(x) - head.neck, y - 0.38))
    chin = near.cover(head.distance(near.x, near.y - 0.035), 0.05)
    shade = np.clip(0.12 + 0.75 * chin + 0.35 * (np.abs(x) / head.neck) ** 4, 0, 0.9)
    canvas.paint(near, alpha, {"skin": 1 - shade, "skin_shadow": shade}, "skin")


def paint_ears(canvas: Canvas, head: Head, earrings: float) -> None:
    """Ears beside the cheekbones; `earrings` in [0, 1] is how much of them shows."""
    for side in (-1, 1):
        reach = head.half_width + 0.006 - 0.014 * max(0.0, side * head.yaw)
        cx, cy = head.skull + side * reach, 0.030
        near = canvas.window(cx - 0.04, cx + 0.04, cy - 0.06, cy + 0.06)
        x, y = near.x - cx + side * 0.10 * (near.y - cy), near.y - cy
        alpha = near.cover((np.sqrt((x / 0.023) ** 2 + (y / 0.045) ** 2) - 1) * 0.026)
        inner = 0.75 * bell(x - side * 0.001, y + 0.004, 0.008, 0.019)
        shade = np.clip(0.18 + inner, 0, 1)
        canvas.paint(near, alpha, {"skin": 1 - shade, "skin_shadow": shade}, "skin")
        if earrings > 0:
            ex, ey = cx - side * 0.004, cy + 0.058
            spot = canvas.window(ex - 0.02, ex + 0.02, ey - 0.02, ey + 0.02)
            ring = spot.cover(np.hypot(spot.x - ex, spot.y - ey) - 0.0115)
            canvas.paint(spot, ring * earrings, {"earring": 1.0}, "skin")


def paint_face(canvas: Canvas, head: Head) -> Array:
    """The face's ground with soft shading and blush; returns its coverage of the whole canvas."""
    near = canvas.window(-0.26, 0.26, head.top - 0.02, head.chin + 0.03)
    distance = head.distance(near.x, near.y)
    alpha = near.cover(distance)
    x, y = near.x, near.y
    rim = ramp(distance, -0.055, 0.004) * (0.20 + 0.40 * ramp(y, 0.0, head.chin))
    turned = 0.10 * ramp((x - head.skull) * head.yaw, 0.02, 0.20)
    socket = 0.20 * (
        bell(x - 0.088, y + 0.012, 0.036, 0.020) + bell(x + 0.088, y + 0.012, 0.036, 0.020)
    )
    shade = np.clip(rim + turned + socket, 0, 0.75)
    shift = 0.014 * head.yaw
    cheeks = bell(x - 0.108 - shift, y - 0.082, 0.033, 0.024)
    cheeks = cheeks + bell(x + 0.108 - shift, y - 0.082, 0.033, 0.024)
    blush = np.clip(0.62 * cheeks, 0, 0.9) * (1 - shade)
    canvas.paint(
        near, alpha, {"skin": 1 - shade - blush, "skin_shadow": shade, "blush": blush}, "face"
    )
    whole = np.zeros((canvas.height, canvas.width), np.float32)
    whole[near.rows, near.cols] = alpha
    return whole
