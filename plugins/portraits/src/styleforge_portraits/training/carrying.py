"""Noise maps that carry a training picture's fine detail, wholly or but for its hair or clothing.

So the network listens to noise, and noise maps can be read off a picture or optimised to carry what
the factors do not say. Where they say nothing it has to draw from the latent: an edit of the latent
(another hair, another jumper) leaves the rest of the picture's detail where it was.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
from torch.nn import functional

from styleforge.losses.noise import normalize_noise
from styleforge_portraits import world
from styleforge_portraits.models.detail import detail_maps

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor

CARRIED = 0.6  # part of the pictures whose noise maps carry their detail
AMOUNT = (0.8, 1.0)  # how much of such a map is detail
HIDDEN = ("hair", "cloth")  # materials whose names begin so hide together
HIDING = 0.4  # part of the pictures that hide one of them
AROUND = 0.03  # of the width: hidden around it too


def hidden_part(rng: np.random.Generator, maps: Tensor) -> Tensor:
    """Where noise shall carry nothing, ``(N, 1, H, W)`` in [0, 1], of shares ``(N, K, H, W)``."""
    count, side = len(maps), maps.shape[-1]
    chosen = np.where(rng.random(count) < HIDING, rng.integers(len(HIDDEN), size=count), -1)
    hidden = torch.zeros(count, 1, *maps.shape[-2:], device=maps.device)
    reach = max(1, round(AROUND * side))
    for index, prefix in enumerate(HIDDEN):
        rows = torch.from_numpy(np.flatnonzero(chosen == index)).to(maps.device)
        if len(rows):
            ones = [k for k, name in enumerate(world.MATERIALS) if name.startswith(prefix)]
            share = maps[rows][:, ones].float().sum(1, keepdim=True).div_(255).clamp_(max=1)
            hidden[rows] = functional.max_pool2d(share, 2 * reach + 1, 1, reach)
    return hidden


def carry_detail(
    rng: np.random.Generator, noise: Sequence[Tensor], image: Tensor, hidden: Tensor
) -> list[Tensor]:
    """Let the noise maps ``(N, 1, h, w)`` of most pictures carry the picture's own fine detail.

    ``hidden`` ``(N, 1, H, W)`` says where chance stays; the rest of the pictures keeps pure noise.
    """
    count = len(image)
    share = np.where(rng.random(count) < CARRIED, rng.uniform(*AMOUNT, count), 0.0)
    amount = torch.from_numpy(share.astype(np.float32)).to(image)[:, None, None, None]
    carried = []
    shapes = [(one.shape[-2], one.shape[-1]) for one in noise]
    for chance, fine in zip(noise, detail_maps(image, shapes), strict=True):
        if fine is None:
            carried.append(chance)
            continue
        away = functional.adaptive_avg_pool2d(hidden, (fine.shape[-2], fine.shape[-1]))
        there = amount * (1 - away)
        carried.append((1 - there.square()).sqrt() * chance + there * normalize_noise(fine))
    return carried
