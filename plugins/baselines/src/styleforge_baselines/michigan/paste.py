"""The painter as what pastes: the component ``paste/michigan``."""

from __future__ import annotations

import torch
from torch import Tensor

from styleforge.compose.coverage import continued, hole_of
from styleforge.compose.paste import SOFT
from styleforge.errors import UserError
from styleforge.pack.protocols import Inpainter
from styleforge.prepare import masks
from styleforge.prepare.pixels import blend
from styleforge.prepare.problem import Problem
from styleforge.prepare.regions import hard_regions
from styleforge.recipe.starts import Paste
from styleforge_baselines.michigan.network import Painter
from styleforge_baselines.michigan.orientation import orientation
from styleforge_baselines.michigan.weights import files_for, found_for, lacks

__all__ = ["files_for", "lacks", "paint", "painted"]  # both are asked for with the component
MULTIPLE = 16  # of which the sides of pictures have to be


def painted(problem: Problem, how: Paste, inpainter: Inpainter) -> Tensor:
    """The identity with its own region inpainted and a new one drawn over it.

    Where the region is and which way it runs is the structure reference's, in the identity's pose;
    its code is the look reference's. Strengths go from the identity's outline and code to those.

    Returns:
        ``(1, 3, H, W)`` in [-1, 1].

    Raises:
        UserError: if no painter of the region was trained for the pack, or pictures have sides
            that are no multiple of 16.
    """
    painter = found_for(problem.models, how.region)
    return paint(painter, problem, how, inpainter)


@torch.no_grad()
def paint(painter: Painter, problem: Problem, how: Paste, inpainter: Inpainter) -> Tensor:
    """`painted` by a painter."""
    identity, structure, look = (
        problem.identity, problem.role(how.structure), problem.role(how.look),
    )  # fmt: skip
    height, width = identity.image.shape[-2:]
    if height % MULTIPLE or width % MULTIPLE:
        msg = (
            f"A painter needs pictures whose sides are multiples of {MULTIPLE}; the pack's are "
            f"{width} x {height}. Choose another preset."
        )
        raise UserError(msg)
    background = inpainter(identity.image, hole_of(identity, (how.region,)))
    coverage = structure.regions[how.region]  # soft, (1, 1, H, W)
    share = how.strengths.get(how.structure, 1.0)
    if share < 1:  # the outline in between
        old, new = (hard_regions(one.regions)[how.region] for one in (identity, structure))
        coverage = masks.blur(masks.morph(old, new, share), masks.scaled(SOFT, width))
    inside = (coverage > 0.5).to(coverage)
    if not bool(inside.any()):
        return background
    code = _code(painter, problem, how, look.image, hard_regions(look.regions)[how.region])
    drawn = painter.paint(inside, orientation(structure.image), code, background).clamp(-1, 1)
    return blend(continued(drawn, coverage), background, coverage)


def _code(painter: Painter, problem: Problem, how: Paste, image: Tensor, region: Tensor) -> Tensor:
    """The code of the look, as far from the identity's own as its strength says."""
    own = hard_regions(problem.identity.regions)[how.region]
    if not bool(region.any()):
        image, region = problem.identity.image, own
    code: Tensor = painter.look(image, region)
    share = how.strengths.get(how.look, 1.0)
    if share < 1 and bool(own.any()):
        code = torch.lerp(painter.look(problem.identity.image, own), code, share)
    return code
