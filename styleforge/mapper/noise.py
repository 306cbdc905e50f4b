"""Noise maps for a mapped edit: the identity's own detail wherever the edit changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch.nn.functional import adaptive_avg_pool2d

from styleforge.losses.noise import normalize_noise
from styleforge.prepare import masks
from styleforge.prepare.regions import found_regions, hard_regions

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from torch import Tensor

    from styleforge.prepare.problem import Problem
    from styleforge.recipe.recipe import Mapped

EDGE = 2  # pixels at a width of 256 that a sketched region reaches beyond its mask
MARGIN = 6  # pixels at a width of 256 around the region, old and new, that carry no detail


@torch.no_grad()
def mapped_noise(
    problem: Problem, latent: Tensor, hows: Sequence[Mapped], chance: Sequence[Tensor]
) -> list[Tensor]:
    """Noise maps ``(1, 1, h, w)``: chance where a region was or will be, else read detail.

    Old detail in a region would draw the old region again. A pack with a sketcher draws what the
    latent stands for, and the sketch's detail goes where the region will be. Without one, a first
    rendering shows where that is. An edit that does not reshape its region keeps all detail there.
    Packs that read no noise off pictures leave everything to chance.

    Example:
        >>> from styleforge.pack.pack import Models
        >>> from styleforge.testing import toy
        >>> from styleforge.recipe.recipe import Mapped
        >>> problem = toy.toy_problem(Models(toy.toy_pack()))
        >>> generator = problem.models.get("generator")
        >>> chance = [torch.randn(1, 1, *shape) for shape in generator.noise_shapes]
        >>> latent = torch.zeros(1, generator.rows, generator.width)
        >>> len(mapped_noise(problem, latent, [Mapped(region="thing")], chance)) == len(chance)
        True
    """
    models = problem.models
    if not models.has("noise"):
        return list(chance)
    read = models.get("noise")
    detail = read(problem.identity.image)
    reshaped = [how.region for how in hows if how.reshapes]
    if not reshaped:
        return hidden(chance, detail, torch.zeros_like(problem.identity.image[:, :1]))
    old = _all(hard_regions(problem.identity.regions), reshaped)
    if models.has("sketch"):
        first, regions = models.get("sketch")(latent)
        new = (_all(regions, reshaped) > 0.5).to(first)
        base = hidden(chance, detail, _grown(torch.maximum(old, new)))
        return hidden(base, read(first), 1 - _grown(new, EDGE))
    first = models.get("generator").synthesize(latent, hidden(chance, detail, _grown(old)))
    new = _all(found_regions(first, models), reshaped)
    return hidden(chance, detail, _grown(torch.maximum(old, new)))


def hidden(
    chance: Sequence[Tensor], detail: Sequence[Tensor | None], where: Tensor
) -> list[Tensor]:
    """Detail brought to unit variance, and chance ``where`` ``(1, 1, H, W)`` says.

    Example:
        >>> chance = [torch.randn(1, 1, 4, 4)]
        >>> everywhere = torch.ones(1, 1, 4, 4)
        >>> torch.equal(hidden(chance, [torch.randn(1, 1, 4, 4)], everywhere)[0], chance[0])
        True
    """
    maps = []
    for one, fine in zip(chance, detail, strict=True):
        if fine is None:
            maps.append(one)
            continue
        height, width = fine.shape[-2:]
        away = adaptive_avg_pool2d(where, (height, width))  # (1, 1, h, w)
        maps.append(torch.lerp(normalize_noise(fine), one, away))
    return maps


def _all(regions: Mapping[str, Tensor], names: Sequence[str]) -> Tensor:
    """Where any of the named regions is."""
    return torch.stack([regions[name] for name in names]).amax(dim=0)


def _grown(mask: Tensor, pixels: float = MARGIN) -> Tensor:
    return masks.dilate(mask, masks.scaled(pixels, mask.shape[-1]))
