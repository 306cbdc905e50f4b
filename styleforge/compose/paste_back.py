"""Back into the photo that an aligned picture was cut from."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor

from styleforge.prepare import geometry, masks
from styleforge.prepare.images import to_bytes, to_values
from styleforge.prepare.pixels import blend
from styleforge.prepare.problem import Reference

_MARGIN = 3  # pixels at a width of 256 around a change that are pasted back into the photo with it
_SOFT = 1.5  # pixels at a width of 256 over which what is pasted back fades
_AT_ONCE = 1_000_000  # pixels of a photo that are values at once
_BORDER = 2  # pixels at a width of 256 at the cut picture's border that are not pasted back


def place_back(mask: Tensor, identity: Reference) -> Tensor:
    """A mask ``(1, 1, h, w)`` of the picture, in bytes ``(1, 1, H, W)`` of the photo of it.

    Example:
        >>> identity = Reference(image=torch.zeros(1, 3, 32, 32), regions={})
        >>> place_back(torch.ones(1, 1, 32, 32), identity).shape  # of a picture that was not cut
        torch.Size([1, 1, 32, 32])
    """
    placement = identity.placement
    if placement is None:
        return (255 * mask.clamp(0, 1)).round().to(torch.uint8)
    size = (placement.photo.shape[-2], placement.photo.shape[-1])
    matrix = geometry.invert(np.array(placement.matrix))
    done = torch.empty(1, 1, *size, dtype=torch.uint8)
    for rows, moved in _strips(matrix, size):
        part = (rows.stop - rows.start, size[1])
        placed = geometry.warp(mask, moved, part, border="zero").clamp(0, 1)
        done[..., rows, :] = (255 * placed).round().to(torch.uint8)
    return done


def paste_back(edited: Tensor, identity: Reference) -> Tensor:
    """Put an edited picture ``(1, 3, H, W)`` back into the photo it was cut from.

    Only what changed is pasted, so that the photo keeps its own pixels everywhere else. What comes
    is in bytes where the photo is; a large one is done in strips, and never in values as a whole.

    Example:
        >>> from styleforge.pack.models import Models
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
    width = edited.shape[-1]
    change = (edited - identity.image).abs().amax(dim=1, keepdim=True)  # (1, 1, h, w)
    changed = masks.dilate((change > 2 / 255).to(edited.dtype), masks.scaled(_MARGIN, width))
    changed = masks.blur(changed, masks.scaled(_SOFT, width))
    inside = torch.zeros_like(changed)
    border = max(2, round(masks.scaled(_BORDER, width)))
    inside[..., border:-border, border:-border] = 1
    photo = placement.photo
    done = photo.clone() if photo.dtype == torch.uint8 else photo.to(edited, copy=True)
    for rows, moved in _strips(matrix, (photo.shape[-2], photo.shape[-1])):
        size = rows.stop - rows.start, photo.shape[-1]
        alpha = geometry.warp(changed * inside, moved, size, border="zero").clamp(0, 1)
        if bool(alpha.any()):
            back = to_values(photo[..., rows, :]).to(edited)
            made = blend(geometry.warp(edited, moved, size), back, alpha)  # (1, 3, rows, W)
            done[..., rows, :] = to_bytes(made) if photo.dtype == torch.uint8 else made
    return done


def _strips(
    matrix: geometry.Matrix, size: tuple[int, int]
) -> Iterator[tuple[slice, geometry.Matrix]]:
    """Rows of a photo of ``size`` (H, W), few enough to be values at once, and the matrix to them.

    Example:
        >>> [rows.stop for rows, _ in _strips(np.eye(2, 3), (300, 8000))]
        [125, 250, 300]
    """
    height, width = size
    step = max(1, _AT_ONCE // width)
    for top in range(0, height, step):
        moved = matrix.copy()
        moved[1, 2] -= top
        yield slice(top, min(top + step, height)), moved
