"""The generator's synthesis as training needs it: one w, and the last features as well."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from styleforge.models.stylegan2.fir import upsample

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor

    from styleforge.models.stylegan2 import Generator


def synthesize(
    generator: Generator, w: Tensor, noise: Sequence[Tensor], size: int
) -> tuple[Tensor, dict[int, Tensor]]:
    """Like ``Generator.synthesize`` with one w, and the last features of every size beside it."""
    dtype = generator.constant.dtype
    if torch.is_autocast_enabled(w.device.type):
        dtype = torch.get_autocast_dtype(w.device.type)
    maps = generator.constant.to(dtype)
    maps = generator.convs[0](maps.expand(w.shape[0], -1, -1, -1), w, noise[0])
    image = generator.rgbs[0](maps, w)
    features = {4: maps}  # (N, channels, side, side) by side
    for level in range(1, generator.resolutions.index(size) + 1):
        maps = generator.convs[2 * level - 1](maps, w, noise[2 * level - 1])
        maps = generator.convs[2 * level](maps, w, noise[2 * level])
        image = upsample(image) + generator.rgbs[level](maps, w)
        features[generator.resolutions[level]] = maps
    return image, features
