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

if TYPE_CHECKING:
    from torch import Tensor


def demodulation(weight: Tensor, style: Tensor) -> Tensor:
    """Factors ``(N, O)`` that give every output channel unit variance (equation 3).

    Args:
        weight: the shared weight ``(O, I, k, k)``.
        style: the input channels' factors ``(N, I)``, the weight's gain included.

    Example:
        >>> demodulation(torch.ones(2, 4, 1, 1), torch.ones(1, 4))
        tensor([[0.5000, 0.5000]])
    """
    with torch.autocast(style.device.type, enabled=False):
        energy = weight.square().sum((2, 3))  # (O, I)
        return torch.rsqrt(style.square() @ energy.t() + 1e-8)


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

    def forward(self, maps: Tensor, w: Tensor, noise: Tensor) -> Tensor:
        """Maps ``(N, I, h, w)``, rows ``(N, width)`` and noise ``(1 or N, 1, H, W)``."""
        # The weight's gain goes with the style: scaling the weight itself costs a pass over it.
        style = self.affine(w) * self.gain  # (N, I)
        factors = demodulation(self.weight, style)  # (N, O)
        maps = convolved(maps, as_map(style, maps), self.weight, up=self.up)
        if self.up:
            maps = blur(maps, self.kernel)  # from (N, O, 2 h + 1, 2 w + 1) to (N, O, 2 h, 2 w)
        # The rectifier commutes with positive factors, so its gain goes into the small tensors.
        maps = torch.addcmul(
            as_map(self.bias[None] * ROOT2, maps), maps, as_map(factors * ROOT2, maps)
        )
        maps = maps + (self.noise_strength * ROOT2 * noise).to(maps.dtype)
        # In place: the sum before it is kept by nobody.
        return clamped(functional.leaky_relu(maps, SLOPE, inplace=True), self.clamp)


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
        style = self.affine(w) * self.gain
        rgb = convolved(maps, as_map(style, maps), self.weight)  # (N, 3, H, W)
        # The skip image adds up over all resolutions: keep it in the weights' precision.
        return clamped(rgb.to(self.bias.dtype) + self.bias[:, None, None], self.clamp)
