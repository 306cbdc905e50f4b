"""Training of the inverter: the latent of every rendered person is known and is the target.

First a squared error along the directions of W, for which no generator is needed. Then the
generator draws the guess, small, and pictures are compared as well: what shows counts more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch.nn import functional

from styleforge_portraits.models.inverter import SIDE, InverterNet
from styleforge_portraits.models.weights import save_weights
from styleforge_portraits.training.card import make_card
from styleforge_portraits.training.losses import laplacian_l1
from styleforge_portraits.training.measures import measures_of_codes
from styleforge_portraits.training.simple import SimpleTrainer

if TYPE_CHECKING:
    from pathlib import Path

    from torch import Tensor

    from styleforge.models.stylegan2 import Generator
    from styleforge.training.loop import Draw, State
    from styleforge_portraits.training.basis import Basis
    from styleforge_portraits.training.dataset import Batch, Dataset

GRAIN = 0.02  # deviation of the noise that pictures get, in units of [-1, 1]
LATENTS_ALONE = 0.75  # part of the budget
DRAWN = 64  # side of the pictures that the generator draws
PICTURE_BATCH = 24
KNOWN = 0.3  # weight of the squared error once pictures are compared


class InverterTrainer(SimpleTrainer):
    """Trains the inverter into the W of a basis, which the generator draws."""

    name = "inverter"
    task = "picture to W+ (14 rows of 512)"

    def __init__(self, data: Dataset, basis: Basis, generator: Generator, **kwargs: Any) -> None:
        network = InverterNet(basis.span, generator.rows)
        sizes = data.parts["train"].maps  # the network sees all sizes at SIDE
        side = SIDE if SIDE in sizes else max(sizes)
        super().__init__(network, data, **{**kwargs, "side": side})
        self.basis, self.generator = basis, generator.to(self.device)
        shapes = [shape for shape in generator.noise_shapes if shape[0] <= DRAWN]
        self.noise = [torch.zeros(1, 1, *shape, device=self.device) for shape in shapes]
        self.drawing, self.count = False, self.batch

    def step(self, draw: Draw, share: float) -> dict[str, float]:
        """One update, by latents alone or by pictures too."""
        self.drawing = share >= LATENTS_ALONE
        self.count = min(self.batch, PICTURE_BATCH) if self.drawing else self.batch
        return super().step(draw, share) | {"pictures": self.count}

    def loss(self, draw: Draw) -> tuple[Tensor, dict[str, float]]:
        """Squared error of the coordinates, in units of their variance; then of pictures too."""
        batch = self.data.batch(draw.rng, self.count, self.side, device=self.device)
        grain = torch.randn(batch.image.shape, generator=draw.noise).to(self.device)
        with self.autocast():
            found = self.network.read(self.place(batch.image + GRAIN * grain))
        error = ((found - self.target(batch)) / self.network.gain).square().mean()
        figures = {"error": error.item()}
        if not self.drawing:
            return error, figures
        with self.autocast():
            w = (found @ self.basis.span)[:, None].expand(-1, self.generator.rows, -1)
            picture = self.generator.synthesize(w, self.noise, size=DRAWN)
        small = functional.avg_pool2d(batch.image, self.side // DRAWN)
        shown = laplacian_l1(picture.float(), small)
        return shown + KNOWN * error, figures | {"l1": shown.item()}

    def target(self, batch: Batch) -> Tensor:
        """The coordinates ``(N, rank)`` of the people of a batch."""
        measures = torch.from_numpy(measures_of_codes(batch.code.cpu().numpy()))
        return (self.basis.latents(measures) @ self.basis.span.t()).to(self.device)

    @torch.no_grad()
    def report(self, folder: Path) -> dict[str, float]:
        """Squared error and the share of the variance that is read, on held-out people."""
        del folder
        self.network.eval()
        found, truth = [], []
        for picks in self.held("held"):
            batch = self.data.assemble("held", self.side, picks, None, device=self.device)
            found.append(self.network.read(self.place(batch.image)))
            truth.append(self.target(batch))
        self.network.train()
        target = torch.cat(truth)
        error = (torch.cat(found) - target).square().mean(0)
        explained = 1 - error / target.var(0)
        return {
            "held_error": float(error.mean() / self.network.gain**2),
            "explained": float(explained.mean()),
            "least_explained": float(explained.min()),
        }

    def export(self, state: State, folder: Path | None = None) -> None:
        """Write weights and card."""
        card = make_card(self.name, self.task, self.data, state, {"size": self.side})
        save_weights(self.network.state_dict(), self.name, card, folder)
