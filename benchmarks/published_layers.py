"""StyleGAN2's layers as the released codes write them: weights are modulated, one set a sample.

Written from the paper's equations 1 to 3 (Karras et al. 2020) on the weights of our generator, to
compare with: the same pictures, and a gradient as large as every modulated weight. Filters are as
rosinality's code has them on a processor (`upfirdn2d_native`): a convolution of one channel, of as
many pictures as there are channels, after zeros were put between the samples. On request they are
one depthwise convolution, as ours.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from styleforge.models.stylegan2 import Generator
from styleforge.models.stylegan2.fir import blur, fir_kernel, upsample
from styleforge.models.stylegan2.layers import StyledConv, ToRGB
from styleforge.models.stylegan2.mapping import ROOT2, SLOPE


class PublishedGenerator(nn.Module):
    """Draws what our generator of the same weights draws; only pictures of one latent."""

    def __init__(self, generator: Generator, *, depthwise: bool = False) -> None:
        super().__init__()
        self.filtered = _depthwise if depthwise else _filtered
        self.inner = generator.to(memory_format=torch.contiguous_format)
        self.rows, self.width = generator.rows, generator.width
        self.size, self.noise_shapes = generator.size, generator.noise_shapes

    def synthesize(self, latent: Tensor, noise: Sequence[Tensor]) -> Tensor:
        """W+ ``(1, rows, width)`` and noise maps to ``(1, 3, H, W)``."""
        maps: Tensor = self.inner.constant
        image = torch.zeros(())
        for index, module in enumerate(self.inner.convs):
            layer = cast("StyledConv", module)
            maps = _styled(layer, maps, latent[:, index], noise[index], self.filtered)
            if index % 2 == 0:
                rgb = _to_rgb(
                    cast("ToRGB", self.inner.rgbs[index // 2]), maps, latent[:, index + 1]
                )
                image = self.filtered(image, up=2, before=2) + rgb if index else rgb
        return image


def _styled(
    layer: StyledConv, maps: Tensor, w: Tensor, noise: Tensor, filtered: Callable[..., Tensor]
) -> Tensor:
    style = layer.affine(w)[0]  # (I,)
    weight = layer.weight * layer.gain * style[None, :, None, None]  # (O, I, 3, 3)
    weight = weight * torch.rsqrt(weight.square().sum((1, 2, 3), keepdim=True) + 1e-8)
    if layer.up:
        maps = functional.conv_transpose2d(maps, weight.transpose(0, 1), stride=2)
        maps = filtered(maps, before=1)
    else:
        maps = functional.conv2d(maps, weight, padding=1)
    maps = maps + layer.noise_strength * noise + layer.bias[:, None, None]
    return functional.leaky_relu(maps, SLOPE) * ROOT2


def _filtered(maps: Tensor, *, before: int, up: int = 1) -> Tensor:
    """Maps ``(1, C, h, w)`` with zeros between their samples, filtered with gain 4.

    One zero comes after the last sample, and ``before`` zeros before the first.
    """
    _, channels, height, width = maps.shape
    one = maps.reshape(channels, height, 1, width, 1)
    one = functional.pad(one, (0, up - 1, 0, 0, 0, up - 1))
    one = one.view(channels, 1, height * up, width * up)
    one = functional.pad(one, (before, 1, before, 1))
    found = functional.conv2d(one, fir_kernel(gain=4.0).to(maps)[None, None])
    return found.view(1, channels, *found.shape[2:])


def _depthwise(maps: Tensor, *, before: int, up: int = 1) -> Tensor:
    """As `_filtered`."""
    return upsample(maps) if up == 2 else blur(maps, fir_kernel(gain=4.0), before)


def _to_rgb(layer: ToRGB, maps: Tensor, w: Tensor) -> Tensor:
    weight = layer.weight * (layer.affine(w)[0] * layer.gain)[None, :, None, None]  # (3, I, 1, 1)
    return functional.conv2d(maps, weight) + layer.bias[:, None, None]
