"""What the light of a photograph does to a colour that is asked for: sentences for the user."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from styleforge_photo.light import Light, light_of

Array = NDArray[np.float32]
WHITE, BLACK = 0.9, 0.05  # below the first and above the second it is said
DARK, BRIGHT = 0.45, 0.7  # white about a region, and of the photograph, where a lamp is in it
WRITTEN = "or take the colour as it is written: `--tune light=0`."


def remarks_on(picture: Array, box: tuple[int, int, int, int], share: float) -> tuple[str, ...]:
    """What to know of recolouring a picture.

    Args:
        picture: ``(H, W, 3)`` in [0, 1].
        box: of the region: left, top, right and bottom in pixels.
        share: how far its light changes the colour, 0 to 1.

    Example:
        >>> shades = np.linspace(0, 0.2, 64, dtype=np.float32)[None, :, None].repeat(3, axis=2)
        >>> remarks_on(shades, (0, 0, 64, 1), 1.0)[0].partition(",")[0]
        'The photograph is underexposed (its white is at 20%)'
    """
    light, said = light_of(picture), []
    if share and light.white < WHITE:
        said.append(
            f"The photograph is underexposed (its white is at {light.white:.0%}), so that the "
            "colour is darkened as all is; brighten the photograph first for a better result, "
            + WRITTEN
        )
    if share and light.black > BLACK:
        said.append(
            f"The photograph is faded (its black is at {light.black:.0%}), so that the colour is "
            f"faded as all is; restore its contrast first for a better result, {WRITTEN}"
        )
    if light.white > BRIGHT and _near(picture, box).white < DARK:
        said.append(
            "What is about the region is dark, though the photograph has bright parts, so that a "
            "light colour may glow there; ask for a darker one, or for less: `--strength 0.5`."
        )
    if light != Light(light.black, light.white):
        code = "".join(f"{round(255 * one):02x}" for one in light.cast)
        said.append(
            f"What is brightest in the photograph is #{code}, and not white. Where that is the "
            "colour of its light, a new colour looks out of place, because it is taken as it is "
            "written; balance the photograph's white first."
        )
    return tuple(said)


def _near(picture: Array, box: tuple[int, int, int, int]) -> Light:
    """The light about a region: half as far off as it is wide and high."""
    left, top, right, bottom = box
    wide, high = (right - left) // 2, (bottom - top) // 2
    return light_of(picture[max(0, top - high) : bottom + high, max(0, left - wide) : right + wide])
