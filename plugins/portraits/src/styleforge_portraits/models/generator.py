"""The pack's generator: StyleGAN2 at 256 px, small enough for two cores."""

from __future__ import annotations

from styleforge.models.stylegan2 import Generator

CHANNELS = {4: 256, 8: 256, 16: 256, 32: 256, 64: 128, 128: 64, 256: 32}
MAPPING_LAYERS = 4


def build_generator(size: int = 256) -> Generator:
    """The untrained network; sides up to ``size`` of the pack's channel table."""
    channels = {side: count for side, count in CHANNELS.items() if side <= size}
    return Generator(size, mapping_layers=MAPPING_LAYERS, channels=channels)
