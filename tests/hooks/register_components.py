"""Hooks by example: an inpainter that any recipe can name."""

from __future__ import annotations

# [shown]
from styleforge import hookimpl

styleforge_api = 1


def average(image, hole):
    """Fill a hole ``(N, 1, H, W)`` with the mean colour of what is around it."""
    around = (hole <= 0.5).to(image.dtype)
    area = around.sum((2, 3), keepdim=True).clamp_min(1)
    mean = (image * around).sum((2, 3), keepdim=True) / area
    return image * around + mean * (1 - around)


@hookimpl
def register_components(register):
    register(average, name="inpainter/backdrop.average")


# [end]
