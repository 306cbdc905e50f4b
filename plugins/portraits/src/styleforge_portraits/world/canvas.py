"""A painter on coefficient maps: layers of materials, composed from front to back."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Mapping

Array: TypeAlias = NDArray[np.floating[Any]]

EYE_LEVEL = 0.43  # of the aligned picture's height
EYE_DISTANCE = 0.186  # between the eye centres, of the picture's width

MATERIALS = (
    "backdrop", "backdrop_glow", "skin", "skin_shadow", "blush", "lip", "mouth", "white",
    "iris", "ink", "brow", "hair", "hair_shade", "hair_dark", "hair_light", "hair_streak",
    "hair_shine", "cloth", "cloth_accent", "cloth_shade", "glasses", "earring",
)  # fmt: skip
REGIONS = ("background", "skin", "face", "hair", "clothing")


@dataclass(frozen=True)
class Frame:
    """Where the aligned square lies in a picture: a similarity transform.

    `dx`, `dy`: shift of its centre from the picture's, in widths of the aligned square at scale 1;
    `scale`; `roll` in radians, clockwise in the picture; `height`, `width` of the picture in
    pixels (None: the aligned size).
    """

    dx: float = 0.0
    dy: float = 0.0
    scale: float = 1.0
    roll: float = 0.0
    height: int | None = None
    width: int | None = None

    def extent(self, size: int) -> tuple[int, int]:
        """Height and width of the picture in pixels."""
        return self.height or size, self.width or size

    def to_pixels(self, points: NDArray[np.float64], size: int) -> NDArray[np.float64]:
        """Head coordinates `(..., 2)` (eye middle 0, picture width 1) to pixels (x, y)."""
        height, width = self.extent(size)
        cos, sin = math.cos(self.roll), math.sin(self.roll)
        x, y = points[..., 0], points[..., 1] + (EYE_LEVEL - 0.5)
        u = (cos * x - sin * y) * self.scale + self.dx
        v = (sin * x + cos * y) * self.scale + self.dy
        return np.stack([u * size + width / 2, v * size + height / 2], -1)


@dataclass(frozen=True)
class Window:
    """A rectangle of the canvas: its slices, and head coordinates `x`, `y` of its pixels."""

    rows: slice
    cols: slice
    x: Array
    y: Array
    pixel: float

    def cover(self, distance: Array, soft: float = 0.0) -> Array:
        """Anti-aliased coverage of a shape from its signed distance (negative inside).

        `soft` widens the edge, in head units.
        """
        return np.asarray(np.clip(0.5 - distance / (self.pixel + soft), 0, 1), np.float32)


@dataclass(frozen=True)
class _Layer:
    window: Window
    alpha: Array
    parts: Mapping[str, Array | float]
    region: str | None


class Canvas:
    """Collects layers from back to front; `compose` turns them into maps and regions."""

    def __init__(self, size: int, frame: Frame | None = None) -> None:
        frame = frame or Frame()
        self.frame, self.size = frame, size
        self.height, self.width = frame.extent(size)
        self.pixel = 1 / (size * frame.scale)
        u = ((np.arange(self.width) + 0.5) - self.width / 2) / size - frame.dx
        v = ((np.arange(self.height) + 0.5) - self.height / 2) / size - frame.dy
        cos, sin = math.cos(frame.roll) / frame.scale, math.sin(frame.roll) / frame.scale
        self._x = (cos * u[None, :] + sin * v[:, None]).astype(np.float32)
        self._y = (-sin * u[None, :] + cos * v[:, None] + (0.5 - EYE_LEVEL)).astype(np.float32)
        self._layers: list[_Layer] = []

    def everything(self) -> Window:
        """The whole canvas as a window."""
        return Window(slice(None), slice(None), self._x, self._y, self.pixel)

    def window(self, left: float, right: float, top: float, bottom: float) -> Window:
        """The smallest window that holds a rectangle given in head coordinates; may be empty."""
        corners = np.array([[left, top], [right, top], [left, bottom], [right, bottom]])
        pixels = self.frame.to_pixels(corners, self.size)
        low, high = np.floor(pixels.min(0)) - 1, np.ceil(pixels.max(0)) + 1
        x0, x1 = (int(np.clip(value, 0, self.width)) for value in (low[0], high[0]))
        y0, y1 = (int(np.clip(value, 0, self.height)) for value in (low[1], high[1]))
        rows, cols = slice(y0, y1), slice(x0, x1)
        return Window(rows, cols, self._x[rows, cols], self._y[rows, cols], self.pixel)

    def paint(
        self,
        window: Window,
        alpha: Array,
        parts: Mapping[str, Array | float],
        region: str | None = None,
    ) -> None:
        """Lay a mixture of materials over the picture; without `region` labels stay as below."""
        self._layers.append(_Layer(window, alpha, parts, region))

    def compose(self) -> tuple[Array, Array]:
        """Coefficient maps `(K, H, W)` and region maps `(5, H, W)`.

        Front to back, so that a layer costs only its own materials: each adds what the layers in
        front of it let through.
        """
        shape = (self.height, self.width)
        maps = np.zeros((len(MATERIALS), *shape), np.float32)
        regions = np.zeros((len(REGIONS), *shape), np.float32)
        light, label = np.ones(shape, np.float32), np.ones(shape, np.float32)
        index = {name: k for k, name in enumerate(MATERIALS)}
        for layer in reversed(self._layers):
            at = (layer.window.rows, layer.window.cols)
            seen = light[at] * layer.alpha
            for name, share in layer.parts.items():
                maps[index[name]][at] += seen * share
            light[at] -= seen
            if layer.region is not None:
                owned = label[at] * layer.alpha
                regions[REGIONS.index(layer.region)][at] += owned
                label[at] -= owned
        return maps, regions


def ramp(value: Array | float, start: float, stop: float) -> Array:
    """Smooth step from 0 at `start` to 1 at `stop`."""
    t = np.clip((np.asarray(value, np.float32) - start) / (stop - start), 0, 1)
    return np.asarray(t * t * (3 - 2 * t), np.float32)


def bell(x: Array, y: Array, width: float, height: float) -> Array:
    """A soft Gaussian spot of the given standard deviations."""
    return np.asarray(np.exp(-0.5 * ((x / width) ** 2 + (y / height) ** 2)), np.float32)


def rounded(a: Array, b: Array, radius: float) -> Array:
    """Intersection of two shapes with a rounded corner."""
    return np.asarray(
        np.minimum(np.maximum(a, b), -radius)
        + np.hypot(np.maximum(a + radius, 0), np.maximum(b + radius, 0)),
        np.float32,
    )
