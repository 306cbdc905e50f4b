"""Pasting: the structure reference's pixels over the identity, recoloured.

A baseline that needs no network, and a start for one: an inverter can read the pasted picture.
"""

from __future__ import annotations

import numpy as np
import torch
from skimage.color import lab2rgb, rgb2lab
from torch import Tensor

from styleforge.builtin.inpainters import telea
from styleforge.compose import blend, hard_regions, hole_of
from styleforge.problem import Problem, Reference
from styleforge.protocols import Inpainter
from styleforge.recipe import Paste


def paste(problem: Problem, how: Paste, inpainter: Inpainter = telea) -> Tensor:
    """The identity with its own region inpainted and the reference's pixels laid over it.

    Colours are moved in CIELAB, mean to mean, to those of the appearance reference. Where a
    reference has no such region, its part is left out.

    Returns:
        ``(1, 3, H, W)`` in [-1, 1].
    """
    identity, structure, look = (
        problem.identity, problem.role(how.structure), problem.role(how.look)
    )  # fmt: skip
    clean = inpainter(identity.image, hole_of(identity, (how.region,)))
    own, theirs = _inside(structure, how.region), _inside(look, how.region)
    if not own.any():
        return clean
    pixels = _lab(structure.image)
    if theirs.any():
        pixels = pixels - pixels[own].mean(axis=0) + _lab(look.image)[theirs].mean(axis=0)
    moved = torch.from_numpy(lab2rgb(pixels)).permute(2, 0, 1)[None].to(clean) * 2 - 1
    return blend(moved, clean, structure.regions[how.region])


def _inside(reference: Reference, region: str) -> np.ndarray:
    return hard_regions(reference.regions)[region][0, 0].bool().cpu().numpy()


def _lab(image: Tensor) -> np.ndarray:
    return np.asarray(rgb2lab((image[0].permute(1, 2, 0).double().cpu().numpy() + 1) / 2))
