"""The backdrop: a soft gradient with a glow behind the head."""

from __future__ import annotations

import numpy as np

from .canvas import Canvas, ramp


def paint_background(canvas: Canvas, glow: float) -> None:
    """Blend from a vertical gradient (`glow` 0) to a halo around the head (`glow` 1)."""
    near = canvas.everything()
    fall = 1 - ramp(near.y, -0.6, 0.9)
    halo = 1 - ramp(np.hypot(near.x, near.y + 0.02), 0.10, 0.72)
    light = fall + (halo - fall) * glow
    canvas.paint(
        near, np.ones_like(near.x), {"backdrop_glow": light, "backdrop": 1 - light}, "background"
    )
