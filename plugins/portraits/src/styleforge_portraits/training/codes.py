"""Codes of people: random ones, mirrored ones, and which coordinates mean what."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from styleforge_portraits import world

Array = NDArray[Any]
MARGIN = 0.4  # least lead of a chosen option's coordinate over the next one's


def colour_coordinates() -> Array:
    """Which coordinates of a code only move the palette, ``(D,)`` bool."""
    return np.concatenate([np.full(factor.width, factor.colour) for factor in world.FACTORS])


def odd_signs() -> Array:
    """-1 for the coordinates that change sign under a flip, else 1, ``(D,)`` float32."""
    return np.concatenate(
        [np.full(factor.width, -1.0 if factor.odd else 1.0, np.float32) for factor in world.FACTORS]
    )


MIRRORED_POINTS = np.array(
    [
        *range(16, -1, -1), *range(26, 16, -1), *range(27, 31), *range(35, 30, -1),
        45, 44, 43, 42, 47, 46, 39, 38, 37, 36, 41, 40,
        *range(54, 47, -1), *range(59, 54, -1), *range(64, 59, -1), *range(67, 64, -1),
    ]
)  # fmt: skip


def mirror_landmarks(points: Array, width: int) -> Array:
    """Landmarks ``(N, 68, 2)`` of the flipped picture, in the same order of meaning."""
    flipped = points[:, MIRRORED_POINTS].copy()
    flipped[..., 0] = width - flipped[..., 0]
    return flipped


def random_codes(rng: np.random.Generator, count: int) -> Array:
    """Gaussian codes ``(count, D)`` whose categories are not on the fence."""
    codes = rng.standard_normal((count, world.CODE_WIDTH)).astype(np.float32)
    at = 0
    for factor in world.FACTORS:
        if factor.kind == "category":
            part = codes[:, at : at + factor.width]
            order = np.argsort(part, axis=1)
            rows = np.arange(count)
            lead = part[rows, order[:, -1]] - part[rows, order[:, -2]]
            part[rows, order[:, -1]] += np.maximum(MARGIN - lead, 0)
        at += factor.width
    return codes


def canonical(codes: torch.Tensor) -> torch.Tensor:
    """Codes ``(N, D)`` with every category at the code of its chosen option (``encode``)."""
    codes = codes.clone()
    at = 0
    for factor in world.FACTORS:
        if factor.kind == "category":
            part = codes[:, at : at + factor.width]
            chosen = torch.nn.functional.one_hot(part.argmax(1), factor.width).to(codes)
            top = (world.encode(world.Person())[at : at + factor.width]).max()
            low = -float(top) / (factor.width - 1)
            codes[:, at : at + factor.width] = low + chosen * (float(top) - low)
        at += factor.width
    return codes
