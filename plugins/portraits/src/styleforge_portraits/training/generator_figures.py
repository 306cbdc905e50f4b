"""What a generator reaches on people that no training saw, and random people of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray

from styleforge.losses.lpips import masked_lpips
from styleforge.models.scaling import lpips_input
from styleforge.pack.precision import autocast
from styleforge_portraits import world
from styleforge_portraits.models.latent import code_to_z
from styleforge_portraits.models.perception import LPIPS_LAYERS
from styleforge_portraits.training.codes import random_codes
from styleforge_portraits.training.factor_response import factor_response
from styleforge_portraits.training.losses import psnr
from styleforge_portraits.training.realism import realism
from styleforge_portraits.training.rendering import Plan
from styleforge_portraits.training.sheets import write_sheet

if TYPE_CHECKING:
    from pathlib import Path

    from torch import Tensor

    from styleforge.models.stylegan2 import Generator
    from styleforge.models.vgg import VGG16

Array = NDArray[Any]
GROUP = 10
SHEET = 16


def held_out_codes(count: int | None = None) -> Array:
    """Codes ``(N, D)`` of the people that every dataset holds out; `rendering` draws them first."""
    plan = Plan()
    return random_codes(np.random.default_rng(plan.seed), plan.held_out)[:count]


def generator_figures(
    generator: Generator,
    codes: Array,
    features: VGG16,
    lpips: dict[str, Tensor],
    folder: Path,
    people: int,
) -> dict[str, float]:
    """All figures of a generator: people from their factors, factors followed, realism.

    Writes the sheets ``factors.png`` (people and their pictures below them) and ``random.png``.
    """
    figures = from_factors(codes, generator, features, lpips, folder)
    figures |= following(codes, generator)
    return figures | realism(generator, features, folder, people)


@torch.no_grad()
def from_factors(
    codes: Array, generator: Generator, features: VGG16, lpips: dict[str, Tensor], folder: Path
) -> dict[str, float]:
    """PSNR and LPIPS of the generator's picture of known people against the rendered one."""
    noise = generator.random_noise(torch.Generator().manual_seed(1))
    values: list[Tensor] = []
    distances: list[float] = []
    shown: list[Tensor] = []
    for start in range(0, len(codes), GROUP):
        some = codes[start : start + GROUP]
        image = generated(generator, some, noise)
        truth = rendered(some, generator.size[0])
        values.append(psnr(image, truth))
        distances += [
            float(distance(features, lpips, one[None], two[None]))
            for one, two in zip(image, truth, strict=True)
        ]
        if len(shown) * GROUP < SHEET:
            shown.append(torch.cat((truth, image), 2))  # one above the other
    pairs = torch.cat(shown)[:SHEET]
    write_sheet(folder / "factors.png", [pairs[: SHEET // 2], pairs[SHEET // 2 :]])
    return {
        "factors_psnr": float(torch.cat(values).mean()),
        "factors_lpips": sum(distances) / len(distances),
        "factors_people": float(len(codes)),
    }


def following(codes: Array, generator: Generator, people: int = 8) -> dict[str, float]:
    """How many factors the generator follows, and how far it follows the worst."""
    found = factor_response(codes, generator, people=people, size=generator.size[0])
    slopes = np.array(list(found.values()))
    return {
        "followed_by_0.8": float((slopes >= 0.8).mean()),
        "followed_least": float(slopes.min()),
    }


def generated(generator: Generator, codes: Array, noise: list[Tensor]) -> Tensor:
    """The generator's pictures ``(N, 3, H, W)`` of people by their codes ``(N, D)``."""
    w = generator.map(code_to_z(torch.from_numpy(codes)))
    with autocast(w.device):
        picture = generator.synthesize(w[:, None].expand(-1, generator.rows, -1), noise)
    return picture.float()


def rendered(codes: Array, size: int) -> Tensor:
    """The world's pictures ``(N, 3, size, size)`` in [-1, 1] of people by their codes."""
    pictures = np.stack([world.render(world.decode(code), size).image for code in codes])
    return torch.from_numpy(pictures).permute(0, 3, 1, 2) / 127.5 - 1


def distance(features: VGG16, lpips: dict[str, Tensor], image: Tensor, target: Tensor) -> Tensor:
    """LPIPS by the pack's own features, mean over the pictures."""
    with autocast(image.device):
        found = features(lpips_input(image), LPIPS_LAYERS)
        with torch.no_grad():
            truth = features(lpips_input(target), LPIPS_LAYERS)
    return masked_lpips(found, truth, lpips, None, LPIPS_LAYERS)
