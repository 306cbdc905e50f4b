"""Inputs of the encoder's training: whole pictures, or all but one region masked; blur and light.

A masked input tells of some groups of factors and hides the others. There are four kinds: whole,
hair alone, clothing alone, a patch of colour in place of the hair.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch.nn import functional

from styleforge_portraits import world
from styleforge_portraits.language import WORDS
from styleforge_portraits.training.augment import weather

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor

WHOLE, HAIR, CLOTHING, PATCH = range(4)
SHARES = (0.42, 0.30, 0.14, 0.14)  # of the kinds in a batch
_AXES = ("hair colour", "tone")  # what a patch of colour tells


def _materials(prefix: str) -> list[int]:
    return [k for k, name in enumerate(world.MATERIALS) if name.startswith(prefix)]


def region(maps: Tensor, prefix: str) -> Tensor:
    """Share of hair or cloth ``(N, 1, H, W)`` in [0, 1] of coefficient maps as bytes."""
    return maps[:, _materials(prefix)].float().sum(1, keepdim=True).div_(255).clamp_(0, 1)


def told() -> NDArray[np.bool_]:
    """Which of ``WORDS`` each kind of input tells about, ``(4, len(WORDS))``."""
    domains = [
        [True for _ in WORDS],
        [term.group.startswith("hair") for term in WORDS],
        [term.group.startswith("clothing") for term in WORDS],
        [term.axis in _AXES for term in WORDS],
    ]
    return np.array(domains)


def hide(image: Tensor, maps: Tensor, kinds: NDArray[Any], rng: np.random.Generator) -> Tensor:
    """Pictures ``(N, 3, H, W)`` with all but hair or clothing grey, or with a patch for hair."""
    hair, cloth = region(maps, "hair"), region(maps, "cloth")
    out = image.clone()
    for index, kind in enumerate(kinds):
        if kind == WHOLE:
            continue
        mask = (cloth if kind == CLOTHING else hair)[index]
        if rng.random() < 0.5:
            mask = (mask > 0.5).float()
        if rng.random() < 0.5:  # found regions are not exact
            grown = functional.max_pool2d(mask[None], 3, 1, 1)[0]
            mask = grown if rng.random() < 0.5 else 1 - functional.max_pool2d(
                1 - mask[None], 3, 1, 1
            )[0]  # fmt: skip
        if kind == PATCH:
            colour = (image[index] * mask).sum((1, 2)) / mask.sum().clamp_min(1.0)
            flat = colour[:, None, None].expand_as(image[index])
            out[index] = flat * mask + (image[index] * (1 - mask) if rng.random() < 0.3 else 0)
        else:
            out[index] = image[index] * mask
    return out


def blurred(image: Tensor, rng: np.random.Generator) -> Tensor:
    """Two in five pictures blurred, or blurred and grainy, as a generator draws hair."""
    out = image.clone()
    for index in np.flatnonzero(rng.random(len(image)) < 0.4):
        one = image[index : index + 1]
        if rng.random() < 0.7:
            width = int(rng.choice([3, 5, 7]))
            one = functional.avg_pool2d(one, width, 1, width // 2, count_include_pad=False)
        if rng.random() < 0.7:
            grain = torch.from_numpy(rng.standard_normal(one.shape, dtype=np.float32))
            if rng.random() < 0.5:
                grain = functional.avg_pool2d(grain, 3, 1, 1) * 2
            # grey stays grey: what is hidden has no grain
            one = one + grain.to(one) * float(rng.uniform(0.03, 0.20)) * (one.abs() > 0.02)
        out[index : index + 1] = one
    return out.clamp(-1, 1)


def lit(image: Tensor, rng: np.random.Generator) -> Tensor:
    """Other light for what is not hidden; half of the batches as they are."""
    if rng.random() < 0.5:
        return image
    shown = (image != 0).any(1, keepdim=True)
    return weather(rng, image) * shown
