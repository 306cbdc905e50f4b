"""Colours of what an edit uncovers: brought to those of the identity, without a seam."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from styleforge.prepare import masks
from styleforge.prepare.pixels import enlarge, shrink
from styleforge.prepare.problem import Reference
from styleforge.prepare.regions import hard_regions


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
    uncovers meets its surroundings without a seam. The field of differences is smooth: of wider
    pictures it is found at a width of 256 (`python -m benchmarks.large` prints what that saves, and
    how far it is off).

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
    matched = generated.clone()
    for name, soft in regions.items():
        if name == region:
            continue
        same = mine[name] * theirs[name] * (area < 0.01)  # (1, 1, H, W)
        if not same.any():
            continue
        known = shrink(same, masks.REFERENCE_WIDTH)  # (1, 1, h, w)
        told = shrink(difference * same, masks.REFERENCE_WIDTH)  # (1, 3, h, w)
        field = told.mean(dim=(2, 3), keepdim=True) / known.mean(dim=(2, 3), keepdim=True)
        for share in (0.1, 0.04, 0.015):
            radius = share * known.shape[-1]
            weight = masks.blur(known, radius)
            near = _blur_planes(told, radius) / weight.clamp_min(1e-6)
            trust = (weight * 20).clamp(0, 1)
            field = trust * near + (1 - trust) * field  # (1, 3, h, w)
        matched = matched + soft * enlarge(field, size)
    return matched


def _blur_planes(image: Tensor, radius: float) -> Tensor:
    """Blur every channel of ``(N, C, H, W)`` with a Gaussian of ``radius`` pixels.

    Example:
        >>> _blur_planes(torch.ones(1, 3, 8, 8), 1.0).shape
        torch.Size([1, 3, 8, 8])
    """
    return torch.cat([masks.blur(plane[:, None], radius) for plane in image.unbind(dim=1)], dim=1)
