"""A painted outline as a reference: the identity's own region, continued to fill the mask.

A mask says where the region should be, but not what is in it. So the region is filled from the
identity: its own pixels where the region was, and their mirror image beyond its edge.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from styleforge.prepare import masks
from styleforge.prepare.found import require
from styleforge.prepare.nearest import nearest_known
from styleforge.prepare.pixels import blend
from styleforge.prepare.problem import Reference
from styleforge.prepare.regions import MIXED, hard_regions


def outlined(identity: Reference, drawn: Reference, region: str, share: float) -> Reference:
    """The identity as a reference whose region has the outline that was drawn for it.

    Args:
        identity: whose region it is.
        drawn: the identity with the mask as its region.
        region: its name.
        share: of the picture that a region takes up at least.

    Raises:
        UserError: if the identity has no such region, or the mask is empty.

    Example:
        >>> from styleforge.pack.models import Models
        >>> from styleforge.testing import toy
        >>> identity = toy.toy_problem(Models(toy.toy_pack())).identity
        >>> outlined(identity, identity, "thing", 0.005).image.shape
        torch.Size([1, 3, 32, 32])
    """
    require(identity, region, share)
    require(drawn, region, share)
    old = hard_regions(identity.regions)[region]
    inside = masks.erode(old, masks.scaled(MIXED, old.shape[-1]))
    inside = inside if inside.any() else old
    beyond = drawn.regions[region] * (1 - inside)
    image = blend(
        mirrored(identity.image, inside[0, 0].bool().cpu().numpy()), identity.image, beyond
    )
    return replace(drawn, image=image, placement=None, notes=())


def mirrored(image: Tensor, known: NDArray[np.bool_]) -> Tensor:
    """A picture ``(1, C, H, W)`` that goes on beyond ``known`` ``(H, W)`` as its mirror image.

    Each pixel is reflected at the nearest known one; that one itself is taken where its reflection
    is not known.

    Example:
        >>> known = np.array([[True, True, True, False, False]])
        >>> mirrored(torch.tensor([1.0, 2.0, 3.0, 0.0, 0.0]).reshape(1, 1, 1, 5), known).flatten()
        tensor([1., 2., 3., 2., 1.])
    """
    nearest = nearest_known(known)
    most = np.array(known.shape)[:, None, None] - 1
    reflected = 2 * nearest - np.indices(known.shape)
    there = np.clip(reflected, 0, most)
    fits = known[tuple(there)] & (there == reflected).all(axis=0)
    rows, columns = np.where(fits, there, nearest)
    at = [torch.from_numpy(one).to(image.device) for one in (rows, columns)]
    return image[..., at[0], at[1]]
