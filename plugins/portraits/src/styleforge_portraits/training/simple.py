"""What the trainings of the small networks share: AdamW, a half cosine, averaged weights."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from styleforge.pack.precision import autocast

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from torch import Tensor, nn

    from styleforge.training.loop import Draw
    from styleforge_portraits.training.dataset import Dataset


class SimpleTrainer(ABC):
    """One network, one loss; subclasses add `loss`, `report` and `export`."""

    name = "simple"

    def __init__(
        self,
        network: nn.Module,
        data: Dataset,
        *,
        side: int = 256,
        batch: int = 8,
        rate: float = 2e-3,
        limit: int | None = None,
        device: torch.device | str = "cpu",
    ) -> None:
        self.device = torch.device(device)
        self.network: Any = network.to(self.device).to(memory_format=torch.channels_last)
        self.data, self.side, self.batch, self.rate, self.limit = data, side, batch, rate, limit
        trained = [p for p in network.parameters() if p.requires_grad]
        self.adam = torch.optim.AdamW(trained, lr=rate, weight_decay=1e-4, fused=True)

    def modules(self) -> Mapping[str, nn.Module]:
        """The network."""
        return {"network": self.network}

    def optimizers(self) -> Mapping[str, torch.optim.Optimizer]:
        """The optimiser."""
        return {"adam": self.adam}

    @abstractmethod
    def loss(self, draw: Draw) -> tuple[Tensor, dict[str, float]]:
        """The loss of a fresh batch and its parts."""

    def step(self, draw: Draw, share: float) -> dict[str, float]:
        """One update, the rate falling to 1% along a half cosine after a short warm-up."""
        for group in self.adam.param_groups:
            group["lr"] = self.scheduled(share)
        loss, figures = self.loss(draw)
        self.adam.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 5.0)
        self.adam.step()
        return figures | {"pictures": self.batch}

    def scheduled(self, share: float) -> float:
        """The rate at a part of the budget."""
        warm = min(1.0, share / 0.02 + 0.05)
        return self.rate * warm * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * share)))

    def autocast(self) -> torch.autocast:
        """bf16 where that is fast."""
        return autocast(self.device)

    def place(self, image: Tensor) -> Tensor:
        """To the device, channels last."""
        return image.to(self.device).contiguous(memory_format=torch.channels_last)

    def held(self, part: str, size: int = 20) -> Iterator[np.ndarray[Any, Any]]:
        """The held-out people of a part, in small groups."""
        count = len(self.data.parts[part].codes)
        count = count if self.limit is None else min(count, self.limit)
        for start in range(0, count, size):
            yield np.arange(start, min(start + size, count))


def cat(parts: Sequence[Tensor | None]) -> Tensor:
    """Concatenate what must be there."""
    return torch.cat([part for part in parts if part is not None])
