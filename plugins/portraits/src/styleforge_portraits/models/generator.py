"""The pack's generator: StyleGAN2 at 256 px, small enough for two cores."""

from __future__ import annotations

from typing import TYPE_CHECKING

from styleforge.models.stylegan2 import Generator, noise_shapes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import Tensor

CHANNELS = {4: 256, 8: 256, 16: 256, 32: 192, 64: 96, 128: 64, 256: 32}
MAPPING_LAYERS = 4
ROWS = 2 * len(CHANNELS)
NOISE_SHAPES = noise_shapes(CHANNELS)


def build_generator(size: int = 256, channels: Mapping[int, int] = CHANNELS) -> Generator:
    """The untrained network; sides up to ``size`` of a table of channels."""
    table = {side: count for side, count in channels.items() if side <= size}
    return Generator(size, mapping_layers=MAPPING_LAYERS, channels=table)


def stored_channels(weights: Mapping[str, Tensor]) -> dict[int, int]:
    """The table of channels that stored weights have: the k-th ToRGB reads side ``4 * 2**k``.

    Example:
        >>> stored_channels(build_generator(16).state_dict())
        {4: 256, 8: 256, 16: 256}
    """
    table, side, level = {}, 4, 0
    while f"rgbs.{level}.bias" in weights:
        table[side] = weights[f"rgbs.{level}.weight"].shape[1]
        side, level = 2 * side, level + 1
    return table
