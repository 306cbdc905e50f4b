"""Pasting with the outline and folds of one reference, the pattern of another, a third one's tones.

`styleforge.compose.paste` moves a reference's pixels as they are; here they are taken apart first
(`styleforge_clothing.tones`), so that stripes can become dots of the same colours.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import torch

from styleforge.compose.compose import exposed
from styleforge.compose.coverage import hole_of
from styleforge.prepare import masks
from styleforge.prepare.geometry import remap
from styleforge.prepare.pose import moved_by, pose_map
from styleforge.prepare.regions import MIXED, hard_regions, soft_regions
from styleforge_clothing.patterns import continued_pattern, latticed, nearest
from styleforge_clothing.tones import Tones, put_together, taken_apart, tones_of

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor

    from styleforge.pack.protocols import Inpainter
    from styleforge.prepare.problem import Problem, Reference
    from styleforge.recipe.starts import Paste

    Array = NDArray[np.float64]
    Mask = NDArray[np.bool_]

BORDER = 7  # pixels at a width of 256 along an edge whose pattern is made up: borders have none
EVEN = 2.0  # pixels at a width of 256 over which the outline is evened out
SOFT = 0.7  # by which an outline in between is softened


def retextured(problem: Problem, how: Paste, inpainter: Inpainter) -> Tensor:
    """The identity with a region put together from the references'; component ``paste/patterned``.

    Returns:
        ``(1, 3, H, W)`` in [-1, 1].
    """
    identity, region = problem.identity, how.region
    shown, regions = uncovered(problem, problem.role(how.structure), how, inpainter)
    coverage = smooth(regions[region])
    share = how.strengths.get(how.structure, 1.0)
    if share < 1:
        own = hard_regions(identity.regions)[region]
        between = masks.morph(own, (coverage > 0.5).to(own), share)
        coverage = masks.blur(between, masks.scaled(SOFT, own.shape[-1]))
    drawn = all_over(problem, how, shown, inner(regions[region], MIXED))
    return exposed(drawn, coverage, shown, regions, identity, region, how.behind)


def uncovered(
    problem: Problem, reference: Reference, how: Paste, inpainter: Inpainter
) -> tuple[Tensor, Mapping[str, Tensor]]:
    """A reference without what hangs over the region, and its soft regions then.

    So the region is whole, as others have it in front of theirs what is in front of theirs.
    """
    over = tuple(name for name in how.behind if hard_regions(reference.regions)[name].any())
    if not over:
        return reference.image, reference.regions
    hole = hole_of(reference, over)
    image = inpainter(reference.image, hole)
    found = soft_regions(image, problem.models)
    return image, {
        name: torch.lerp(old, found[name], hole) for name, old in reference.regions.items()
    }


def all_over(problem: Problem, how: Paste, shown: Tensor, seen: Mask) -> Tensor:
    """The whole picture ``(1, 3, H, W)`` as if the region were all of it.

    Folds are those of ``shown``, the structure reference, where they are ``seen`` ``(H, W)``;
    references without the region have no part in it.
    """
    structure, region = problem.role(how.structure), how.region
    own, shaded = tones(problem.identity, region), tones(structure, region)
    look, like = (tones(problem.role(role), region) for role in (how.look, how.pattern))
    target = look or own or shaded
    if shaded is None or target is None or not seen.any():
        return shown
    share = how.strengths.get(how.look, 1.0)
    target = own.towards(target, share) if own is not None and share < 1 else target
    shading = nearest(taken_apart(pixels(shown), shaded)[1], seen)
    plane = pattern(problem, how.pattern, region, how.behind)
    share = how.strengths.get(how.pattern, 1.0)
    if share < 1:
        plane = (1 - share) * pattern(problem, "identity", region, how.behind) + share * plane
    made = put_together(plane, shading, target.with_accent(like or target))
    return torch.from_numpy(made).permute(2, 0, 1)[None].to(shown) * 2 - 1


def pattern(problem: Problem, role: str, region: str, behind: tuple[str, ...] = ()) -> Array:
    """How much of the accent each pixel ``(H, W)`` shows in a role's pattern, on the identity.

    Where the reference's region ends or is hidden, the pattern goes on. One that repeats in two
    directions does so in the reference's own picture, where it is even, and then moves as the
    region does; another is bent as the region is, and then goes on.
    """
    reference = problem.role(role)
    found = tones(reference, region)
    if found is None or found.accent is None:
        return np.zeros(tuple(reference.image.shape[-2:]))
    bent = pose_map(reference, problem.identity, problem.models, region)
    shares, _ = taken_apart(pixels(reference.image), found)
    known = known_pattern(reference, region, behind)
    if bent is None:
        return continued_pattern(shares, known)
    if latticed(shares, known):
        shares = continued_pattern(shares, known)
        where = evened(bent[0], hard_regions(reference.regions)[region])
        height, width = shares.shape
        known = np.asarray(((where >= 0) & (where <= (width, height))).all(axis=-1))
        shares = remap(torch.from_numpy(shares)[None, None], where)[0, 0].numpy()
        return continued_pattern(shares, known)
    moved = moved_by(reference, problem.identity, *bent)
    shares, _ = taken_apart(pixels(moved.image), found)
    return continued_pattern(shares, known_pattern(moved, region, behind))


def known_pattern(reference: Reference, region: str, behind: tuple[str, ...]) -> Mask:
    """Where ``(H, W)`` a reference's pattern is seen, borders of the region left out."""
    hard = hard_regions(reference.regions)
    whole = torch.stack([hard[name] for name in (region, *behind)]).amax(dim=0)
    # there is no border where something else is in front
    return inner(whole, BORDER) & inner(hard[region], MIXED)


def evened(where: Array, region: Tensor) -> Array:
    """A map ``(H, W, 2)`` of pixels (x, y) as the affine one that is nearest inside a region.

    ``region`` ``(1, 1, H, W)`` is of the picture that is moved. What bends an outline to an outline
    would squeeze a pattern, most of all where the region was hidden.
    """
    seen = remap(region, where)[0, 0].cpu().numpy() > 0.5
    if not seen.any():
        return where
    rows, columns = np.mgrid[: seen.shape[0], : seen.shape[1]] + 0.5
    places = np.stack((columns, rows, np.ones_like(rows)), axis=-1)  # (H, W, 3)
    affine, *_ = np.linalg.lstsq(places[seen], where[seen], rcond=None)  # (3, 2)
    return np.asarray(places @ affine)


def smooth(coverage: Tensor) -> Tensor:
    """A soft mask ``(1, 1, H, W)`` with an even edge, whatever pattern is inside."""
    radius = masks.scaled(EVEN, coverage.shape[-1])
    return ((masks.blur(coverage, radius) - 0.5) * 3 + 0.5).clamp(0, 1)


def inner(coverage: Tensor, margin: float) -> Mask:
    """Where a mask ``(1, 1, H, W)`` is more than ``margin`` pixels (at 256) from its edge.

    The picture's own edge is none.
    """
    hard = (coverage > 0.5).to(coverage)
    away = masks.dilate(1 - hard, masks.scaled(margin, hard.shape[-1]))
    return np.asarray((away[0, 0] < 0.5).cpu().numpy())


def tones(reference: Reference, region: str) -> Tones | None:
    """The tones of a reference's region; None where it has none."""
    inside = hard_regions(reference.regions)[region][0, 0].bool().cpu().numpy()
    return tones_of(pixels(reference.image), inside)


def pixels(image: Tensor) -> Array:
    """``(1, 3, H, W)`` in [-1, 1] as ``(H, W, 3)`` in [0, 1]."""
    return np.asarray((image[0].permute(1, 2, 0).cpu().double().numpy() + 1) / 2)
