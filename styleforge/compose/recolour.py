"""Recolouring: the identity's own region with another mean colour; its shading and outline stay.

The component ``paste/recolour``. It needs a region and nothing else of a pack.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from styleforge.compose.coverage import continued, shown
from styleforge.compose.tint import shifted
from styleforge.pack.protocols import RemarkingRecolour
from styleforge.prepare.pixels import mean_colour
from styleforge.prepare.regions import hard_regions
from styleforge.recipe.combine import parts

if TYPE_CHECKING:
    from torch import Tensor

    from styleforge.pack.protocols import Inpainter
    from styleforge.prepare.problem import Problem
    from styleforge.recipe.recipe import Recipe
    from styleforge.recipe.starts import Paste


def recolour(problem: Problem, how: Paste, inpainter: Inpainter) -> Tensor:
    """The identity ``(1, 3, H, W)`` in [-1, 1], its region in the mean colour of ``how.look``.

    Where that reference has no such region, the identity as it is. A pack may have a recolouring of
    its own (``recolour``), which also says what a region's colour is.

    Args:
        problem: the identity, and the reference of the role ``how.look``.
        how: the region, the role of the colour, how far to go.
        inpainter: not needed, as nothing is uncovered.

    Example:
        >>> from styleforge import Paste
        >>> from styleforge.builtin.inpainters import telea
        >>> from styleforge.pack.models import Models
        >>> from styleforge.testing import toy
        >>> problem = toy.toy_problem(Models(toy.toy_pack()))
        >>> recolour(problem, Paste(region="thing"), telea).shape
        torch.Size([1, 3, 32, 32])
    """
    del inpainter
    identity, reference = problem.identity, problem.role(how.look)
    there = hard_regions(reference.regions)[how.region]  # (1, 1, H, W)
    if reference is identity or not there.any():
        return identity.image
    share = how.strengths.get(how.look, 1.0)
    coverage = shown(identity.regions, (how.region,))  # (1, 1, H, W)
    if problem.models.has("recolour"):
        own_way = problem.models.get("recolour")
        tone = own_way.tone(reference.image, there)
        tuned = {"tune": how.tune} if how.tune else {}
        return own_way(identity.image, coverage, tone, share, **tuned)
    colour = torch.from_numpy(mean_colour(reference.image, there))
    own = hard_regions(identity.regions)[how.region]
    # At its edge a pixel is a mixture with what is beside it; only the region's part of it moves.
    inside = continued(identity.image, coverage)  # (1, 3, H, W)
    moved = shifted(inside, own, colour, share)
    return (identity.image + coverage * (moved - inside)).clamp(-1, 1)


def remarks(problem: Problem, recipe: Recipe) -> tuple[str, ...]:
    """What a pack's recolouring says of the identity, where a recipe recolours: sentences.

    Example:
        >>> from styleforge.pack.models import Models
        >>> from styleforge.testing import toy
        >>> forge = toy.toy_forge()
        >>> remarks(toy.toy_problem(forge.models("toy")), forge.recipe("toy"))
        ()
    """
    own_way = problem.models.get("recolour") if problem.models.has("recolour") else None
    if not isinstance(own_way, RemarkingRecolour):
        return ()
    said, identity = [], problem.identity
    for _, part in parts(recipe):
        how = part.start_paste
        if how is None or how.method != "recolour":
            continue
        reference = problem.role(how.look)
        there = hard_regions(reference.regions)[how.region]  # (1, 1, H, W)
        if reference is not identity and there.any():
            colour = own_way.tone(reference.image, there)
            coverage = shown(identity.regions, (how.region,))
            said.append(own_way.remarks(identity.image, coverage, colour, how.tune))
    return tuple(dict.fromkeys(text for one in said for text in one))


def at_full_size(problem: Problem, how: Paste, photo: Tensor) -> Tensor | None:
    """A photograph ``(1, 3, H, W)`` in bytes, recoloured as its smaller copy, the identity, is.

    None where the pack's recolouring cannot do that.

    Example:
        >>> from styleforge import Paste
        >>> from styleforge.pack.models import Models
        >>> from styleforge.testing import toy
        >>> problem = toy.toy_problem(Models(toy.toy_pack()))
        >>> photo = torch.zeros(1, 3, 64, 64, dtype=torch.uint8)
        >>> at_full_size(problem, Paste(region="thing"), photo) is None  # toy has no recolouring
        True
    """
    identity, reference = problem.identity, problem.role(how.look)
    own_way = problem.models.get("recolour") if problem.models.has("recolour") else None
    if own_way is None or identity.placement is None or not hasattr(own_way, "at_full_size"):
        return None
    there = hard_regions(reference.regions)[how.region]  # (1, 1, H, W)
    if reference is identity or not there.any():
        return photo
    made: Tensor = own_way.at_full_size(
        photo,
        identity.placement.matrix,
        identity.image,
        shown(identity.regions, (how.region,)),
        own_way.tone(reference.image, there),
        how.strengths.get(how.look, 1.0),
        identity.painted.get(how.region),
        **({"tune": how.tune} if how.tune else {}),
    )
    return made
