"""The way back through the synthesis, written out once for several cotangents.

Autograd pulls one cotangent back at a time, and a step with rules has several: LOHO's second stage
has three. They meet the same weights and the same maps, so here they go through every layer
together. Kept are the layers' maps and nothing else: what was before a rectifier follows from what
came after it, and the scales from the latent. Large maps of cotangents are never whole: their tiles
go through several layers, one tile after the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import torch

from styleforge.models.heap import hand_back
from styleforge.models.stylegan2.fir import upsample_back
from styleforge.models.stylegan2.layers import demodulation, energy_of
from styleforge.models.stylegan2.mapping import ROOT2, SLOPE
from styleforge.models.stylegan2.tiles import (
    Haloed,
    blank,
    heights,
    joined,
    large,
    numbered,
    slices,
)
from styleforge.models.stylegan2.transposed import as_pixels, dotted, transposed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from torch import Tensor

    from styleforge.models.stylegan2.generator import Generator
    from styleforge.models.stylegan2.layers import StyledConv, ToRGB


_TINY = 1e-12  # stands for a style of 0, beside the largest one


@dataclass(frozen=True)
class Recording:
    """A picture and what the way back from it needs.

    Attributes:
        generator: that drew it.
        latent: W+ ``(N, rows, width)``.
        noise: noise maps ``(1 or N, 1, h, w)``.
        maps: what every styled convolution gave, ``(N, C, h, w)``.
        picture: ``(N, 3, H, W)``.

    Example:
        >>> from styleforge.models.stylegan2 import Generator
        >>> small = Generator(16, width=8, mapping_layers=2, channels={4: 8, 8: 8, 16: 4})
        >>> small = small.requires_grad_(False)
        >>> recording = small.record(torch.zeros(1, 6, 8), small.random_noise())
        >>> latent, noise = recording.pull_back(torch.ones(3, 1, 3, 16, 16), (0, 2))
        >>> latent.shape, noise[-1].shape
        (torch.Size([3, 1, 6, 8]), torch.Size([2, 1, 1, 16, 16]))
    """

    generator: Generator
    latent: Tensor
    noise: tuple[Tensor, ...]
    maps: tuple[Tensor, ...]
    picture: Tensor

    @torch.no_grad()
    def pull_back(
        self, cotangents: Tensor, of_noise: Sequence[int] = ()
    ) -> tuple[Tensor, tuple[Tensor, ...]]:
        """Gradients of the latent and the noise maps for each cotangent of the picture.

        Args:
            cotangents: ``(K, N, 3, H, W)``.
            of_noise: the cotangents whose gradients of the noise maps are wanted.

        Returns:
            ``(K, N, rows, width)``, and for each noise map ``(len(of_noise), 1 or N, 1, h, w)``.
        """
        latent = self.latent.new_zeros(len(cotangents), *self.latent.shape)
        noise = tuple(one.new_zeros(len(of_noise), *one.shape) for one in self.noise)
        if large(self.maps[-1].shape, self.maps[-1]):
            hand_back()
        _Back(self, latent, noise, of_noise).down(cotangents.flatten(0, 1))
        return latent, noise


class _Back:
    """Gradients as they come together, from the last layer to the first.

    Layers take and give cotangents of their maps as tiles ``(K N, C, r, w)`` from above, which they
    overwrite; a small map is one tile. What a layer sums over its tiles is whole when they are
    through, and then so is what the layers before it left here.
    """

    def __init__(
        self,
        recording: Recording,
        latent: Tensor,
        noise: Sequence[Tensor],
        of_noise: Sequence[int],
    ) -> None:
        self.recording = recording
        self.latent = latent  # (K, N, rows, width), written to
        self.noise = noise  # (M, 1 or N, 1, h, w) each, written to
        self.of_noise = of_noise  # M of the K cotangents
        self.count = len(latent)
        self.along: Tensor = latent.new_zeros(())  # sums of a map's cotangents along it, (K, N, C)

    def down(self, image: Tensor) -> None:
        """Through all levels, from the last to the first, from ``(K N, 3, H, W)``."""
        image = image.contiguous(memory_format=torch.channels_last)
        maps = self.recording.maps
        lines = heights(maps[-1].shape, maps[-1])  # rows of each tile
        tiles: Iterator[Tensor | None] = iter([None] * len(lines))
        for level in reversed(range((len(maps) + 1) // 2)):
            have = maps[2 * level]
            through = self._run(have, self.rgb(level, image, tiles, lines))
            through = self._run(have, self.conv(2 * level, through, [[one] for one in lines]))
            if level:
                groups = joined([one // 2 for one in lines])
                if not large(maps[2 * level - 2].shape, have):
                    groups = [[one for group in groups for one in group]]
                through = self._run(have, self.conv(2 * level - 1, through, groups))
                lines = [sum(group) for group in groups]
                image = upsample_back(image)
            tiles = through
        for _ in tiles:  # which the last level left to be asked for
            pass

    @staticmethod
    def _run(have: Tensor, tiles: Iterator[Tensor]) -> Iterator[Tensor]:
        """The tiles as they are asked for; those of small maps at once, not to keep them all."""
        return tiles if large(have.shape, have) else iter([*tiles])

    def rgb(
        self, level: int, image: Tensor, tiles: Iterable[Tensor | None], lines: Sequence[int]
    ) -> Iterator[Tensor]:
        """Through a ToRGB: adds the cotangents of the skip image ``(K N, 3, h, w)``.

        A tile is None where nothing else looks at the map; ``lines`` are their rows.
        """
        layer = cast("ToRGB", self.recording.generator.rgbs[level])
        have = self.recording.maps[2 * level]  # (N, C, h, w)
        row = 2 * level + 1
        style = layer.affine(self.recording.latent[:, row]) * layer.gain  # (N, C)
        weight = layer.weight[:, :, 0, 0]  # (3, C)
        scaled = (weight * style[:, None]).to(have.dtype).repeat(self.count, 1, 1)  # (K N, 3, C)
        cross = style.new_zeros(len(have), self.count * 3, have.shape[1])  # (N, K 3, C)
        for tile, rows in zip(tiles, slices(lines), strict=True):
            cotangents = as_pixels(image[:, :, rows]).to(have.dtype)  # (K N, P, 3)
            by_sample = self._split(cotangents).permute(1, 0, 3, 2).flatten(1, 2)  # (N, K 3, P)
            cross += by_sample @ as_pixels(have[:, :, rows])
            if tile is None:
                own = torch.bmm(cotangents, scaled)  # (K N, P, C)
                shape = (len(own), rows.stop - rows.start, *have.shape[3:], have.shape[1])
                yield own.view(shape).permute(0, 3, 1, 2)
            else:
                as_pixels(tile).baddbmm_(cotangents, scaled)
                yield tile
        by_cotangent = cross.reshape(len(have), self.count, 3, -1).transpose(0, 1)  # (K, N, 3, C)
        of_style = (by_cotangent * weight).sum(2)  # (K, N, C)
        self.latent[:, :, row] += layer.affine.back(of_style * layer.gain)
        self.along = self.along + of_style * style

    def conv(
        self, at: int, tiles: Iterable[Tensor], groups: Iterable[Sequence[int]]
    ) -> Iterator[Tensor]:
        """Through a styled convolution, from its output to its input.

        Tiles of the input are joined in groups, of which the rows of each tile are given.
        """
        layer = cast("StyledConv", self.recording.generator.convs[at])
        have = self.recording.maps[at]  # (N, O, H, W)
        before = self.recording.maps[at - 1] if at else self.recording.generator.constant
        style = layer.affine(self.recording.latent[:, at]) * layer.gain  # (N, I)
        energy = energy_of(layer.weight)  # (O, I)
        factors = demodulation(energy, style)  # (N, O)
        sums = style.new_zeros(self.count, len(have), 2, have.shape[1])  # (K, N, 2, O)
        of_maps = style.new_zeros(self.count, *style.shape)  # (K, N, I)
        tiles = self._rectified(at, layer, tiles, sums)
        weight: Tensor = layer.weight
        folded = len(have) == 1  # a pass over the weight is less than one over the maps
        scale = style
        if folded:
            least = _TINY * style.abs().amax().clamp_min(_TINY)
            scale = torch.where(style == 0, least, style)  # which is divided by below
            both = (factors * ROOT2).mT * scale  # (O, I)
            if layer.up:  # in the order of the weight's memory, which is turned round
                both = both.t().contiguous().t()
            weight = weight * both[..., None, None]  # (O, I, 3, 3)
        else:
            tiles = self._scaled(tiles, factors * ROOT2)
        through = transposed(layer, weight.to(have.dtype), split=large(have.shape, have))
        found = numbered(map(through, tiles))  # (K N, I, r, w)
        for group in groups:
            room: Tensor | None = None
            for place in slices(group):
                tile, rows = next(found)
                back = self._split(tile)  # (K, N, I, r, w)
                of_maps += dotted(back, before[:, :, rows]).to(style.dtype)
                if room is None:
                    room = tile if len(group) == 1 else blank(tile, sum(group))
                if not folded:
                    back.mul_(style.to(back.dtype)[:, :, None, None])
                if room is not tile:
                    room[:, :, place] = tile
            assert room is not None  # a group has tiles
            yield room
        assert next(found, None) is None  # so what gives tiles comes to its end
        if folded:
            of_maps = of_maps / scale
        # Gradients of the demodulation: sums of cotangents times what the factor scaled, which is
        # all that went into the rectifier, less bias and noise.
        of_factors = (self.along - ROOT2 * (layer.bias * sums[:, :, 0] + sums[:, :, 1])) / factors
        of_style = of_maps - style * ((of_factors * factors**3) @ energy)
        self.latent[:, :, at] += layer.affine.back(of_style * layer.gain)
        self.along = of_maps * style

    def _rectified(
        self, at: int, layer: StyledConv, tiles: Iterable[Tensor], sums: Tensor
    ) -> Iterator[Tensor]:
        """Back through the rectifier; its gain of sqrt(2) stands in the factors, as on the way
        there. Adds to the sums with ones and with the noise, and finds the gradients of noise maps.

        Tiles of large maps get the rows of their neighbours that the convolution looks at.
        """
        have, noise = self.recording.maps[at], self.recording.noise[at]
        kinds = [torch.ones_like(noise), noise * layer.noise_strength]
        by = torch.cat(kinds, 1).to(have.dtype)  # (1 or N, 2, H, W)
        by = by.expand(self.count, len(have), -1, -1, -1).flatten(0, 1)  # (K N, 2, H, W)
        split = large(have.shape, have)
        haloed = Haloed(2 if layer.up else 1)
        for tile, rows in numbered(tiles):
            given = self._split(tile)  # (K, N, O, r, w)
            made = haloed.room(tile) if split else tile
            back = self._split(made)
            torch.ops.aten.leaky_relu_backward.grad_input(
                given, have[:, :, rows].expand_as(given), SLOPE, True, grad_input=back
            )
            sums += self._split(torch.bmm(by[:, :, rows].flatten(2), as_pixels(made)))
            for target, index in enumerate(self.of_noise):
                found = back[index].sum(1, keepdim=True).to(noise.dtype)  # (N, 1, r, w)
                found = found.sum(0, keepdim=True) if len(noise) == 1 else found
                self.noise[at][target][:, :, rows] = found * (layer.noise_strength * ROOT2)
            if split:
                yield from haloed.filled()
            else:
                yield tile
        yield from haloed.last()

    def _scaled(self, tiles: Iterable[Tensor], factors: Tensor) -> Iterator[Tensor]:
        """Tiles whose channels are scaled by factors ``(N, C)``."""
        for tile in tiles:
            self._split(tile).mul_(factors.to(tile.dtype)[:, :, None, None])
            yield tile

    def _split(self, maps: Tensor) -> Tensor:
        """``(K N, ...)`` as ``(K, N, ...)``, in the same memory."""
        return maps.view(self.count, -1, *maps.shape[1:])
