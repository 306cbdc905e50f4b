"""A mapper with longer steps, exactly, by scaling its last layer.

Many answers fit a description, and a network that is trained on one of them each time learns their
mean, which is a cautious step. `styleforge train --gain` multiplies the trained step.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

import torch
from torch import nn

if TYPE_CHECKING:
    from styleforge.mapper.network import Mapper, Modulation


@torch.no_grad()
def amplified(mapper: Mapper, gain: float) -> Mapper:
    """A copy whose steps under a condition are ``gain`` times as long; ``gain`` is above 0.

    The last module is ``act(x (1 + gamma) + beta)`` with a rectifier, which commutes with positive
    factors: gamma becomes ``gain (1 + gamma) - 1``, beta ``gain beta``. Steps without a condition
    stay as they are.
    """
    made = copy.deepcopy(mapper)
    for part in made.parts.values():
        last: Modulation = part.layers[-1]  # type: ignore[assignment, index]
        gamma, beta = last.gamma[-1], last.beta[-1]
        assert isinstance(gamma, nn.Linear)
        assert isinstance(beta, nn.Linear)
        for layer in (gamma, beta):
            layer.weight.mul_(gain)
            layer.bias.mul_(gain)
        gamma.bias.add_(gain - 1)
    return made
