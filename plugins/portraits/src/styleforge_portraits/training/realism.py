"""Random people of a generator beside rendered ones: a sheet to look at, and a Frechet distance."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
from scipy.linalg import sqrtm

from styleforge.models.scaling import lpips_input
from styleforge.pack.precision import autocast
from styleforge_portraits import world
from styleforge_portraits.training.codes import random_codes
from styleforge_portraits.training.sheets import write_sheet

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from torch import Tensor

    from styleforge.models.stylegan2 import Generator
    from styleforge.models.vgg import VGG16

LAYERS = ("relu3_3", "relu4_3", "relu5_3")
GROUP = 20
SHEET = 24  # random people to be looked at


@torch.no_grad()
def random_people(generator: Generator, count: int, seed: int = 0) -> Iterator[Tensor]:
    """Pictures ``(n, 3, H, W)`` in [-1, 1] of ``count`` random z, in groups."""
    draw = torch.Generator().manual_seed(seed)
    for start in range(0, count, GROUP):
        z = torch.randn(min(GROUP, count - start), generator.width, generator=draw)
        latent = generator.map(z)[:, None].expand(-1, generator.rows, -1)
        with autocast(z.device):
            yield generator.synthesize(latent, generator.random_noise(draw)).float()


def rendered_people(count: int, size: int, seed: int = 0) -> Iterator[Tensor]:
    """Pictures ``(n, 3, size, size)`` in [-1, 1] of random people of the world, in groups."""
    rng = np.random.default_rng(seed)
    for start in range(0, count, GROUP):
        codes = random_codes(rng, min(GROUP, count - start))
        pictures = np.stack([world.render(world.decode(code), size).image for code in codes])
        yield torch.from_numpy(pictures).permute(0, 3, 1, 2) / 127.5 - 1


@torch.no_grad()
def seen(features: VGG16, groups: Iterator[Tensor]) -> Tensor:
    """What the perceptual network sees in pictures, averaged over each: ``(N, F)`` float64."""
    rows = []
    for pictures in groups:
        found = features(lpips_input(pictures), LAYERS)  # (n, C, h, w) each
        rows.append(torch.cat([found[name].mean((2, 3)) for name in LAYERS], 1))
    return torch.cat(rows).double()


def frechet_distance(one: Tensor, two: Tensor) -> float:
    """Frechet distance of two tables of features ``(N, F)`` (Heusel et al. 2017, equation 6).

    ``|m1 - m2|^2 + trace(C1 + C2 - 2 (C1 C2)^(1/2))`` of means and covariances.

    Example:
        >>> import torch
        >>> table = torch.randn(500, 4, generator=torch.Generator().manual_seed(0)).double()
        >>> round(frechet_distance(table, table + 1.0), 3)
        4.0
    """
    away = (one.mean(0) - two.mean(0)).square().sum()
    first, second = torch.cov(one.t()), torch.cov(two.t())
    root = np.real(sqrtm((first @ second).numpy()))
    return float(away + first.trace() + second.trace()) - 2 * float(np.trace(root))


def realism(
    generator: Generator, features: VGG16, folder: Path, count: int = 500
) -> dict[str, float]:
    """The Frechet distance of ``count`` generated and rendered people; writes ``random.png``."""
    people = torch.cat(list(random_people(generator, SHEET, seed=1)))
    write_sheet(folder / "random.png", list(people.reshape(3, SHEET // 3, *people.shape[1:])))
    drawn = seen(features, random_people(generator, count))
    true = seen(features, rendered_people(count, generator.size[0]))
    again = seen(features, rendered_people(count, generator.size[0], seed=1))
    return {
        "frechet": frechet_distance(drawn, true),
        "frechet_of_the_world": frechet_distance(again, true),
    }
