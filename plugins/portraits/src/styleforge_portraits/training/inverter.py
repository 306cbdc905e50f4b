"""Training of the inverter: first the known factors, then the picture itself.

The first phase costs no generator pass: the code of every rendered person is known. The second
renders the guess and compares pictures (L1 on Laplacian bands and LPIPS); there the row offsets
come into play, kept small as in Tov et al. (2021).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch.nn import functional

from styleforge.losses.lpips import lpips_input, masked_lpips
from styleforge_portraits import world
from styleforge_portraits.models.inverter import InverterNet
from styleforge_portraits.models.perception import LPIPS_LAYERS
from styleforge_portraits.models.weights import save_weights
from styleforge_portraits.training.card import make_card
from styleforge_portraits.training.dataset import canonical
from styleforge_portraits.training.losses import laplacian_l1, psnr
from styleforge_portraits.training.sheets import write_sheet
from styleforge_portraits.training.simple import SimpleTrainer

if TYPE_CHECKING:
    from pathlib import Path

    from torch import Tensor

    from styleforge.models.stylegan2 import Generator
    from styleforge.models.vgg import VGG16
    from styleforge_portraits.training.dataset import Dataset
    from styleforge_portraits.training.loop import Draw, State

PICTURES_FROM = 0.6  # part of the budget after which the generator is used
LPIPS_WEIGHT = 0.5
OFFSET_WEIGHT = 0.02


class InverterTrainer(SimpleTrainer):
    """Trains the inverter into the W+ of a finished generator."""

    name = "inverter"
    task = "picture to W+ (14 rows of 512)"

    def __init__(
        self,
        data: Dataset,
        generator: Generator,
        features: VGG16 | None = None,
        lpips: dict[str, Tensor] | None = None,
        **kwargs: Any,
    ) -> None:
        mapping = generator.mapping.requires_grad_(requires_grad=False)
        network = InverterNet(mapping, world.CODE_WIDTH, generator.rows)
        super().__init__(network, data, **kwargs)
        self.generator = generator.eval().requires_grad_(requires_grad=False).to(self.device)
        self.features, self.lpips = features, lpips
        self.noise = generator.random_noise(torch.Generator().manual_seed(1))
        self.share = 0.0

    def step(self, draw: Draw, share: float) -> dict[str, float]:
        """One update."""
        self.share = share
        return super().step(draw, share)

    def loss(self, draw: Draw) -> tuple[Tensor, dict[str, float]]:
        """Squared error of the code; later also the rendered guess against the picture."""
        batch = self.data.batch(draw.rng, self.batch, self.side, device=self.device)
        image = self.place(batch.image)
        with self.autocast():
            code, offsets = self.network.read(image)
        known = functional.mse_loss(code.float(), canonical(batch.code))
        figures = {"code": known.item()}
        if self.share < PICTURES_FROM:
            return known, figures
        guess = self.synthesize(image)
        l1 = laplacian_l1(guess, batch.image)
        loss = 0.3 * known + l1 + OFFSET_WEIGHT * offsets.square().mean() * 512
        figures["l1"] = l1.item()
        if self.features is not None and self.lpips is not None:
            distance = self.distance(guess, batch.image)
            loss = loss + LPIPS_WEIGHT * distance
            figures["lpips"] = distance.item()
        return loss, figures

    def synthesize(self, image: Tensor) -> Tensor:
        """The picture of the guessed W+."""
        with self.autocast():
            picture: Tensor = self.generator.synthesize(self.network(image), self.noise)
        return picture.float()

    def distance(self, image: Tensor, target: Tensor) -> Tensor:
        """LPIPS by the pack's own features."""
        assert self.features is not None
        assert self.lpips is not None
        with self.autocast():
            found = self.features(lpips_input(image), LPIPS_LAYERS)
            with torch.no_grad():
                truth = self.features(lpips_input(target), LPIPS_LAYERS)
        return masked_lpips(found, truth, self.lpips, None, LPIPS_LAYERS)

    @torch.no_grad()
    def report(self, folder: Path) -> dict[str, float]:
        """PSNR and LPIPS of the inverter's guess on held-out people."""
        self.network.eval()
        values: list[Tensor] = []
        distances: list[float] = []
        rows: list[Tensor] = []
        for picks in self.held("held", 12):
            if len(values) >= 8:
                break
            batch = self.data.assemble("held", self.side, picks, None, device=self.device)
            guess = self.synthesize(self.place(batch.image))
            values.append(psnr(guess, batch.image))
            if self.features is not None:
                distances.append(float(self.distance(guess, batch.image)))
            if not rows:
                rows = [batch.image[:6], guess[:6], batch.image[6:], guess[6:]]
        self.network.train()
        write_sheet(folder / "inverter.png", [row for row in rows if len(row)])
        figures = {"held_psnr": float(torch.cat(values).mean())}
        if distances:
            figures["held_lpips"] = sum(distances) / len(distances)
        return figures

    def export(self, state: State, folder: Path | None = None) -> None:
        """Write weights and card."""
        card = make_card(self.name, self.task, self.data, state, {"size": self.side})
        save_weights(self.network.state_dict(), self.name, card, folder)
