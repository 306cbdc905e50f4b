"""The way back through the synthesis, written out once for several cotangents.

Autograd pulls one cotangent back at a time, and a step with rules has several: LOHO's second stage
has three. They meet the same weights and the same maps, so here they go through every layer
together. Kept are the layers' maps and nothing else: what was before a rectifier follows from what
came after it, and the scales from the latent.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import torch
from torch.nn import functional

from styleforge.models.heap import hand_back
from styleforge.models.stylegan2.fir import blur_back, upsample_back
from styleforge.models.stylegan2.layers import demodulation
from styleforge.models.stylegan2.mapping import ROOT2, SLOPE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor

    from styleforge.models.stylegan2.generator import Generator
    from styleforge.models.stylegan2.layers import StyledConv, ToRGB

_TOGETHER = 2**23  # numbers in a level's maps; cotangents of more go through one at a time


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
        levels = (len(self.maps) + 1) // 2
        alone = sum(one[0].numel() <= _TOGETHER for one in self.maps[::2])  # levels below that
        if alone < levels:
            hand_back()
        parts = []
        for index, image in enumerate(cotangents):  # (N, 3, H, W)
            heard = [of_noise.index(index)] if index in of_noise else []
            maps = tuple(one[heard[0] : heard[0] + 1] if heard else one[:0] for one in noise)
            back = _Back(self, latent[index : index + 1], maps, [0] * len(heard))
            parts.append(back.down(range(alone, levels), _Through(image)))
        back = _Back(self, latent, noise, list(of_noise))
        back.down(range(alone), _joined(parts))
        return latent, noise


@dataclass(frozen=True)
class _Through:
    """What has come back so far."""

    image: Tensor  # cotangents of the skip image, (K N, 3, h, w)
    maps: Tensor | None = None  # of a layer's maps, (K N, C, h, w)
    along: Tensor | None = None  # the sums of these along the maps, (K, N, C)


def _joined(parts: list[_Through]) -> _Through:
    """Several of one cotangent each as one."""
    image = torch.cat([one.image for one in parts])
    maps = [one.maps for one in parts if one.maps is not None]
    along = [one.along for one in parts if one.along is not None]
    if not maps:
        return _Through(image)
    parts.clear()  # the parts are not kept beside the whole
    return _Through(image, torch.cat(maps), torch.cat(along))


class _Back:
    """Gradients as they come together, from the last layer to the first."""

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

    def down(self, levels: range, through: _Through) -> _Through:
        """Through these levels, from the last to the first."""
        image = through.image.contiguous(memory_format=torch.channels_last)
        maps, along = through.maps, through.along
        for level in reversed(levels):
            maps, along = self.rgb(level, image, maps, along)
            maps, along = self.conv(2 * level, maps, along)
            if level:
                maps, along = self.conv(2 * level - 1, maps, along)
                image = upsample_back(image)
        return _Through(image, maps, along)

    def rgb(
        self, level: int, image: Tensor, maps: Tensor | None, along: Tensor | None
    ) -> tuple[Tensor, Tensor]:
        """Through a ToRGB, to the cotangents of its maps and their sums along these."""
        layer = cast("ToRGB", self.recording.generator.rgbs[level])
        have = self.recording.maps[2 * level]  # (N, C, h, w)
        row = 2 * level + 1
        style = layer.affine(self.recording.latent[:, row]) * layer.gain  # (N, C)
        weight = layer.weight[:, :, 0, 0]  # (3, C)
        cotangents = _rows(image).to(have.dtype)  # (K N, P, 3)
        by_sample = self._split(cotangents).permute(1, 0, 3, 2).flatten(1, 2)  # (N, K 3, P)
        cross = by_sample @ _rows(have)  # (N, K 3, C)
        cross = cross.reshape(have.shape[0], self.count, 3, -1).transpose(0, 1)  # (K, N, 3, C)
        of_style = (cross.to(style.dtype) * weight).sum(2)  # (K, N, C)
        self.latent[:, :, row] += layer.affine.back(of_style * layer.gain)
        scaled = (weight * style[:, None]).to(have.dtype).repeat(self.count, 1, 1)  # (K N, 3, C)
        if maps is None or along is None:  # the last level
            found = torch.bmm(cotangents, scaled)  # (K N, P, C)
            found = found.reshape(-1, *have.shape[2:], have.shape[1]).permute(0, 3, 1, 2)
            return found, of_style * style
        _rows(maps).baddbmm_(cotangents, scaled)
        return maps, along + of_style * style

    def conv(self, at: int, maps: Tensor, along: Tensor) -> tuple[Tensor, Tensor]:
        """Through a styled convolution, from its output to its input; overwrites what it takes."""
        layer = cast("StyledConv", self.recording.generator.convs[at])
        have = self.recording.maps[at]  # (N, O, H, W)
        before = self.recording.maps[at - 1] if at else self.recording.generator.constant
        style = layer.affine(self.recording.latent[:, at]) * layer.gain  # (N, I)
        factors = demodulation(layer.weight, style)  # (N, O)
        # The rectifier; its gain of sqrt(2) stands in the factors, as on the way there.
        rectified = self._split(maps)  # (K, N, O, H, W)
        torch.ops.aten.leaky_relu_backward.grad_input(
            rectified, have.expand_as(rectified), SLOPE, True, grad_input=rectified
        )
        of_factors = self._of_factors(layer, at, maps, along, factors)  # (K, N, O)
        if layer.up:
            maps = blur_back(maps, layer.kernel)  # (K N, O, 2 h + 1, 2 w + 1)
        back = self._split(self._convolution_back(layer, maps, factors * ROOT2))  # (K, N, I, h, w)
        of_maps = (back * before.to(back.dtype)).sum((3, 4)).to(style.dtype)  # (K, N, I)
        energy = layer.weight.square().sum((2, 3))  # (O, I)
        of_style = of_maps - style * ((of_factors * factors**3) @ energy)
        self.latent[:, :, at] += layer.affine.back(of_style * layer.gain)
        back.mul_(style.to(back.dtype)[:, :, None, None])
        return back.flatten(0, 1), of_maps * style

    def _of_factors(
        self, layer: StyledConv, at: int, maps: Tensor, along: Tensor, factors: Tensor
    ) -> Tensor:
        """Gradients ``(K, N, O)`` of the demodulation, and those of the noise map.

        The sum of cotangents times what the factor scaled: of all that went into the rectifier,
        less bias and noise.
        """
        noise = self.recording.noise[at]
        rows = _rows(maps)  # (K N, P, O)
        kinds = [torch.ones_like(noise), noise * layer.noise_strength]
        by = torch.cat(kinds, 1).flatten(2).to(rows.dtype)  # (1 or N, 2, P)
        by = by.expand(maps.shape[0] // self.count, -1, -1).repeat(self.count, 1, 1)
        sums = self._split(torch.bmm(by, rows)).to(factors.dtype)  # (K, N, 2, O)
        by_cotangent = self._split(maps)  # (K, N, O, h, w)
        for target, index in enumerate(self.of_noise):
            found = by_cotangent[index].sum(1, keepdim=True).to(noise.dtype)  # (N, 1, h, w)
            found = found.sum(0, keepdim=True) if len(noise) == 1 else found
            self.noise[at][target] = found * (layer.noise_strength * ROOT2)
        return (along - ROOT2 * (layer.bias * sums[:, :, 0] + sums[:, :, 1])) / factors

    def _convolution_back(self, layer: StyledConv, maps: Tensor, factors: Tensor) -> Tensor:
        """The transposed convolution of ``(K N, O, H, W)`` scaled by ``factors`` ``(N, O)``."""
        weight: Tensor = layer.weight
        if factors.shape[0] == 1:  # a pass over the weight is less than one over the maps
            weight = weight * factors[0, :, None, None, None]
        else:
            self._split(maps).mul_(factors.to(maps.dtype)[:, :, None, None])
        weight = weight.to(maps.dtype).transpose(0, 1)  # (I, O, 3, 3)
        if layer.up:
            return functional.conv2d(maps, weight, stride=2)
        flipped = weight.flip((2, 3)).contiguous(memory_format=torch.channels_last)
        return functional.conv2d(maps, flipped, padding=1)

    def _split(self, maps: Tensor) -> Tensor:
        """``(K N, ...)`` as ``(K, N, ...)``, in the same memory."""
        return maps.view(self.count, -1, *maps.shape[1:])


def _rows(maps: Tensor) -> Tensor:
    """``(N, C, h, w)`` in channels-last layout as ``(N, h w, C)``, in the same memory."""
    return maps.permute(0, 2, 3, 1).flatten(1, 2)
