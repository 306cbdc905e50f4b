"""What holds of the generator's weights while it is trained, whatever the gradient says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from styleforge.models.stylegan2.layers import StyledConv, ToRGB
from styleforge.models.stylegan2.mapping import EqualLinear
from styleforge_portraits import world
from styleforge_portraits.models.latent import directions

if TYPE_CHECKING:
    from styleforge.models.stylegan2 import Generator
    from styleforge.models.stylegan2.mapping import Mapping
    from styleforge_portraits.training.basis import Basis


@torch.no_grad()
def silence_noise(generator: Generator) -> None:
    """Have no noise map but the last reach the picture, and keep it so."""
    for conv in list(generator.convs)[:-1]:
        assert isinstance(conv, StyledConv)
        conv.noise_strength.zero_()
        conv.noise_strength.requires_grad = False


@torch.no_grad()
def silence_above(generator: Generator, size: int) -> None:
    """Have the resolutions above a size begin by changing nothing."""
    for side, rgb in zip(generator.resolutions, generator.rgbs, strict=True):
        assert isinstance(rgb, ToRGB)
        if side > size:
            rgb.weight.zero_()


@torch.no_grad()
def see_only(generator: Generator, basis: Basis) -> None:
    """Have the styles read the directions of W that a person's latent may have, and no others.

    Gradients of a style's weight lie in the span of the latents, but Muon's and Adam's steps do
    not quite, so this is done before the training and again before the weights are written. An
    optimization in W+ then cannot wander off where no person ever was.
    """
    for layer in (*generator.convs, *generator.rgbs):
        affine = layer.affine
        assert isinstance(affine, EqualLinear)
        affine.weight.copy_(basis.project(affine.weight))


@torch.no_grad()
def hide_rest(mapping: Mapping) -> None:
    """Have the mapping network read the coordinates of the code and no others."""
    layer = mapping.layers[0]
    assert isinstance(layer, EqualLinear)
    first = layer.weight
    seen = directions(first.shape[1])[: world.CODE_WIDTH].to(first)
    first.copy_((first @ seen.t()) @ seen)
