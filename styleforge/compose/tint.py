"""Brings a mapped edit to the exact colour of a swatch, a reference or of words.

A mapper reaches only colours that the generator was trained to draw. A user who names a colour
wants that colour.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from styleforge.compose.colours import named_colour
from styleforge.prepare.pixels import mean_colour
from styleforge.prepare.regions import hard_regions
from styleforge.recipe.condition import ImageRef, Swatch

if TYPE_CHECKING:
    from torch import Tensor

    from styleforge.forge import Forge
    from styleforge.prepare.problem import Problem
    from styleforge.recipe.recipe import Recipe


def target_colour(
    problem: Problem, recipe: Recipe, forge: Forge, *, prefix: str = ""
) -> tuple[Tensor, float] | None:
    """The colour ``(3,)`` in [0, 1] that a recipe asks for, and the strength; or nothing.

    Of one pass only, and of attributes whose likeness is a mean colour. Words stand for the colour
    whose patch the text-image encoder finds nearest to them.

    Example:
        >>> from styleforge import Forge, Swatch
        >>> from styleforge.testing import toy
        >>> forge = Forge(())
        >>> forge.use(toy)
        >>> problem = toy.toy_problem(forge.models("toy"))
        >>> asked = {"toy.appearance": Swatch("#ffffff")}
        >>> target_colour(problem, forge.recipe("toy", "toy-mapper", conditions=asked), forge)
        (tensor([1., 1., 1.]), 1.0)
    """
    if (
        recipe.stages
        or recipe.compose.mode == "pasted"
        or (recipe.start_map and recipe.start_map.towards)
    ):
        return None
    domain = forge.domains[recipe.domain]
    for name, condition in recipe.conditions.items():
        attribute = forge.attributes[name]
        if not attribute.is_colour:
            continue
        share = min(recipe.strengths.get(name, 1.0), 1.0)
        if isinstance(condition, Swatch):
            return (torch.tensor(condition.rgb) + 1) / 2, share
        if isinstance(condition, ImageRef):
            reference = problem.role(prefix + attribute.role)
            mask = hard_regions(reference.regions)[domain.region]
            return torch.from_numpy(mean_colour(reference.image, mask)).float(), share
        if prefix + attribute.role in problem.described:
            words = problem.described[prefix + attribute.role]
            return named_colour(problem.models, words, domain.region, recipe.mapper), share
    return None


def tinted(image: Tensor, mask: Tensor, colour: Tensor, share: float = 1.0) -> Tensor:
    """A picture whose mean colour within a mask is moved to ``colour``, by ``share`` of the way.

    Shading is scaled with the change of lightness, so that what was dark and turns light keeps its
    texture. Nothing changes where the mask is empty.

    Args:
        image: ``(1, 3, H, W)`` in [-1, 1].
        mask: ``(1, 1, H, W)`` in [0, 1].
        colour: ``(3,)`` in [0, 1].
        share: 0 to 1.

    Example:
        >>> grey, ones = torch.zeros(1, 3, 4, 4), torch.ones(1, 1, 4, 4)
        >>> tinted(grey, ones, torch.tensor([1.0, 1.0, 1.0]), share=0.5).mean().round(decimals=3)
        tensor(0.5000)
    """
    return torch.lerp(image, shifted(image, mask, colour, share), mask)


def shifted(image: Tensor, mask: Tensor, colour: Tensor, share: float = 1.0) -> Tensor:
    """The whole of a picture with colours moved as `tinted` moves those within the mask.

    Example:
        >>> grey, left = torch.zeros(1, 3, 1, 2), torch.tensor([[[[1.0, 0.0]]]])
        >>> shifted(grey, left, torch.tensor([1.0, 1.0, 1.0])).flatten().round(decimals=3).unique()
        tensor([1.])
    """
    if float(mask.sum()) < 1:
        return image
    values = (image + 1) / 2  # (1, 3, H, W) in [0, 1]
    mean = torch.from_numpy(mean_colour(image, mask)).to(values)[None, :, None, None]
    target = mean + share * (colour.to(values)[None, :, None, None] - mean)
    gain = ((target.mean() + 0.1) / (mean.mean() + 0.1)).clamp(0.5, 2.0)
    moved = (target + gain * (values - mean)).clamp(0, 1)
    return moved * 2 - 1
