"""What holds of the generator's weights while it is trained, whatever the gradient says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from styleforge.models.stylegan2.layers import StyledConv, ToRGB
from styleforge.models.stylegan2.mapping import EqualLinear
from styleforge_portraits import world
from styleforge_portraits.models.detail import CARRIED_FROM
from styleforge_portraits.models.latent import directions

if TYPE_CHECKING:
    from styleforge.models.stylegan2 import Generator

AUDIBLE = 0.1  # noise strength at the start


@torch.no_grad()
def wake_noise(generator: Generator) -> None:
    """Make the maps that carry detail audible, and leave the others silent."""
    for conv, shape in zip(generator.convs, generator.noise_shapes, strict=True):
        assert isinstance(conv, StyledConv)
        if shape[0] >= CARRIED_FROM and conv.noise_strength.abs() < AUDIBLE:
            conv.noise_strength.fill_(AUDIBLE)
        elif shape[0] < CARRIED_FROM:
            conv.noise_strength.fill_(0.0)


@torch.no_grad()
def silence_above(generator: Generator, size: int) -> None:
    """Have the resolutions above a size begin by changing nothing."""
    for side, rgb in zip(generator.resolutions, generator.rgbs, strict=True):
        assert isinstance(rgb, ToRGB)
        if side > size:
            rgb.weight.zero_()


@torch.no_grad()
def hide_rest(generator: Generator) -> None:
    """Have the mapping network read the coordinates of the code and no others."""
    layer = generator.mapping.layers[0]
    assert isinstance(layer, EqualLinear)
    first = layer.weight
    seen = directions(first.shape[1])[: world.CODE_WIDTH].to(first)
    first.copy_((first @ seen.t()) @ seen)
