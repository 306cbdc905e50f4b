"""What synthesis sees of w: the directions that its affine layers amplify."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from styleforge.models.stylegan2.layers import StyledConv, ToRGB

if TYPE_CHECKING:
    from torch import Tensor

    from styleforge.models.stylegan2 import Generator


def sensitivity(generator: Generator) -> Tensor:
    """A matrix ``(512, 512)``: lengths of ``w @ matrix`` are what synthesis' layers see of w."""
    layers = [
        one.affine
        for one in (*generator.convs, *generator.rgbs)
        if isinstance(one, StyledConv | ToRGB)
    ]
    total = torch.zeros(generator.width, generator.width, dtype=torch.float64)
    for layer in layers:
        weight = (layer.weight * layer.gain).detach().double().cpu()
        total += weight.t() @ weight / len(weight)
    values, vectors = torch.linalg.eigh(total)
    scaled: Tensor = vectors * values.clamp_min(0).sqrt()
    return scaled.to(generator.constant)
