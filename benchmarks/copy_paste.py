"""The baseline without a network: paste the structure reference's pixels, recoloured."""

from __future__ import annotations

import torch
from skimage.color import lab2rgb, rgb2lab
from torch import Tensor

from styleforge.compose import blend, hard_regions, hole_of
from styleforge.domain import Domain
from styleforge.problem import Problem
from styleforge.protocols import Inpainter


def copy_paste(problem: Problem, domain: Domain, inpainter: Inpainter) -> Tensor:
    """The identity with its own region inpainted and the reference's pixels laid over it.

    Colours are moved in Lab, mean to mean, to those of the appearance reference.
    """
    identity, shape, look = problem.identity, problem.role("shape"), problem.role("appearance")
    clean = inpainter(identity.image, hole_of(identity, (domain.region,)))
    region = shape.regions[domain.region]
    pixels = _lab(shape.image)
    own = hard_regions(dict(shape.regions))[domain.region][0, 0].bool()
    theirs = hard_regions(dict(look.regions))[domain.region][0, 0].bool()
    target = _lab(look.image)[theirs.numpy()].mean(axis=0)
    pixels = pixels - pixels[own.numpy()].mean(axis=0) + target
    moved = torch.from_numpy(lab2rgb(pixels)).permute(2, 0, 1)[None].to(clean.dtype) * 2 - 1
    return blend(moved, clean, region)


def _lab(image: Tensor) -> object:
    return rgb2lab(((image[0].permute(1, 2, 0).double().numpy()) + 1) / 2)
