"""The light of a photograph: how bright it is, whether it is faded, and whether it has a colour.

What is brightest in a photograph tells: in ordinary light a shirt, teeth or a glimmer are nearly
white, and a pupil or a shadow nearly black.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
ENOUGH = 256  # pixels of the longer side at which a picture's light is looked at
WHITE = 99.0  # percentile of what is taken for white; what is below as many is black
# Of 30 ordinary pictures the darkest white is at 0.78, and the lightest black at 0.06. Up to the
# first of two numbers a picture's own white (or from the second on its black) is believed, beyond
# the other it is taken for ordinary, and in between it goes over.
WHITES, BLACKS = (0.5, 0.7), (0.2, 0.35)
FLAT = 0.02  # a picture without shades, as a swatch is, tells nothing
LEAST = 0.05  # of what is between black and white
CAST = 25.0  # CIELAB chroma of white; ordinary pictures have 13 at most, strong casts 47 and more


@dataclass(frozen=True)
class Light:
    """Where black and white of a picture lie, in [0, 1], and ``cast``, the colour of its white.

    Example:
        >>> Light(white=0.5).shown(np.ones(3, np.float32)).tolist()
        [0.5, 0.5, 0.5]
    """

    black: float = 0.0
    white: float = 1.0
    cast: tuple[float, float, float] = (1.0, 1.0, 1.0)

    def shown(self, colour: Array, share: float = 1.0) -> Array:
        """A colour ``(..., 3)`` in [0, 1] as dark and faded as all is in this light."""
        black, white = share * self.black, 1 - share * (1 - self.white)
        return np.asarray(black + (white - black) * colour, np.float32)

    def lit(self, picture: Array) -> Array:
        """Values ``(..., 3)`` in [0, 1] as they would be in ordinary light: undoes `shown`."""
        if self.black == 0 and self.white == 1:
            return picture
        return np.asarray(((picture - self.black) / (self.white - self.black)).clip(0, 1))

    def balanced(self, picture: Array) -> Array:
        """As `lit`, and without a cast."""
        cast = np.array(self.cast, np.float32)
        return self.lit(picture if (cast == 1).all() else np.minimum(picture / cast, 1))


def light_of(picture: Array) -> Light:
    """The light of a picture ``(H, W, 3)`` in [0, 1].

    Example:
        >>> shades = np.linspace(0, 1, 64, dtype=np.float32)[None, :, None].repeat(3, axis=2)
        >>> light_of(shades) == Light(), round(light_of(shades / 4).white, 1)
        (True, 0.2)
    """
    height, width = picture.shape[:2]
    scale = min(1.0, ENOUGH / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    seen = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.float32)
    blacks, whites = np.percentile(seen.reshape(-1, 3), (100 - WHITE, WHITE), axis=0)  # (3,) each
    if (whites - blacks).max() < FLAT:
        return Light()
    black = float(np.percentile(seen.min(axis=2), 100 - WHITE))
    white = float(np.percentile(seen.max(axis=2), WHITE))
    over, off = _over(white, WHITES), _over(black, BLACKS)
    white, black = white + over * (1 - white), off * black
    return Light(black, max(white, black + LEAST), _cast(whites.astype(np.float32)))


def _cast(whites: Array) -> tuple[float, float, float]:
    """The colour of a picture's white, of its channels' whites; that of white where it is weak."""
    even = whites / max(float(whites.max()), LEAST)
    _, a, b = cv2.cvtColor(even[None, None], cv2.COLOR_RGB2LAB)[0, 0]
    if np.hypot(a, b) < CAST:
        return (1.0, 1.0, 1.0)
    red, green, blue = (max(LEAST, float(one)) for one in even)
    return red, green, blue


def _over(value: float, between: tuple[float, float]) -> float:
    """How far a value went over from the first of two numbers to the second, smoothly."""
    share = float(np.clip((value - between[0]) / (between[1] - between[0]), 0, 1))
    return share * share * (3 - 2 * share)
