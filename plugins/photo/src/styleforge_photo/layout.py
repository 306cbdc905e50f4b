"""Where hair, skin, clothing and background usually are around a face.

Measured in widths of the face as the detector gives it, from its centre; y runs down. The numbers
were set by eye on portraits; they only have to be roughly right, because colours decide the rest.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
EARS = 0.2  # below, hair falls, and none begins
LEAST = 0.002  # of each region's share, so that none is ruled out by its place alone


@dataclass(frozen=True)
class Face:
    """A face's square: left, top and side in pixels, and how far it is turned, in degrees.

    Example:
        >>> Face(10, 20, 100).centre
        (60.0, 70.0)
    """

    left: float
    top: float
    side: float
    turn: float = 0.0

    @property
    def centre(self) -> tuple[float, float]:
        """X and y in pixels."""
        return self.left + self.side / 2, self.top + self.side / 2

    def scaled(self, scale: float) -> Face:
        """The face in the same picture at another size."""
        return Face(self.left * scale, self.top * scale, self.side * scale, self.turn)


def usual(face: Face, size: tuple[int, int]) -> Array:
    """How likely each region of `NAMES` is at each pixel, before any colour is looked at.

    Returns:
        ``(5, H, W)``, which sums to 1 over the regions.

    Example:
        >>> usual(Face(10, 10, 20), (64, 40)).shape
        (5, 64, 40)
    """
    x, y = upright(face, size)
    inside = _inside(x, y)
    cap = _ellipse(x, y, (0, -0.16), (0.68, 0.80), 0.2)  # hair around the head
    falls = _ellipse(x, y, (0, 0.55), (0.80, 1.15), 0.2) * 0.3  # hair that falls
    beard = _ellipse(x, y, (0, 0.62), (0.40, 0.34), 0.15)  # counts as the face's
    hair = np.maximum(cap * 0.75, falls) * (1 - inside) * (1 - 0.9 * beard)
    neck = _ellipse(x, y, (0, 0.82), (0.36, 0.40), 0.2)
    wide = 0.70 + 1.5 * np.clip(y - 0.85, 0, 0.6)
    body = _step((y - 0.90) / 0.07) * _step((wide - np.abs(x)) / 0.14)
    skin = (0.8 * neck + 0.03 * body + 0.01) * (1 - inside)
    cloth = body * (1 - 0.6 * neck)
    taken = np.maximum.reduce([inside, 0.78 * np.maximum(cap, falls), 0.88 * body, 0.8 * neck])
    behind = np.maximum(1 - taken, 0.05 * (1 - inside))
    found = np.stack([behind, skin, inside + 0.3 * beard, hair, cloth]) + LEAST  # (5, H, W)
    found = found / found.sum(axis=0)
    found[3] *= _reach(x, y)  # there is none farther off, whatever is coloured like it
    return np.asarray(found / found.sum(axis=0), np.float32)


def _reach(x: Array, y: Array) -> Array:
    """Where hair can be at all: about the head, and below on both sides."""
    about = _ellipse(x, y, (0, -0.16), (0.85, 1.0), 0.12)
    below = _step((y - 0.1) / 0.08) * _ellipse(x, y, (0, 0.6), (0.95, 1.5), 0.12)
    collar = _ellipse(x, y, (0, 1.35), (0.42, 0.62), 0.15)  # hair falls beside it
    below = below * (1 - collar)
    return np.asarray(np.maximum(about, below))


@dataclass(frozen=True, eq=False)
class Zones:
    """Where colours are read off, ``(H, W)`` each.

    ``scalp`` in [0, 1] is close about the head, where hair is if there is any. ``near`` in [0, 1]
    falls off with the distance: what is behind the head counts more than what is far off. ``ring``
    is around the head and ``chest`` below it, where hair is not. ``low`` is below the chin.

    Example:
        >>> zones = Zones.of(Face(10, 10, 20), (64, 40))
        >>> bool(zones.ring[20, 20]), float(zones.near[18, 20]).__round__(1)
        (False, 1.0)
    """

    scalp: Array
    near: Array
    ring: NDArray[np.bool_]
    chest: NDArray[np.bool_]
    low: NDArray[np.bool_]

    @classmethod
    def of(cls, face: Face, size: tuple[int, int]) -> Zones:
        """The zones about a face of a picture of a size (H, W)."""
        x, y = upright(face, size)
        inner = _ellipse(x, y, (0, -0.16), (0.80, 0.92), 0.05)
        outer = _ellipse(x, y, (0, -0.16), (1.5, 1.6), 0.05)
        return cls(
            scalp=_ellipse(x, y, (0, -0.12), (0.50, 0.60), 0.15),
            near=np.asarray(np.exp(-0.5 * np.square(np.hypot(x, y + 0.2) / 1.2)), np.float32),
            ring=(inner < 0.5) & (outer > 0.5) & (y < 0.5),
            chest=(np.abs(x) < 0.7) & (y > 1.1) & (y < 2.0),
            low=y > 0.7,
        )


def scalp_zone(face: Face, size: tuple[int, int]) -> NDArray[np.bool_]:
    """Where hair has to begin, ``(H, W)``: about the head, not below the ears.

    Example:
        >>> bool(scalp_zone(Face(10, 10, 20), (64, 40))[4, 20])
        True
    """
    x, y = upright(face, size)
    return (_ellipse(x, y, (0, -0.16), (0.66, 0.72), 0.2) > 0.5) & (y < EARS)


def about_face(face: Face, size: tuple[int, int]) -> Array:
    """Where a face usually is, ``(H, W)`` in [0, 1].

    Example:
        >>> float(about_face(Face(10, 10, 20), (64, 40))[20, 20]) > 0.9
        True
    """
    return _inside(*upright(face, size))


def within_face(face: Face, size: tuple[int, int]) -> Array:
    """The middle of a face from the eyes down, ``(H, W)`` in [0, 1], where next to no hair falls.

    Example:
        >>> float(within_face(Face(10, 10, 20), (64, 40))[20, 20]) > 0.9
        True
    """
    x, y = upright(face, size)
    middle = _ellipse(x, y, (0, 0.14), (0.38, 0.60), 0.1)
    return np.asarray(middle * _step((y + 0.21) / 0.02) * _step((0.55 - y) / 0.05))


def cheeks(face: Face, size: tuple[int, int]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Where both cheeks of a face end, ``(H, W)`` each.

    Example:
        >>> [int(one.sum()) for one in cheeks(Face(10, 10, 20), (64, 40))]
        [10, 10]
    """
    x, y = upright(face, size)
    beside = (np.abs(x) > 0.36) & (np.abs(x) < 0.46) & (y > 0.1) & (y < 0.40)
    return beside & (x < 0), beside & (x > 0)


def _inside(x: Array, y: Array) -> Array:
    return _ellipse(x, y, (0, 0.12), (0.43, 0.60), 0.14)


def upright(face: Face, size: tuple[int, int]) -> tuple[Array, Array]:
    """Coordinates of the pixels in widths of the face, from its centre, the head being upright."""
    rows, columns = np.mgrid[: size[0], : size[1]].astype(np.float32)
    centre_x, centre_y = face.centre
    across, down = (columns - centre_x) / face.side, (rows - centre_y) / face.side
    turn = np.deg2rad(face.turn)
    x = np.cos(turn) * across + np.sin(turn) * down
    y = -np.sin(turn) * across + np.cos(turn) * down
    return x.astype(np.float32), y.astype(np.float32)


def _ellipse(
    x: Array, y: Array, centre: tuple[float, float], radii: tuple[float, float], soft: float
) -> Array:
    off = np.hypot((x - centre[0]) / radii[0], (y - centre[1]) / radii[1])
    return _step((1 - off) * 2 / soft)


def _step(values: Array) -> Array:
    return np.asarray(1 / (1 + np.exp(-np.clip(values, -30, 30))), np.float32)
