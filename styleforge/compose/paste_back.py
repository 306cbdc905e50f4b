"""Back into the photo that an aligned picture was cut from."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from styleforge.prepare import geometry, masks
from styleforge.prepare.images import to_values
from styleforge.prepare.pixels import blend
from styleforge.prepare.problem import Reference

_MARGIN = 3  # pixels at a width of 256 around a change that are pasted back into the photo with it
_SOFT = 1.5  # pixels at a width of 256 over which what is pasted back fades
_BORDER = 2  # pixels at a width of 256 at the cut picture's border that are not pasted back


def place_back(mask: Tensor, identity: Reference) -> Tensor:
    """A mask ``(1, 1, h, w)`` of the picture, as ``(1, 1, H, W)`` of the photo it was cut from.

    Example:
        >>> identity = Reference(image=torch.zeros(1, 3, 32, 32), regions={})
        >>> place_back(torch.ones(1, 1, 32, 32), identity).shape  # of a picture that was not cut
        torch.Size([1, 1, 32, 32])
    """
    placement = identity.placement
    if placement is None:
        return mask
    size = (placement.photo.shape[-2], placement.photo.shape[-1])
    matrix = geometry.invert(np.array(placement.matrix))
    return geometry.warp(mask, matrix, size, border="zero").clamp(0, 1)


def paste_back(edited: Tensor, identity: Reference) -> Tensor:
    """Put an edited picture ``(1, 3, H, W)`` back into the photo it was cut from.

    Only what changed is pasted, so that the photo keeps its own pixels everywhere else.

    Example:
        >>> from styleforge.pack.pack import Models
        >>> from styleforge.testing import toy
        >>> identity = toy.toy_problem(Models(toy.toy_pack())).identity
        >>> edited = identity.image.clone()
        >>> paste_back(edited, identity) is edited  # it was cut from no photo
        True
    """
    placement = identity.placement
    if placement is None:
        return edited
    matrix = geometry.invert(np.array(placement.matrix))
    photo = to_values(placement.photo).to(edited)
    size = (photo.shape[-2], photo.shape[-1])
    width = edited.shape[-1]
    change = (edited - identity.image).abs().amax(dim=1, keepdim=True)  # (1, 1, h, w)
    changed = masks.dilate((change > 2 / 255).to(edited.dtype), masks.scaled(_MARGIN, width))
    changed = masks.blur(changed, masks.scaled(_SOFT, width))
    inside = torch.zeros_like(changed)
    border = max(2, round(masks.scaled(_BORDER, width)))
    inside[..., border:-border, border:-border] = 1
    alpha = geometry.warp(changed * inside, matrix, size, border="zero").clamp(0, 1)
    return blend(geometry.warp(edited, matrix, size), photo, alpha)
