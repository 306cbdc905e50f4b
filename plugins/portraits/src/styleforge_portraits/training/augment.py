"""Pictures as they come in life: other frames, light, blur and grain."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch.nn import functional

if TYPE_CHECKING:
    from torch import Tensor


def similarities(
    rng: np.random.Generator,
    count: int,
    roll: float = 25.0,
    scales: tuple[float, float] = (0.6, 1.2),
) -> Tensor:
    """Random maps ``(N, 2, 3)`` from new to old places, both in [-1, 1] across the picture."""
    angle = np.radians(rng.uniform(-roll, roll, count))
    scale = np.exp(rng.uniform(math.log(scales[0]), math.log(scales[1]), count))
    shift = rng.uniform(-0.2, 0.2, (count, 2))
    cos, sin = np.cos(angle) / scale, np.sin(angle) / scale
    first = np.stack([cos, sin, shift[:, 0]], 1)
    rows = np.stack([first, np.stack([-sin, cos, shift[:, 1]], 1)], 1)
    return torch.from_numpy(rows.astype(np.float32))


def move(values: Tensor, maps: Tensor) -> Tensor:
    """Pictures or regions ``(N, C, H, W)`` seen through similarities; borders are repeated."""
    grid = functional.affine_grid(maps.to(values), list(values.shape), align_corners=False)
    return functional.grid_sample(values, grid, padding_mode="border", align_corners=False)


def move_points(points: Tensor, maps: Tensor, side: int) -> Tensor:
    """Landmarks ``(N, L, 2)`` in pixels of the old picture to pixels of the new one."""
    old = points * (2 / side) - 1
    linear, shift = maps[:, :, :2].to(points), maps[:, None, :, 2].to(points)
    new: Tensor = torch.linalg.solve(linear, (old - shift).transpose(1, 2)).transpose(1, 2)
    return (new + 1) * (side / 2)


def weather(rng: np.random.Generator, image: Tensor) -> Tensor:
    """Random light, contrast and tint; in half of the batches blur or grain."""
    count = image.shape[0]

    def draw(spread: float, channels: int) -> Tensor:
        values = rng.normal(0, spread, (count, channels, 1, 1)).astype(np.float32)
        return torch.from_numpy(values).to(image.device)

    image = image * (1 + draw(0.08, 1) + draw(0.03, 3)) + draw(0.06, 1) + draw(0.02, 3)
    kind = rng.random()
    if kind < 0.2:
        image = functional.avg_pool2d(image, 3, 1, 1, count_include_pad=False)
    elif kind < 0.35:
        half = functional.avg_pool2d(image, 2)
        image = functional.interpolate(half, scale_factor=2, mode="bilinear", align_corners=False)
    elif kind < 0.55:
        grain = torch.from_numpy(rng.standard_normal(image.shape, dtype=np.float32))
        image = image + 0.04 * rng.random() * grain.to(image.device)
    return image.clamp(-1, 1)
