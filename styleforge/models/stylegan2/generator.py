"""The StyleGAN2 generator, config F: constant input, skip images, 2 rows of W+ per resolution."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import nn

from styleforge.models.stylegan2.fir import upsample
from styleforge.models.stylegan2.layers import StyledConv, ToRGB
from styleforge.models.stylegan2.mapping import Mapping
from styleforge.models.stylegan2.recording import Recording
from styleforge.models.stylegan2.shapes import (
    SQUARE,
    check_inputs,
    checked_channels,
    levels_up_to,
    noise_shapes,
    shape_at,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from collections.abc import Mapping as MappingOf

    from torch import Tensor


CACHED = 2**24  # bytes of the maps of several pictures up to which they are drawn together


class Generator(nn.Module):
    """A StyleGAN2 generator; satisfies ``styleforge.pack.protocols.Generator``.

    Pictures are square unless the constant is not, as in StyleGAN-Human (Fu et al. 2022): its
    constant of 4 x 2 makes pictures of 1024 x 512.

    Args:
        size: the side in pixels that pictures have with a constant of 4 x 4, a power of two, at
            least 8.
        width: numbers in z and in a row of W+.
        mapping_layers: depth of the mapping network.
        channels: channels at every resolution 4, 8, ..., ``size``; config F when left out.
        clamp: what every layer's maps are held within; NVIDIA trained some generators so (256).
        constant: (h, w) of the constant that the first layer begins with.

    Attributes:
        rows: ``2 log2(size) - 2``; 14 at 256 px.
        noise_shapes: one (h, w) of the constant, then two per resolution; 13 at 256 px.
        w_avg: the mean w, ``(width,)``, what :meth:`truncate` pulls towards.

    Raises:
        UserError: the size is no power of two, the channel table misses a resolution, or the
            constant has no pixel.

    Example:
        >>> small = Generator(16, width=8, mapping_layers=2, channels={4: 8, 8: 8, 16: 4})
        >>> small.rows, len(small.noise_shapes)
        (6, 5)
        >>> small(torch.randn(1, 8)).shape
        torch.Size([1, 3, 16, 16])
    """

    w_avg: Tensor

    def __init__(
        self,
        size: int,
        width: int = 512,
        mapping_layers: int = 8,
        channels: MappingOf[int, int] | None = None,
        *,
        clamp: float | None = None,
        constant: tuple[int, int] = SQUARE,
    ) -> None:
        super().__init__()
        self.channels = table = checked_channels(size, channels, constant)
        self.resolutions = tuple(table)
        self.width = width
        self.size = shape_at(size, constant)
        self.rows = 2 * len(self.resolutions)
        self.noise_shapes = noise_shapes(self.resolutions, constant)

        self.mapping = Mapping(width, mapping_layers)
        self.register_buffer("w_avg", torch.zeros(width))
        self.constant = nn.Parameter(torch.randn(1, table[4], *constant))
        # convs[i] reads row i of W+ and noise map i; rgbs[j] reads row 2 j + 1.
        self.convs = nn.ModuleList([StyledConv(table[4], table[4], width, clamp=clamp)])
        self.rgbs = nn.ModuleList([ToRGB(table[4], width, clamp=clamp)])
        for side in self.resolutions[1:]:
            before, here = table[side // 2], table[side]
            self.convs.append(StyledConv(before, here, width, up=True, clamp=clamp))
            self.convs.append(StyledConv(here, here, width, clamp=clamp))
            self.rgbs.append(ToRGB(here, width, clamp=clamp))
        self._stored = 0
        self._clamped = clamp is not None
        # Convolutions of few channels on large maps are several times faster in this layout.
        self.to(memory_format=torch.channels_last)

    def keep_noise(self, noise: Sequence[Tensor]) -> None:
        """Keep noise maps ``(1, 1, h, w)`` that belong to the weights, as `stored_noise`."""
        for index, one in enumerate(noise):
            self.register_buffer(f"_noise_{index}", one, persistent=False)
        self._stored = len(noise)

    @property
    def stored_noise(self) -> tuple[Tensor, ...]:
        """Noise maps ``(1, 1, h, w)`` that came with the weights; empty without any."""
        return tuple(getattr(self, f"_noise_{index}") for index in range(self._stored))

    def map(self, z: Tensor) -> Tensor:
        """Latents z ``(N, width)`` to w ``(N, width)``."""
        w: Tensor = self.mapping(z)
        return w

    def synthesize(
        self, latent: Tensor, noise: Sequence[Tensor], *, size: int | None = None
    ) -> Tensor:
        """W+ ``(N, rows, width)`` and noise maps ``(1 or N, 1, h, w)`` to ``(N, 3, H, W)``.

        With ``size``, one of ``resolutions``, the skip image there is returned, and nothing deeper
        is computed; rows and noise maps beyond it are not read and may be absent.

        Of several pictures a processor draws the small maps together, which reads the weights once,
        and the large ones picture by picture, which keeps them in its cache.

        Raises:
            UserError: too few rows or noise maps, or a size that the generator does not have.
        """
        levels = levels_up_to(size, self.resolutions)
        if len(latent) == 1 or latent.device.type != "cpu" or torch.is_grad_enabled():
            return self._picture(latent, self._maps(latent, noise, levels))
        check_inputs(latent, noise, self.width, self.noise_shapes[: 2 * levels - 1])
        maps, image, first = self._constant(latent), None, 0
        last = 2 * levels - 1
        while first < last and self._shared(len(latent), first):
            maps = self.convs[first](maps, latent[:, first], noise[first])
            image = self._picture(latent, [maps], first, image)
            first += 1
        if first == last and image is not None:
            return image
        drawn = []
        for at in range(len(latent)):
            one = slice(at, at + 1)
            own = [item if len(item) == 1 else item[one] for item in noise]
            rest = self._grown(maps[one], latent[one], own, range(first, last))
            drawn.append(
                self._picture(latent[one], rest, first, None if image is None else image[one])
            )
        return torch.cat(drawn)

    def record(
        self, latent: Tensor, noise: Sequence[Tensor], *, size: int | None = None
    ) -> Recording | None:
        """Draw without a graph, and keep what the way back needs.

        With ``size``, one of ``resolutions``, that is the skip image there. None where there is no
        way back written out: of weights that are trained, of maps that are clamped, of a subclass
        that draws otherwise.
        """
        trained = any(one.requires_grad for one in self.parameters())
        if trained or self._clamped or type(self).synthesize is not Generator.synthesize:
            return None
        with torch.no_grad():
            maps = tuple(self._maps(latent, noise, levels_up_to(size, self.resolutions)))
            picture = self._picture(latent, maps)
        return Recording(self, latent.detach(), tuple(noise), maps, picture)

    def _maps(self, latent: Tensor, noise: Sequence[Tensor], levels: int) -> Iterator[Tensor]:
        """What each styled convolution gives, ``(N, C, h, w)``, up to a level."""
        check_inputs(latent, noise, self.width, self.noise_shapes[: 2 * levels - 1])
        yield from self._grown(self._constant(latent), latent, noise, range(2 * levels - 1))

    def _constant(self, latent: Tensor) -> Tensor:
        """What the first layer begins with, ``(N, C, h, w)``."""
        dtype = self.constant.dtype
        if torch.is_autocast_enabled(latent.device.type):
            dtype = torch.get_autocast_dtype(latent.device.type)
        return self.constant.to(dtype).expand(latent.shape[0], -1, -1, -1)

    def _grown(
        self, maps: Tensor, latent: Tensor, noise: Sequence[Tensor], indices: range
    ) -> Iterator[Tensor]:
        """What some styled convolutions in a row give, from the maps before them."""
        for index in indices:
            maps = self.convs[index](maps, latent[:, index], noise[index])
            yield maps

    def _shared(self, count: int, index: int) -> bool:
        """Whether what a convolution gives of several pictures is small."""
        side = self.resolutions[(index + 1) // 2]
        height, width = self.noise_shapes[index]
        size = self.constant.element_size()
        return count * self.channels[side] * height * width * size <= CACHED

    def _picture(
        self, latent: Tensor, maps: Iterable[Tensor], first: int = 0, image: Tensor | None = None
    ) -> Tensor:
        """The skip image ``(N, 3, h, w)``, to which every level adds.

        ``first`` is the number of the convolution that gave the first of the maps, ``image`` what
        there is from the levels before it.
        """
        for index, one in enumerate(maps, first):
            if index % 2 == 0:  # the last of its level
                rgb = self.rgbs[index // 2](one, latent[:, index + 1])
                image = rgb if image is None else upsample(image) + rgb
        return torch.zeros(()) if image is None else image

    def forward(self, z: Tensor, noise: Sequence[Tensor] | None = None) -> Tensor:
        """Latents z ``(N, width)`` to pictures; fresh noise when none is given."""
        latent = self.map(z)[:, None].expand(-1, self.rows, -1)  # (N, rows, width)
        return self.synthesize(latent, self.random_noise() if noise is None else noise)

    def random_noise(
        self, generator: torch.Generator | None = None, *, count: int = 1
    ) -> list[Tensor]:
        """Standard normal noise maps ``(count, 1, h, w)``, drawn on the CPU for repeatability."""
        return [
            torch.randn(count, 1, *shape, generator=generator).to(self.constant)
            for shape in self.noise_shapes
        ]

    @torch.no_grad()
    def mean_latent(
        self, n: int = 10_000, generator: torch.Generator | None = None
    ) -> tuple[Tensor, float]:
        """The mean of ``n`` mapped latents ``(width,)`` and their scalar deviation.

        The deviation is ``sqrt(sum((w - mean)^2) / n)`` over samples and numbers alike, the
        ``latent_std`` of the StyleGAN2 projector and of LOHO. Does not change ``w_avg``.
        """
        z = torch.randn(n, self.width, generator=generator).to(self.constant)
        w = self.map(z)  # (n, width)
        mean = w.mean(0)
        return mean, float(((w - mean).square().sum() / n).sqrt())

    def truncate(self, latent: Tensor, psi: float = 0.7, cutoff: int | None = None) -> Tensor:
        """Pull w or W+ ``(..., width)`` towards ``w_avg`` by ``psi`` (1 leaves it as it is).

        ``cutoff`` limits it to the first rows of a W+ ``(N, rows, width)``.
        """
        pulled = torch.lerp(self.w_avg.to(latent).expand_as(latent), latent, psi)
        if cutoff is None:
            return pulled
        return torch.cat((pulled[:, :cutoff], latent[:, cutoff:]), 1)
