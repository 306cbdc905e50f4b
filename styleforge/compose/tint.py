"""The colour that a region of a mapped edit is to have, and how it gets it.

A mapper reaches only colours that the generator was trained to draw. A user who names a colour
wants that colour, and a user who names none wants the identity's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from styleforge.compose.colours import named_colour
from styleforge.prepare.pixels import mean_colour
from styleforge.prepare.regions import hard_regions
from styleforge.recipe.condition import ImageRef, Swatch
from styleforge.recipe.roles import TOWARDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import Tensor

    from styleforge.forge import Forge
    from styleforge.prepare.problem import Problem
    from styleforge.recipe.condition import Condition
    from styleforge.recipe.recipe import Recipe


def target_colour(
    problem: Problem, recipe: Recipe, forge: Forge, *, prefix: str = ""
) -> tuple[Tensor, float] | None:
    """The colour ``(3,)`` in [0, 1] that a region is to have, and how far to go; or nothing.

    Of one pass only, and of domains that have an attribute whose likeness is a mean colour. Where
    that is not asked for the identity's own colour is held; a strength goes from there to what is
    asked for, a mixture from one edit's colour to the other's. Nothing is held of an identity that
    has no such region.

    Words stand for the colour whose patch the text-image encoder finds nearest to them.

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
    if recipe.stages or recipe.compose.mode == "pasted":
        return None
    found = _of_edit(problem, recipe, forge, recipe.conditions, recipe.strengths, prefix)
    towards = recipe.start_map.towards if recipe.start_map else None
    if towards is None:
        return found
    other = _of_edit(
        problem, recipe, forge, towards.conditions, towards.strengths, TOWARDS + prefix
    )
    if found is None or other is None:
        return None
    at = towards.at
    return torch.lerp(found[0], other[0].to(found[0]), at), found[1] + at * (other[1] - found[1])


def _of_edit(
    problem: Problem,
    recipe: Recipe,
    forge: Forge,
    conditions: Mapping[str, Condition],
    strengths: Mapping[str, float],
    prefix: str,
) -> tuple[Tensor, float] | None:
    """The colour of one edit, as `target_colour` gives it."""
    region = forge.domains[recipe.domain].region
    colours = [one for one in forge.attributes_of(recipe.domain) if one.is_colour]
    if not colours:
        return None
    own = _seen(problem, "identity", region)
    for attribute in colours:
        if attribute.name not in conditions:
            continue
        asked = _asked(problem, recipe, conditions[attribute.name], region, prefix + attribute.role)
        if asked is None:
            continue
        share = min(strengths.get(attribute.name, 1.0), 1.0)
        return (asked, share) if own is None else (torch.lerp(own, asked.to(own), share), 1.0)
    return None if own is None else (own, 1.0)


def _asked(
    problem: Problem, recipe: Recipe, condition: Condition, region: str, role: str
) -> Tensor | None:
    """The colour ``(3,)`` that a condition asks for; None where it asks for none."""
    if isinstance(condition, Swatch):
        return (torch.tensor(condition.rgb) + 1) / 2
    if role in problem.described and not isinstance(condition, ImageRef):
        return named_colour(problem.models, problem.described[role], region, recipe.mapper).float()
    return _seen(problem, role, region) if role in problem.references else None


def _seen(problem: Problem, role: str, region: str) -> Tensor | None:
    """The mean colour ``(3,)`` of a reference's region; None where it has none."""
    reference = problem.role(role)
    mask = hard_regions(reference.regions)[region]  # (1, 1, H, W)
    if not mask.any():
        return None
    return torch.from_numpy(mean_colour(reference.image, mask)).float()


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
