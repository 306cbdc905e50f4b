"""Adam's moments and its step.

The step is torch's own function. The class around it, `torch.optim.Adam`, imports torch's compiler
when the first one is made: 2 to 5 seconds of CPU time, more than ten steps on a small generator.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.optim.adam import adam

BETAS = (0.9, 0.999)
EPSILON = 1e-8


@dataclass(frozen=True)
class Moments:
    """What Adam knows of a tensor: its steps so far, and the means of gradients and their squares.

    Example:
        >>> Moments.of(torch.zeros(1, 8, 8)).step
        tensor(0.)
    """

    step: Tensor
    exp_avg: Tensor
    exp_avg_sq: Tensor

    @classmethod
    def of(cls, tensor: Tensor) -> Moments:
        """Those of a tensor that has not moved."""
        return cls(torch.tensor(0.0), torch.zeros_like(tensor), torch.zeros_like(tensor))

    def to(self, device: torch.device) -> Moments:
        """The same on a device; steps are counted on the CPU."""
        return Moments(self.step, self.exp_avg.to(device), self.exp_avg_sq.to(device))


def adam_step(
    tensors: Sequence[Tensor],
    gradients: Mapping[int, Tensor],
    moments: dict[int, Moments],
    lr: float,
) -> None:
    """One step of Adam (Kingma and Ba 2015) with its published constants, in place.

    Args:
        tensors: what may move.
        gradients: by index in ``tensors``; what has none stays where it is.
        moments: by index; those of tensors that move for the first time are added.
        lr: the rate.

    Example:
        >>> latent, moments = torch.zeros(2), {}
        >>> adam_step([latent], {0: torch.tensor([3.0, -4.0])}, moments, 0.1)
        >>> latent
        tensor([-0.1000,  0.1000])
    """
    for index in gradients:
        if index not in moments:
            moments[index] = Moments.of(tensors[index])
    having = [moments[index] for index in gradients]
    adam(
        [tensors[index] for index in gradients],
        list(gradients.values()),
        [one.exp_avg for one in having],
        [one.exp_avg_sq for one in having],
        [],
        [one.step for one in having],
        foreach=False,
        amsgrad=False,
        beta1=BETAS[0],
        beta2=BETAS[1],
        lr=lr,
        weight_decay=0.0,
        eps=EPSILON,
        maximize=False,
    )
