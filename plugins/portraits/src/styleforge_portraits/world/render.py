"""From a person to a picture with regions and landmarks.

A picture is linear in the colours of its materials: `geometry` gives the coefficient maps, which
depend on shape-like factors only, `palette` the colours, which depend on colour-like factors only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .background import paint_background
from .canvas import REGIONS, Array, Canvas, Frame, ramp
from .clothing import clothes_of, paint_body
from .face import paint_features
from .features import features_of, landmarks_of
from .hair import HairPainter
from .hairstyle import hair_of
from .head import head_of, paint_ears, paint_face, paint_neck
from .palette import palette

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .person import Person


@dataclass(frozen=True)
class Geometry:
    """`maps` (K, H, W) in [0, 1], sum 1; `regions` (5, H, W), sum 1; `landmarks` (68, 2) pixels."""

    maps: Array
    regions: Array
    landmarks: NDArray[np.float32]


@dataclass(frozen=True)
class Portrait:
    """`image` uint8 (H, W, 3) RGB; `regions` name to float (H, W); `landmarks` (68, 2) pixels."""

    image: NDArray[np.uint8]
    regions: dict[str, Array]
    landmarks: NDArray[np.float32]
    person: Person


def geometry(person: Person, size: int = 256, frame: Frame | None = None) -> Geometry:
    """All that does not depend on colours; `size` is the aligned width in pixels."""
    canvas = Canvas(size, frame)
    head = head_of(person)
    features = features_of(person, head)
    hair = HairPainter(canvas, hair_of(person, head))
    paint_background(canvas, person.backdrop_glow)
    hair.back()
    paint_neck(canvas, head)
    paint_body(canvas, clothes_of(person, head), head)
    paint_ears(canvas, head, float(ramp(person.earrings, 0.72, 0.78)))
    face = paint_face(canvas, head)
    paint_features(canvas, person, features, head)
    hair.front(face)
    maps, regions = canvas.compose()
    points = canvas.frame.to_pixels(landmarks_of(features, head), size)
    return Geometry(maps, regions, points.astype(np.float32))


def colourize(maps: Array, colours: Array) -> NDArray[np.uint8]:
    """The picture `(H, W, 3)` uint8 of maps `(K, H, W)` in colours `(K, 3)`."""
    image = np.tensordot(maps, colours, axes=(0, 0))
    return np.asarray(np.clip(image * 255 + 0.5, 0, 255), np.uint8)


def render(person: Person, size: int = 256, frame: Frame | None = None) -> Portrait:
    """The finished portrait."""
    drawn = geometry(person, size, frame)
    image = colourize(drawn.maps, palette(person))
    regions = dict(zip(REGIONS, drawn.regions, strict=True))
    return Portrait(image, regions, drawn.landmarks, person)
