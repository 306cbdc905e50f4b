"""Style space S: the factors by which a StyleGAN2 scales channels, read and moved.

Every convolution has an affine layer that makes a factor for each of its input channels of a row of
W+ (Wu et al., CVPR 2021, arXiv 2011.12799), and so have the layers to RGB.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor

from styleforge.errors import UserError

SAMPLES = 2000  # latents behind a channel's deviation


def affine_layers(generator: Any) -> tuple[tuple[int, Any], ...]:
    """The affine layers, each behind the row of W+ that it reads: convolutions, then to RGB.

    Raises:
        UserError: if the generator is no StyleGAN2 of styleforge.

    Example:
        >>> from styleforge.models.stylegan2 import Generator
        >>> small = Generator(16, width=8, mapping_layers=2, channels={4: 8, 8: 8, 16: 4})
        >>> [(row, layer.weight.shape[0]) for row, layer in affine_layers(small)]
        [(0, 8), (1, 8), (2, 8), (3, 8), (4, 4), (1, 8), (3, 8), (5, 4)]
    """
    convolutions, to_rgb = (getattr(generator, name, None) for name in ("convs", "rgbs"))
    if convolutions is None or to_rgb is None:
        msg = (
            "The pack's generator does not show its style space, in which StyleCLIP's global "
            "directions are; choose a pack whose generator is a StyleGAN2."
        )
        raise UserError(msg)
    found = [(row, layer.affine) for row, layer in enumerate(convolutions)]
    return (*found, *((2 * level + 1, layer.affine) for level, layer in enumerate(to_rgb)))


def styles_of(generator: Any, latent: Tensor) -> Tensor:
    """W+ ``(N, rows, width)`` to its factors ``(N, channels)``, of all layers in order.

    Example:
        >>> from styleforge.models.stylegan2 import Generator
        >>> small = Generator(16, width=8, mapping_layers=2, channels={4: 8, 8: 8, 16: 4})
        >>> styles_of(small, torch.zeros(1, 6, 8)).shape
        torch.Size([1, 56])
    """
    return torch.cat([layer(latent[:, row]) for row, layer in affine_layers(generator)], dim=1)


def counts_of(generator: Any) -> tuple[int, ...]:
    """How many channels each layer has."""
    return tuple(int(layer.weight.shape[0]) for _, layer in affine_layers(generator))


@contextmanager
def moved(generator: Any, offsets: Tensor) -> Iterator[None]:
    """While it lasts, the generator adds offsets ``(N, channels)`` to its factors.

    Example:
        >>> from styleforge.models.stylegan2 import Generator
        >>> small = Generator(16, width=8, mapping_layers=2, channels={4: 8, 8: 8, 16: 4})
        >>> latent, noise = torch.zeros(1, 6, 8), small.random_noise()
        >>> with moved(small, torch.ones(1, 56)):
        ...     other = small.synthesize(latent, noise)
        >>> torch.equal(other, small.synthesize(latent, noise))
        False
    """
    layers = [layer for _, layer in affine_layers(generator)]
    parts = torch.split(offsets, list(counts_of(generator)), dim=1)
    handles = [
        layer.register_forward_hook(lambda _module, _given, found, part=part: found + part)
        for layer, part in zip(layers, parts, strict=True)
    ]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


@torch.no_grad()
def deviations(generator: Any, rng: torch.Generator, like: Tensor) -> Tensor:
    """The standard deviation of every channel's factor ``(channels,)``, over mapped latents."""
    z = torch.randn(SAMPLES, generator.width, generator=rng).to(like)
    latent = generator.map(z)[:, None].expand(-1, generator.rows, -1)
    return styles_of(generator, latent).std(dim=0)


def random_people(
    generator: Any, rng: torch.Generator, count: int, like: Tensor
) -> tuple[Tensor, Sequence[Tensor]]:
    """W+ ``(count, rows, width)`` of mapped latents, and one set of noise maps for all."""
    z = torch.randn(count, generator.width, generator=rng).to(like)
    with torch.no_grad():
        latent = generator.map(z)[:, None].expand(-1, generator.rows, -1)
    noise = [torch.randn(1, 1, *one, generator=rng).to(like) for one in generator.noise_shapes]
    return latent, noise
