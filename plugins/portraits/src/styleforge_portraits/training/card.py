"""Model cards: what a weight file was made from, and what it reaches on held-out people."""

from __future__ import annotations

import platform
from typing import TYPE_CHECKING, Any

import torch

if TYPE_CHECKING:
    from collections.abc import Mapping

    from styleforge.training.loop import State
    from styleforge_portraits.training.dataset import Dataset


def make_card(
    name: str, task: str, data: Dataset, state: State, settings: Mapping[str, Any]
) -> dict[str, Any]:
    """The card of a training at its present state."""
    return {
        "model": name,
        "task": task,
        "licence": "Apache-2.0",
        "data": {
            "source": "styleforge_portraits.world, rendered people in random colours",
            "people": {part: len(one.codes) for part, one in sorted(data.parts.items())},
            "colourings": len(data.palettes),
        },
        "training": {
            "steps": state.steps,
            "pictures": state.pictures,
            "seconds": round(state.seconds),
            "machine": f"{platform.machine()}, {torch.get_num_threads()} threads",
            **settings,
        },
        "held_out": {key: _short(value) for key, value in state.figures.items()},
    }


def _short(value: object) -> object:
    return round(value, 5) if isinstance(value, float) else value
