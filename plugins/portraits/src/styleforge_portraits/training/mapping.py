"""Training of the mapping network alone: codes of people to the latents of their measures.

No picture is needed, so the network sees all people there are (a table of 80,000, drawn once)
and thousands a second. The synthesis learns from exact latents meanwhile and does not wait for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from styleforge.errors import UserError
from styleforge_portraits.models.latent import WIDTH, code_to_z
from styleforge_portraits.training.codes import random_codes
from styleforge_portraits.training.constraints import hide_rest
from styleforge_portraits.training.measures import measures_of_codes
from styleforge_portraits.training.muon import Muon
from styleforge_portraits.training.processes import in_processes

if TYPE_CHECKING:
    from collections.abc import Mapping as MappingOf
    from pathlib import Path

    from styleforge.models.stylegan2.mapping import Mapping
    from styleforge.training.loop import Draw, State
    from styleforge_portraits.training.basis import Basis

Array = NDArray[Any]
PEOPLE = 80_000
CHUNK = 1000
HELD = 0.05  # part of the table that is never trained on
SEED = 100
# Of the stored weights, which the network multiplies by 0.01 (its learning-rate multiplier).
RATE, BIAS_RATE = 60.0, 1.0


def people_table(people: int = PEOPLE, processes: int = 2) -> tuple[Tensor, Tensor]:
    """Codes ``(N, D)`` and measures ``(N, M)`` of random people; a millisecond each."""
    counts = [min(CHUNK, people - start) for start in range(0, people, CHUNK)]
    jobs = [(SEED + index, count) for index, count in enumerate(counts)]
    parts = list(in_processes(_chunk, jobs, processes, "measures"))
    codes, table = (np.concatenate(one) for one in zip(*parts, strict=True))
    return torch.from_numpy(codes), torch.from_numpy(table)


def _chunk(job: tuple[int, int]) -> tuple[Array, Array]:
    codes = random_codes(np.random.default_rng(job[0]), job[1])
    return codes, measures_of_codes(codes)


class MappingTrainer:
    """Trains a mapping network on a table of people; satisfies ``loop.Trainer``."""

    name = "mapping"

    def __init__(
        self, network: Mapping, basis: Basis, codes: Tensor, measures: Tensor, batch: int = 1024
    ) -> None:
        self.network, self.basis, self.batch = network, basis, batch
        hide_rest(network)
        z, w = code_to_z(codes, WIDTH), basis.latents(measures)
        held = max(round(HELD * len(z)), 1)
        self.train, self.held = (z[held:], w[held:]), (z[:held], w[:held])
        weights = [layer.weight for layer in network.layers if isinstance(layer.weight, Tensor)]
        biases = [layer.bias for layer in network.layers if isinstance(layer.bias, Tensor)]
        self.muon = Muon(weights, lr=RATE)
        self.adam = torch.optim.Adam(biases, lr=BIAS_RATE, betas=(0.9, 0.99))

    def modules(self) -> MappingOf[str, nn.Module]:
        """The mapping network."""
        return {"network": self.network}

    def optimizers(self) -> MappingOf[str, torch.optim.Optimizer]:
        """Muon for the weights, Adam for the biases."""
        return {"muon": self.muon, "adam": self.adam}

    def step(self, draw: Draw, share: float) -> dict[str, float]:
        """One update, the rate falling evenly to nothing after a short warm-up."""
        rate = min(1.0, share / 0.01 + 0.02) * (1 - share)
        self.muon.param_groups[0]["lr"] = RATE * rate
        self.adam.param_groups[0]["lr"] = BIAS_RATE * rate
        picks = torch.from_numpy(draw.rng.integers(len(self.train[0]), size=self.batch))
        loss = (self.network(self.train[0][picks]) - self.train[1][picks]).square().mean()
        for optimizer in self.optimizers().values():
            optimizer.zero_grad(set_to_none=True)
        loss.backward()
        for optimizer in self.optimizers().values():
            optimizer.step()
        hide_rest(self.network)
        return {"loss": loss.item(), "pictures": 0}

    def export(self, state: State, folder: Path | None = None) -> None:
        """Write nothing: the generator's training takes the network from the checkpoint."""

    @torch.no_grad()
    def report(self, folder: Path) -> dict[str, float]:
        """The part of the variance of w that is left over for people never seen."""
        error = (self.network(self.held[0]) - self.held[1]).square().mean()
        return {"unexplained": float(error / self.held[1].var())}


def trained_mapping(folder: Path) -> dict[str, Tensor]:
    """The weights of the mapping network that was trained in a folder.

    Raises:
        UserError: when none was.
    """
    file = folder / f"{MappingTrainer.name}.pt"
    if not file.exists():
        raise UserError(
            f"There is no mapping network in {folder}; run the `mapping` training first."
        )
    weights: dict[str, Tensor] = torch.load(file, weights_only=True)["modules"]["network"]
    return weights
