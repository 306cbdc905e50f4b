"""Modulated convolutions (Karras et al. 2020, section 2.2), without per-sample weights.

Scaling the input channels, convolving with the shared weight and scaling the output channels
is the same map as convolving with modulated and demodulated weights (their equations 1 to 3).
It needs one ordinary convolution for the whole batch, which is what CPUs and GPUs are best at.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import torch
from torch import nn
from torch.nn import functional

from styleforge.models.stylegan2.fir import blur, fir_kernel
from styleforge.models.stylegan2.frozen import convolved
from styleforge.models.stylegan2.mapping import ROOT2, SLOPE, EqualLinear
from styleforge.models.stylegan2.tiles import heights, large, numbered, windows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Self

    from torch import Tensor


def each_alone(work: Callable[[Tensor], Tensor], rows: Tensor) -> Tensor:
    """What small work makes of rows ``(N, ...)``, of each on its own where a processor draws.

    A product of matrices rounds a row otherwise beside others, and half precision multiplies that:
    a picture would depend on those that are drawn with it. Graphs of autograd and accelerators
    take all rows at once.

    Example:
        >>> each_alone(lambda one: one + len(one), torch.zeros(2, 1))
        tensor([[2.],
                [2.]])
        >>> with torch.no_grad():
        ...     each_alone(lambda one: one + len(one), torch.zeros(2, 1))
        tensor([[1.],
                [1.]])
    """
    if len(rows) == 1 or rows.device.type != "cpu" or torch.is_grad_enabled():
        return work(rows)
    return torch.cat([work(one) for one in torch.split(rows, 1)])


def energy_of(weight: Tensor) -> Tensor:
    """The energy ``(O, I)`` of a weight ``(O, I, k, k)``: the sum of its squares over the kernel.

    Example:
        >>> energy_of(torch.ones(1, 2, 3, 3))
        tensor([[9., 9.]])
    """
    if _channels_last(weight.transpose(0, 1)):  # in the order of its memory
        return weight.transpose(0, 1).square().sum((2, 3)).t()
    return weight.square().sum((2, 3))


def _channels_last(maps: Tensor) -> bool:
    return maps.is_contiguous(memory_format=torch.channels_last)


def demodulation(energy: Tensor, style: Tensor) -> Tensor:
    """Factors ``(N, O)`` that give every output channel unit variance (equation 3).

    Args:
        energy: of the shared weight, ``(O, I)``.
        style: the input channels' factors ``(N, I)``, the weight's gain included.

    Example:
        >>> demodulation(torch.ones(2, 4), torch.ones(1, 4))
        tensor([[0.5000, 0.5000]])
    """
    with torch.autocast(style.device.type, enabled=False):
        return torch.rsqrt(each_alone(lambda one: one @ energy.t(), style.square()) + 1e-8)


def as_map(factors: Tensor, like: Tensor) -> Tensor:
    """``(N, C)`` to ``(N, C, 1, 1)`` in the precision of ``like``: it must not promote maps.

    Example:
        >>> as_map(torch.ones(1, 4), torch.zeros(1, 4, 8, 8)).shape
        torch.Size([1, 4, 1, 1])
    """
    return factors.to(like.dtype)[:, :, None, None]


def clamped(maps: Tensor, most: float | None) -> Tensor:
    """Maps held within ``-most`` and ``most``, as NVIDIA's ``conv_clamp`` holds them.

    Example:
        >>> clamped(torch.tensor([3.0, -9.0]), 4.0), clamped(torch.tensor([9.0]), None)
        (tensor([ 3., -4.]), tensor([9.]))
    """
    return maps if most is None else maps.clamp(-most, most)


class StyledConv(nn.Module):
    """Modulated 3x3 convolution, noise, bias, leaky rectifier; doubles the size with ``up``.

    Channels last, a weight that doubles the size has its outputs last in memory, not its inputs:
    both ways through it take it turned round, and turning it costs more than some convolutions.

    Example:
        >>> layer = StyledConv(4, 6, width=8, up=True)
        >>> layer(torch.zeros(1, 4, 8, 8), torch.zeros(1, 8), torch.zeros(1, 1, 16, 16)).shape
        torch.Size([1, 6, 16, 16])
    """

    kernel: Tensor

    def __init__(
        self, inputs: int, outputs: int, width: int, *, up: bool = False, clamp: float | None = None
    ) -> None:
        super().__init__()
        self.clamp = clamp
        self.affine = EqualLinear(width, inputs, bias=1.0)
        self.weight = nn.Parameter(torch.randn(outputs, inputs, 3, 3))
        self.noise_strength = nn.Parameter(torch.zeros(()))
        self.bias = nn.Parameter(torch.zeros(outputs))
        self.gain = 1 / math.sqrt(inputs * 9)
        self.up = up
        self.register_buffer("kernel", fir_kernel(gain=4.0), persistent=False)

    def _apply(self, fn: Callable[[Tensor], Tensor], recurse: bool = True) -> Self:
        """As every module for ``to``, and looks after the weight's layout."""
        turned = self.up and _channels_last(self.weight.transpose(0, 1))
        if turned:  # so that a layout that is asked for is seen not to be this one
            self.weight.data = self.weight.data.transpose(0, 1)  # (I, O, 3, 3)
        try:
            super()._apply(fn, recurse)  # type: ignore[no-untyped-call]
        finally:
            if turned:
                self.weight.data = self.weight.data.transpose(0, 1)  # (O, I, 3, 3)
        weight = self.weight.data
        if turned and not _channels_last(weight.transpose(0, 1)):
            self.weight.data = weight.contiguous()
        elif self.up and not turned and _channels_last(weight):
            other = weight.transpose(0, 1).contiguous(memory_format=torch.channels_last)
            self.weight.data = other.transpose(0, 1)
        return self

    def forward(self, maps: Tensor, w: Tensor, noise: Tensor) -> Tensor:
        """Maps ``(N, I, h, w)``, rows ``(N, width)`` and noise ``(1 or N, 1, H, W)``."""
        # The weight's gain goes with the style: scaling the weight itself costs a pass over it.
        style = each_alone(self.affine, w) * self.gain  # (N, I)
        factors = demodulation(energy_of(self.weight), style)  # (N, O)
        if large((1, len(self.weight), *noise.shape[2:]), maps) and not torch.is_grad_enabled():
            return self._in_tiles(maps, style, factors * ROOT2, noise)
        maps = convolved(maps, as_map(style, maps), self.weight, up=self.up)
        if self.up:
            maps = blur(maps, self.kernel)  # from (N, O, 2 h + 1, 2 w + 1) to (N, O, 2 h, 2 w)
        # The rectifier commutes with positive factors, so its gain goes into the small tensors.
        maps = torch.addcmul(
            as_map(self.bias[None] * ROOT2, maps), maps, as_map(factors * ROOT2, maps)
        )
        maps = maps + self._heard(noise).to(maps.dtype)
        # In place: the sum before it is kept by nobody.
        return clamped(functional.leaky_relu(maps, SLOPE, inplace=True), self.clamp)

    def _heard(self, noise: Tensor) -> Tensor:
        """What a noise map adds before the rectifier."""
        return self.noise_strength * ROOT2 * noise

    def _in_tiles(self, maps: Tensor, style: Tensor, factors: Tensor, noise: Tensor) -> Tensor:
        """`forward` of one picture after the other; the factors have the rectifier's gain."""
        shape = (1, len(self.weight), *noise.shape[2:])  # (1, O, H, W)
        made = maps.new_empty((len(maps), *shape[2:], shape[1])).permute(0, 3, 1, 2)
        heard = self._heard(noise).to(maps.dtype).expand(len(maps), -1, -1, -1)  # (N, 1, H, W)
        bias = (self.bias * ROOT2).to(maps.dtype)
        lines = [one // 2 if self.up else one for one in heights(shape, maps)]
        for index, out in enumerate(torch.split(made, 1)):  # (1, O, H, W)
            # A pass over the weight is less than one over the maps.
            weight = self.weight * style[index][:, None, None] * factors[index][:, None, None, None]
            tiles = windows(maps[index : index + 1], lines)  # (1, I, h + 2, w)
            for tile, rows in numbered(self._convolved(tiles, weight.to(maps.dtype), bias)):
                tile.add_(heard[index, :, rows])  # (1, O, r, W)
                torch.ops.aten.leaky_relu.out(tile, SLOPE, out=out[:, :, rows])
                if self.clamp is not None:
                    out[:, :, rows].clamp_(-self.clamp, self.clamp)
        return made

    def _convolved(self, tiles: Iterable[Tensor], weight: Tensor, bias: Tensor) -> Iterator[Tensor]:
        """Tiles ``(1, I, h + 2, w)``, rows of their neighbours included, to ``(1, O, r, W)``."""
        if not self.up:
            for tile in tiles:
                yield functional.conv2d(tile, weight, bias, padding=(0, 1))
            return
        # Turned round, at most once for all tiles: (I, O, 3, 3)
        weight = weight.transpose(0, 1).contiguous(memory_format=torch.channels_last)
        kernel = self.kernel.to(weight.dtype).expand(len(bias), 1, 4, 4)
        for tile in tiles:
            wide = functional.conv_transpose2d(tile, weight, stride=2)
            # Its first and last row miss what lies beyond: (1, O, 2 h + 3, 2 w + 1) are left.
            wide = wide[:, :, 1:-1]
            yield functional.conv2d(wide, kernel, bias, padding=(0, 1), groups=len(bias))


class ToRGB(nn.Module):
    """Modulated 1x1 convolution to three channels, without demodulation.

    Example:
        >>> ToRGB(4, width=8)(torch.zeros(1, 4, 8, 8), torch.zeros(1, 8)).shape
        torch.Size([1, 3, 8, 8])
    """

    def __init__(self, inputs: int, width: int, *, clamp: float | None = None) -> None:
        super().__init__()
        self.clamp = clamp
        self.affine = EqualLinear(width, inputs, bias=1.0)
        self.weight = nn.Parameter(torch.randn(3, inputs, 1, 1))
        self.bias = nn.Parameter(torch.zeros(3))
        self.gain = 1 / math.sqrt(inputs)

    def forward(self, maps: Tensor, w: Tensor) -> Tensor:
        """Maps ``(N, I, H, W)`` and rows ``(N, width)`` to ``(N, 3, H, W)``."""
        style = each_alone(self.affine, w) * self.gain
        if large(maps.shape, maps) and not torch.is_grad_enabled():
            each = zip(
                torch.split(maps, 1),
                (self.weight * style[:, None, :, None, None]).to(maps.dtype),
                strict=True,
            )
            rgb = torch.cat([functional.conv2d(one, weight) for one, weight in each])
        else:
            rgb = convolved(maps, as_map(style, maps), self.weight)  # (N, 3, H, W)
        # The skip image adds up over all resolutions: keep it in the weights' precision.
        return clamped(rgb.to(self.bias.dtype) + self.bias[:, None, None], self.clamp)
