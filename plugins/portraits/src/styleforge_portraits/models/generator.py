"""The pack's generator: StyleGAN2 at 256 px, small enough for two cores."""

from __future__ import annotations

from styleforge.models.stylegan2 import Generator, noise_shapes

CHANNELS = {4: 256, 8: 256, 16: 256, 32: 192, 64: 96, 128: 48, 256: 16}
MAPPING_LAYERS = 4
ROWS = 2 * len(CHANNELS)
NOISE_SHAPES = noise_shapes(CHANNELS)


def build_generator(size: int = 256) -> Generator:
    """The untrained network; sides up to ``size`` of the pack's channel table."""
    channels = {side: count for side, count in CHANNELS.items() if side <= size}
    return Generator(size, mapping_layers=MAPPING_LAYERS, channels=channels)
