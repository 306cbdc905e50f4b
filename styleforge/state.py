"""The state of a run: all that changes from step to step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from styleforge.view import Plan


@dataclass(frozen=True)
class Best:
    """The latent and noise maps with the lowest objective of the current stage."""

    objective: float
    latent: Tensor
    noise: tuple[Tensor, ...]


@dataclass
class State:
    """All that changes during a run. ``step`` counts within the stage, ``done`` in all stages.

    The plan belongs to it: it decides in which order gradients are summed, and so the last bit.
    """

    latent: Tensor
    start: Tensor
    noise: tuple[Tensor, ...]
    spread: float
    rng: torch.Generator
    optimizer: torch.optim.Adam
    stage: int = 0
    step: int = 0
    done: int = 0
    best: Best | None = None
    picture: Tensor | None = None  # of the last step, as the losses saw it
    regions: dict[str, Tensor] | None = None  # frozen for the stage
    history: list[dict[str, float]] = field(default_factory=list)
    seconds: float = 0.0
    plan: Plan = field(default_factory=Plan)


def make_optimizer(latent: Tensor, noise: Sequence[Tensor]) -> torch.optim.Adam:
    """Adam with default betas over latent and noise maps; rates are set at every step."""
    groups = [{"params": [latent]}, {"params": list(noise)}]
    return torch.optim.Adam(groups, lr=0.0, foreach=False)
