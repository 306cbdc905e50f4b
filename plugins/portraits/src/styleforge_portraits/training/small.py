"""A training of one small network: what it takes, and how it is run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch

from styleforge.training.loop import Budget, run
from styleforge_portraits.models.weights import load_weights
from styleforge_portraits.training.dataset import load

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path


@dataclass(frozen=True)
class Place:
    """Where a training reads and computes: its folder, the weights' folder, the device."""

    data: Path
    weights: Path | None
    device: torch.device


def nothing(place: Place) -> Mapping[str, Any]:
    """What a trainer needs that does with the rendered world."""
    del place
    return {}


@dataclass(frozen=True)
class Small:
    """One small training; its command is named after ``trainer.name``.

    ``minutes`` is the budget of the command, ``share`` the part in that of `all`. ``needs`` reads
    what the trainer takes besides the world. ``goes_on``: it can begin with its own weights.
    """

    trainer: type[Any]
    help: str
    minutes: float
    share: float
    batch: int
    rate: float
    limit: int | None = None  # held-out people in a report
    needs: Callable[[Place], Mapping[str, Any]] = nothing
    goes_on: bool = True


def train(
    small: Small, place: Place, minutes: float, seed: int = 0, *, from_weights: bool = False
) -> None:
    """Train until the budget is used; resumes a checkpoint, else begins, perhaps with weights.

    Raises:
        UserError: when there is no rendered world, or no weights to begin with.
    """
    more = small.needs(place)
    torch.manual_seed(seed)
    made = small.trainer(
        data=load(place.data / "world"),
        device=place.device,
        batch=small.batch,
        rate=small.rate,
        limit=small.limit,
        **more,
    )
    if from_weights:  # a checkpoint, if there is one, is read over them
        made.network.load_state_dict(load_weights(made.name, place.weights))
    run(made, place.data, Budget(minutes), seed, weights=place.weights)
