"""Training of the reader of latents: from W+ back to the code that it was mapped from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch.nn import functional

from styleforge_portraits.models.latent import code_to_z
from styleforge_portraits.models.sketch import SHAPED, ReaderNet
from styleforge_portraits.models.weights import save_weights
from styleforge_portraits.training.card import make_card
from styleforge_portraits.training.codes import canonical, random_codes
from styleforge_portraits.training.simple import SimpleTrainer

if TYPE_CHECKING:
    from pathlib import Path

    from torch import Tensor

    from styleforge.models.stylegan2 import Generator
    from styleforge.training.loop import Draw, State
    from styleforge_portraits.models.inverter import InverterNet

OFFSETS = 400  # people whose offsets, as the inverter guesses them, are added to random w


class ReaderTrainer(SimpleTrainer):
    """Squared error of codes; geometry and colours are those of two people, as after an edit."""

    name = "reader"
    task = "W+ to the factors of the person that it stands for"

    def __init__(
        self, *args: Any, generator: Generator, inverter: InverterNet, **kwargs: Any
    ) -> None:
        super().__init__(ReaderNet(), *args, **kwargs)
        self.mapping, self.rows = generator.mapping, generator.rows
        with torch.no_grad():
            found = []
            for start in range(0, OFFSETS, 20):
                people = self.data.parts["train"].maps[128][start : start + 20]
                picks = np.arange(start, start + len(people))
                paint = picks % len(self.data.palettes)
                batch = self.data.assemble("train", 128, picks, paint, device=self.device)
                found.append(inverter.read(self.place(batch.image))[1].float())
            self.offsets = torch.cat(found)

    def latents(self, rng: np.random.Generator, count: int) -> tuple[Tensor, Tensor]:
        """W+ ``(N, rows, 512)`` whose finer rows are of another person, and their codes."""
        codes = [torch.from_numpy(random_codes(rng, count)) for _ in range(2)]
        with torch.no_grad():
            first, second = (self.mapping(code_to_z(code))[:, None] for code in codes)
        mixed = torch.from_numpy(rng.random(count) < 0.5)[:, None, None]
        second = torch.where(mixed, second, first)
        rest = self.rows - SHAPED
        latent = torch.cat((first.expand(-1, SHAPED, -1), second.expand(-1, rest, -1)), 1)
        latent = latent + self.offsets[torch.from_numpy(rng.integers(OFFSETS, size=count))]
        colours = torch.where(mixed[..., 0], canonical(codes[1]), canonical(codes[0]))
        return latent, torch.where(self.network.colour, colours, canonical(codes[0]))

    def loss(self, draw: Draw) -> tuple[Tensor, dict[str, float]]:
        """Mean squared error of the codes."""
        latent, code = self.latents(draw.rng, self.batch)
        error = functional.mse_loss(self.network(latent), code)
        return error, {"error": error.item()}

    @torch.no_grad()
    def report(self, folder: Path) -> dict[str, float]:
        """Share of the codes' variance that is read, in all and of hair."""
        del folder
        latent, code = self.latents(np.random.default_rng(1), 1000)
        left = (self.network(latent) - code).square().mean(0) / code.var(0)
        return {"explained": float(1 - left.mean()), "explained_least": float(1 - left.max())}

    def export(self, state: State, folder: Path | None = None) -> None:
        """Write weights and card."""
        card = make_card(self.name, self.task, self.data, state, {"rows": SHAPED})
        save_weights(self.network.state_dict(), self.name, card, folder)
