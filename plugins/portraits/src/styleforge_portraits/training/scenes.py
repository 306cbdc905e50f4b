"""Pictures without portraits, made up: what the subject network is to leave alone.

Dead leaves (overlapping shapes of all sizes, which have the statistics of photographs: Lee, Mumford
and Huang 2001), noise of many spectra, stripes, gradients, flat colours, and portraits in pieces.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[Any]  # (H, W, 3) in [0, 1]


def scene(rng: np.random.Generator, side: int) -> Picture:
    """A picture ``(side, side, 3)`` in [0, 1] without a portrait."""
    kind = rng.choice(len(_KINDS), p=_SHARES)
    made = _KINDS[kind](rng, side)
    if rng.random() < 0.3:  # two kinds in one picture
        other = _KINDS[rng.choice(len(_KINDS), p=_SHARES)](rng, side)
        if rng.random() < 0.5:
            made = made + (other - 0.5) * rng.uniform(0.1, 0.6)
        else:
            where = _mask(rng, side)
            made = np.where(where[..., None], made, other)
    return np.clip(made, 0, 1).astype(np.float32)


def spoiled(rng: np.random.Generator, image: Picture, face: NDArray[Any]) -> Picture:
    """A portrait ``(H, W, 3)`` in [0, 1] that is none any more; ``face`` ``(H, W)`` is its mask."""
    side = len(image)
    kind = rng.integers(5)
    if kind == 0:  # tiles in another order
        count = int(rng.integers(2, 6))
        size = side // count
        tiles = [
            image[y * size : (y + 1) * size, x * size : (x + 1) * size]
            for y in range(count)
            for x in range(count)
        ]
        order = rng.permutation(len(tiles))
        rows = [
            np.concatenate([tiles[i] for i in order[y * count : (y + 1) * count]], axis=1)
            for y in range(count)
        ]
        return cv2.resize(np.concatenate(rows), (side, side))
    if kind == 1:  # a part of it, as large as the whole
        size = int(side * rng.uniform(0.15, 0.3))
        y, x = rng.integers(0, side - size, 2)
        return cv2.resize(image[y : y + size, x : x + size], (side, side))
    if kind == 2:  # a face without features
        flat = cv2.GaussianBlur(image, (0, 0), side * rng.uniform(0.06, 0.12))
        if rng.random() < 0.5:
            inside = image[face > 0.5]
            flat = np.broadcast_to(inside.mean(axis=0) if len(inside) else 0.5, image.shape)
            flat = flat + 0.2 * _spectrum(rng, side, rng.uniform(0.5, 2)) - 0.1
        grown = cv2.GaussianBlur(cv2.dilate(face, np.ones((5, 5))), (0, 0), 2)[..., None]
        return (image * (1 - grown) + flat * grown).astype(np.float32)
    if kind == 3:  # blurred beyond recognition
        return cv2.GaussianBlur(image, (0, 0), side * rng.uniform(0.1, 0.2))
    # something else where the face is
    other = scene(rng, side)
    grown = cv2.GaussianBlur(cv2.dilate(face, np.ones((7, 7))), (0, 0), 1.5)[..., None]
    return (image * (1 - grown) + other * grown).astype(np.float32)


def _colour(rng: np.random.Generator) -> NDArray[Any]:
    """A colour: any, grey, or one of skin, wood and earth."""
    kind = rng.random()
    if kind < 0.4:
        return rng.random(3)
    if kind < 0.65:
        return np.clip(rng.random() + rng.normal(0, 0.03, 3), 0, 1)
    base = np.array([1.0, rng.uniform(0.6, 0.85), rng.uniform(0.35, 0.75)])
    return np.clip(base * rng.uniform(0.15, 1.0), 0, 1)


def _spectrum(rng: np.random.Generator, side: int, power: float) -> Picture:
    """Noise ``(side, side, 3)`` whose amplitude falls with frequency to this power."""
    fy, fx = np.fft.fftfreq(side)[:, None], np.fft.fftfreq(side)[None]
    weight = 1 / np.maximum(np.hypot(fy * rng.uniform(0.5, 2), fx), 1 / side) ** power
    channels = 1 if rng.random() < 0.4 else 3
    planes = np.fft.ifft2(np.fft.fft2(rng.normal(size=(channels, side, side))) * weight).real
    planes = planes - planes.min(axis=(1, 2), keepdims=True)
    planes = planes / planes.max(axis=(1, 2), keepdims=True)
    noise = np.broadcast_to(planes.transpose(1, 2, 0), (side, side, 3))
    return np.ascontiguousarray(noise, dtype=np.float32)


def _noise(rng: np.random.Generator, side: int) -> Picture:
    noise = _spectrum(rng, side, rng.uniform(0, 2.5))
    first, second = _colour(rng), _colour(rng)
    return first + noise * (second - first) if rng.random() < 0.6 else noise


def _leaves(rng: np.random.Generator, side: int) -> Picture:
    image = np.empty((side, side, 3), np.float32)
    image[:] = _colour(rng)
    palette = [_colour(rng) for _ in range(int(rng.integers(3, 12)))]
    rough = rng.random() < 0.6
    smallest = rng.uniform(0.01, 0.05)
    for _ in range(int(rng.integers(15, 160))):
        radius = side * min(smallest / max(rng.random(), 0.03) ** 0.7, 0.45)
        x, y = rng.uniform(-0.1, 1.1, 2) * side
        colour = palette[rng.integers(len(palette))] + rng.normal(0, 0.05, 3)
        shape = rng.integers(3)
        where = np.zeros((side, side), np.uint8)
        if shape == 0:
            axes = (max(int(radius), 1), max(int(radius * rng.uniform(0.3, 1)), 1))
            cv2.ellipse(where, (int(x), int(y)), axes, rng.uniform(0, 360), 0, 360, 1, -1)
        elif shape == 1:
            box = ((x, y), (2 * radius, 2 * radius * rng.uniform(0.1, 1)), rng.uniform(0, 180))
            cv2.fillPoly(where, [cv2.boxPoints(box).astype(np.int32)], 1)
        else:
            corners = np.array([x, y]) + rng.normal(0, radius, (int(rng.integers(3, 8)), 2))
            cv2.fillPoly(where, [corners.astype(np.int32)], 1)
        ys, xs = np.nonzero(where)
        if not len(ys):
            continue
        shade = (
            rng.uniform(-0.25, 0.25) * (xs - x) / radius
            + rng.uniform(-0.25, 0.25) * (ys - y) / radius
        )
        values = colour + shade.clip(-0.4, 0.4)[:, None]
        if rough:
            values = values + rng.normal(0, rng.uniform(0, 0.1), (len(ys), 1))
        image[ys, xs] = values
    return cv2.GaussianBlur(image, (0, 0), rng.uniform(0.3, 2.0))


def _stripes(rng: np.random.Generator, side: int) -> Picture:
    y, x = np.mgrid[:side, :side] / side
    angle, count = rng.uniform(0, np.pi), rng.uniform(1, 25)
    wave = np.sin(2 * np.pi * count * (x * np.cos(angle) + y * np.sin(angle)) + rng.uniform(0, 6))
    kind = rng.random()
    if kind < 0.4:
        across = np.sin(2 * np.pi * rng.uniform(1, 25) * (y * np.cos(angle) - x * np.sin(angle)))
        wave = wave * across
    elif kind < 0.6:
        cx, cy = rng.uniform(0.2, 0.8, 2)
        wave = np.sin(2 * np.pi * count * np.hypot(x - cx, y - cy))
    share = (np.sign(wave) if rng.random() < 0.5 else wave)[..., None] / 2 + 0.5
    return np.asarray(_colour(rng) * share + _colour(rng) * (1 - share), np.float32)


def _gradient(rng: np.random.Generator, side: int) -> Picture:
    corners = np.stack([_colour(rng) for _ in range(4)]).reshape(2, 2, 3).astype(np.float32)
    return cv2.resize(corners, (side, side), interpolation=cv2.INTER_LINEAR)


def _flat(rng: np.random.Generator, side: int) -> Picture:
    return np.broadcast_to(_colour(rng).astype(np.float32), (side, side, 3)).copy()


def _dots(rng: np.random.Generator, side: int) -> Picture:
    """Blobs with two or three dots in them, such as buttons, wheels and fruit."""
    image = _gradient(rng, side)
    for _ in range(int(rng.integers(1, 5))):
        x, y = (int(one) for one in rng.uniform(0.1, 0.9, 2) * side)
        radius = int(side * rng.uniform(0.06, 0.35))
        axes = (max(radius, 1), max(int(radius * rng.uniform(0.6, 1.4)), 1))
        cv2.ellipse(image, (x, y), axes, 0, 0, 360, tuple(map(float, _colour(rng))), -1)
        for _ in range(int(rng.integers(0, 7))):
            dx, dy = rng.uniform(-0.7, 0.7, 2) * radius
            size = max(int(radius * rng.uniform(0.04, 0.3)), 1)
            spot = tuple(map(float, _colour(rng)))
            cv2.circle(image, (int(x + dx), int(y + dy)), size, spot, -1)
    return cv2.GaussianBlur(image, (0, 0), rng.uniform(0.3, 2.0))


def _text(rng: np.random.Generator, side: int) -> Picture:
    image = _gradient(rng, side) if rng.random() < 0.5 else _flat(rng, side)
    drawn = (image.clip(0, 1) * 255).astype(np.uint8)
    for _ in range(int(rng.integers(1, 10))):
        letters = "".join(chr(int(one)) for one in rng.integers(33, 126, 12))
        place = tuple(int(one) for one in rng.uniform(-0.2, 1.0, 2) * side)
        colour = tuple(int(255 * one) for one in _colour(rng))
        cv2.putText(drawn, letters, place, int(rng.integers(8)), rng.uniform(0.3, 2.5), colour)
    return drawn.astype(np.float32) / 255


def _mask(rng: np.random.Generator, side: int) -> NDArray[np.bool_]:
    return np.asarray(_spectrum(rng, side, rng.uniform(1.5, 3))[..., 0] > rng.uniform(0.3, 0.7))


_KINDS = (_noise, _leaves, _stripes, _gradient, _flat, _dots, _text)
_SHARES = (0.17, 0.42, 0.09, 0.06, 0.06, 0.12, 0.08)
