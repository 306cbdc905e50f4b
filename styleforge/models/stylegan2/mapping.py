"""The mapping network: z to w by fully connected layers (Karras et al. 2019, section 2)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import torch
from torch import nn
from torch.nn import functional

if TYPE_CHECKING:
    from torch import Tensor

SLOPE = 0.2  # of the leaky rectifier, everywhere in StyleGAN2
ROOT2 = math.sqrt(2.0)  # restores the variance that the rectifier takes away


def normalise(latent: Tensor) -> Tensor:
    """Divide every row by its root mean square ("pixel norm", epsilon 1e-8).

    Example:
        >>> normalise(torch.tensor([[3.0, 4.0]])).square().mean().round(decimals=3)
        tensor(1.)
    """
    return latent * torch.rsqrt(latent.square().mean(-1, keepdim=True) + 1e-8)


class EqualLinear(nn.Module):
    """A linear layer whose weights are stored at unit variance and scaled when used.

    The gain is ``rate / sqrt(inputs)`` on the weight and ``rate`` on the bias (equalized
    learning rate, Karras et al. 2018, section 4.1). Always computes in the weights' own
    precision: these layers are small and steer everything after them.

    Example:
        >>> EqualLinear(8, 4)(torch.zeros(2, 8)).shape
        torch.Size([2, 4])
    """

    def __init__(
        self, inputs: int, outputs: int, *, rate: float = 1.0, bias: float = 0.0, act: bool = False
    ) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outputs, inputs) / rate)
        self.bias = nn.Parameter(torch.full((outputs,), bias / rate))
        self.rate = rate
        self.act = act
        self.gain = rate / math.sqrt(inputs)

    def forward(self, rows: Tensor) -> Tensor:
        """``(N, inputs)`` to ``(N, outputs)``."""
        with torch.autocast(rows.device.type, enabled=False):
            rows = rows.to(self.weight.dtype)
            rows = functional.linear(rows, self.weight * self.gain, self.bias * self.rate)
            return functional.leaky_relu(rows, SLOPE) * ROOT2 if self.act else rows

    def back(self, cotangents: Tensor) -> Tensor:
        """The transpose of a layer without rectifier: ``(..., outputs)`` to ``(..., inputs)``."""
        return cotangents @ (self.weight * self.gain)


class Mapping(nn.Module):
    """``layers`` fully connected layers with learning-rate multiplier 0.01.

    Example:
        >>> Mapping(8, layers=2)(torch.randn(3, 8)).shape
        torch.Size([3, 8])
    """

    def __init__(self, width: int, layers: int = 8, rate: float = 0.01) -> None:
        super().__init__()
        self.layers = nn.ModuleList(
            EqualLinear(width, width, rate=rate, act=True) for _ in range(layers)
        )

    def forward(self, z: Tensor) -> Tensor:
        """``(N, width)`` to ``(N, width)``."""
        w = normalise(z)
        for layer in self.layers:
            w = layer(w)
        return w
