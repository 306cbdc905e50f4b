"""Training of the inverter: first the known factors, then the picture itself.

The code of every rendered person is known, so it is read off the perceptual features by ridge
regression, in closed form. Then the guess is rendered and pictures are compared (L1 on Laplacian
bands and LPIPS); there the row offsets come into play, kept small as in Tov et al. (2021).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch.nn import functional

from styleforge.losses.lpips import masked_lpips
from styleforge.models.scaling import lpips_input
from styleforge_portraits import world
from styleforge_portraits.models.detail import carried_noise
from styleforge_portraits.models.inverter import InverterNet
from styleforge_portraits.models.perception import LPIPS_LAYERS
from styleforge_portraits.models.weights import save_weights
from styleforge_portraits.training.card import make_card
from styleforge_portraits.training.codes import canonical
from styleforge_portraits.training.losses import laplacian_l1, psnr
from styleforge_portraits.training.sheets import write_sheet
from styleforge_portraits.training.simple import SimpleTrainer

if TYPE_CHECKING:
    from pathlib import Path

    from torch import Tensor

    from styleforge.models.stylegan2 import Generator
    from styleforge.models.vgg import VGG16
    from styleforge.training.loop import Draw, State
    from styleforge_portraits.training.dataset import Dataset

RIDGE = 0.03  # relative to the mean variance of the (standardised) features
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
        fitted: int = 6000,
        **kwargs: Any,
    ) -> None:
        mapping = generator.mapping.requires_grad_(requires_grad=False)
        network = InverterNet(mapping, world.CODE_WIDTH, generator.rows)
        if features is not None:
            network.vgg.load_state_dict(features.state_dict())
        network.vgg.requires_grad_(requires_grad=False)
        super().__init__(network, data, **kwargs)
        self.fitted = fitted
        self.generator = generator.eval().requires_grad_(requires_grad=False).to(self.device)
        self.features, self.lpips = features, lpips
        self.noise = generator.random_noise(torch.Generator().manual_seed(1))

    def step(self, draw: Draw, share: float) -> dict[str, float]:
        """The regression first, then one update by pictures at a time."""
        if share == 0:
            return self.regress(draw) | {"pictures": self.fitted}
        return super().step(draw, share)

    @torch.no_grad()
    def regress(self, draw: Draw, group: int = 25) -> dict[str, float]:
        """Ridge regression of the codes on the features of ``fitted`` random people."""
        inner, codes = [], []
        for _ in range(max(self.fitted // group, 2)):
            batch = self.data.batch(draw.rng, group, self.side // 2, device=self.device)
            with self.autocast():
                inner.append(self.network.describe(self.place(batch.image)))
            codes.append(canonical(batch.code))
        table, target = torch.cat(inner).double(), torch.cat(codes).double()
        network = self.network
        network.centre.copy_(table.mean(0))
        network.spread.copy_(table.std(0).clamp_min(1e-4))
        table = (table - network.centre) / network.spread
        mean = target.mean(0)
        count = table.shape[1]
        gram = table.t() @ table / len(table) + RIDGE * torch.eye(count).to(table)
        weight = torch.linalg.solve(gram, table.t() @ (target - mean) / len(table))
        network.code.weight.copy_(weight.t())
        network.code.bias.copy_(mean)
        return {"code": float((table @ weight + mean - target).square().mean())}

    def loss(self, draw: Draw) -> tuple[Tensor, dict[str, float]]:
        """Squared error of the code, and the rendered guess against the picture."""
        batch = self.data.batch(draw.rng, self.batch, self.side, device=self.device)
        image = self.place(batch.image)
        with self.autocast():
            code, offsets = self.network.read(image)
        known = functional.mse_loss(code.float(), canonical(batch.code))
        figures = {"code": known.item()}
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
        """The picture of the guessed W+ and of the noise maps read off the picture."""
        with self.autocast():
            noise = carried_noise(image, self.noise)
            picture: Tensor = self.generator.synthesize(self.network(image), noise)
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
