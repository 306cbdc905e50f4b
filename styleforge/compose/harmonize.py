"""Colours of what an edit uncovers: brought to those of the identity, without a seam."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from styleforge.prepare import masks
from styleforge.prepare.pixels import enlarge, shrink
from styleforge.prepare.problem import Reference
from styleforge.prepare.regions import hard_regions

EDGE = 1.5  # pixels at a width of 256 beside the edge of a region, in which colours are mixed
ENOUGH = 0.002  # of the picture's pixels that must be common to say how far colours are apart
FAR = 3.0  # times the median distance from the median, from which a difference is unusual
NEARER = (0.1, 0.04, 0.015)  # radii, in widths, in which differences are carried on
EVEN = 0.06  # of [-1, 1] that is never unusual


def harmonize(
    generated: Tensor,
    regions: Mapping[str, Tensor],
    identity: Reference,
    region: str,
    area: Tensor,
) -> Tensor:
    """The generator's picture with everything but the styled region in the identity's colours.

    Region by region, the difference to the identity outside the edited ``area`` is carried into
    it by normalized convolution (Knutsson & Westin 1993), from near to far, so that what the edit
    uncovers meets its surroundings without a seam. Where next to nothing of a region is outside (a
    neck under a collar), the mean difference of the region that is nearest in colour is taken.

    The field of differences is smooth: of wider pictures it is found at a width of 256
    (`python -m benchmarks.large` prints what that saves, and how far it is off).

    Example:
        >>> from styleforge.compose.coverage import hole_of
        >>> from styleforge.pack.models import Models
        >>> from styleforge.testing import toy
        >>> identity = toy.toy_problem(Models(toy.toy_pack())).identity
        >>> darker = identity.image - 0.1
        >>> area = hole_of(identity, ("thing",))
        >>> matched = harmonize(darker, identity.regions, identity, "thing", area)
        >>> off, was = matched - identity.image, darker - identity.image
        >>> bool(off.abs().mean() < was.abs().mean())
        True
    """
    mine, theirs = hard_regions(regions), hard_regions(identity.regions)
    difference = identity.image - generated  # (1, 3, H, W)
    size = (generated.shape[-2], generated.shape[-1])
    others = [name for name in regions if name != region]
    both = {name: mine[name] * theirs[name] * (area < 0.01) for name in others}
    same = {name: _common(both[name], difference) for name in others}
    enough = [name for name in others if same[name].mean() > ENOUGH]
    matched = generated.clone()
    for name in others:
        told_by = name if name in enough else _alike(generated, mine, name, enough)
        if told_by is None:
            continue
        known, told = _small(same[told_by], difference)  # (1, 1, h, w), (1, 3, h, w)
        field = told.mean(dim=(2, 3), keepdim=True) / known.mean(dim=(2, 3), keepdim=True)
        if told_by != name:
            known, told = _small(both[name], difference)
        for share in NEARER if told_by == name else NEARER[-1:]:
            radius = share * known.shape[-1]
            weight = masks.blur(known, radius)
            near = _blur_planes(told, radius) / weight.clamp_min(1e-6)
            trust = (weight * 20).clamp(0, 1)
            field = trust * near + (1 - trust) * field  # (1, 3, h, w)
        matched = matched + regions[name] * enlarge(field, size)
    return matched


def _small(mask: Tensor, difference: Tensor) -> tuple[Tensor, Tensor]:
    """A mask ``(1, 1, h, w)`` and a difference inside it ``(1, 3, h, w)``, 256 wide at most."""
    return (
        shrink(mask, masks.REFERENCE_WIDTH),
        shrink(difference * mask, masks.REFERENCE_WIDTH),
    )


def _common(both: Tensor, difference: Tensor) -> Tensor:
    """What of a mask ``(1, 1, H, W)`` says how far colours are apart.

    Not its edge, where they are mixed, and nothing unusual.
    """
    inside = 1 - masks.dilate(1 - both, masks.scaled(EDGE, both.shape[-1]))
    return inside * usual(difference, inside)


def _alike(
    picture: Tensor, regions: Mapping[str, Tensor], name: str, others: list[str]
) -> str | None:
    """The region whose colour is nearest to that of one of which too little is known."""

    def mean(one: str) -> Tensor:
        return (picture * regions[one]).sum((0, 2, 3)) / regions[one].sum().clamp_min(1e-6)

    return min(others, key=lambda one: float((mean(one) - mean(name)).norm()), default=None)


def usual(difference: Tensor, same: Tensor) -> Tensor:
    """Where a difference ``(1, 3, H, W)`` is near its median inside ``same`` ``(1, 1, H, W)``.

    What only one of the two has there (a beard, a shadow) says nothing about what is uncovered.

    Example:
        >>> difference = torch.zeros(1, 3, 4, 4)
        >>> difference[..., 0] = 1.0
        >>> usual(difference, torch.ones(1, 1, 4, 4))[0, 0, 0]
        tensor([0., 1., 1., 1.])
    """
    inside = same[0, 0] > 0  # (H, W)
    if not inside.any():
        return torch.ones_like(same)
    values = difference[0][:, inside]  # (3, K)
    middle = values.median(dim=1).values[None, :, None, None]
    away = (difference - middle).norm(dim=1, keepdim=True)  # (1, 1, H, W)
    spread = away[0, 0][inside].median()
    near: Tensor = away <= FAR * spread + EVEN
    return near.to(same)


def _blur_planes(image: Tensor, radius: float) -> Tensor:
    """Blur every channel of ``(N, C, H, W)`` with a Gaussian of ``radius`` pixels.

    Example:
        >>> _blur_planes(torch.ones(1, 3, 8, 8), 1.0).shape
        torch.Size([1, 3, 8, 8])
    """
    return torch.cat([masks.blur(plane[:, None], radius) for plane in image.unbind(dim=1)], dim=1)
