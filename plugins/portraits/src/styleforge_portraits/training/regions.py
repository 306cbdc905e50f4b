"""Training of the region network on aligned and unaligned people in any weather."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch.nn import functional

from styleforge_portraits.models.regions import REGIONS, RegionNet, mean_iou
from styleforge_portraits.models.weights import save_weights
from styleforge_portraits.training.augment import move, similarities, weather
from styleforge_portraits.training.card import make_card
from styleforge_portraits.training.simple import SimpleTrainer, cat

if TYPE_CHECKING:
    from pathlib import Path

    from torch import Tensor

    from styleforge.training.loop import Draw, State


class RegionTrainer(SimpleTrainer):
    """Cross entropy with the exact soft regions."""

    name = "regions"
    task = "soft regions: " + ", ".join(REGIONS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(RegionNet(), *args, **kwargs)

    def loss(self, draw: Draw) -> tuple[Tensor, dict[str, float]]:
        """Half of the people are aligned, a quarter framed by the world, a quarter by warping."""
        count, side = self.batch, self.side
        plain = self.data.batch(draw.rng, count // 2, side, truth=True)
        moved = self.data.batch(draw.rng, count // 4, side, truth=True)
        framed = self.data.batch(draw.rng, count // 4, side, "framed", truth=True)
        maps = similarities(draw.rng, count // 4)
        image = torch.cat((plain.image, move(moved.image, maps), framed.image))
        regions = cat((plain.regions, move(cat((moved.regions,)), maps), framed.regions))
        image = self.place(weather(draw.rng, image))
        with self.autocast():
            logits = self.network.logits(image)
        loss = functional.cross_entropy(logits.float(), regions.to(self.device))
        return loss, {"ce": loss.item()}

    @torch.no_grad()
    def report(self, folder: Path) -> dict[str, float]:
        """Intersection over union on held-out people, aligned and framed."""
        figures = {}
        self.network.eval()
        for part, label in (("held", "miou"), ("held_framed", "miou_framed")):
            found, truth = [], []
            for picks in self.held(part):
                batch = self.data.assemble(part, self.side, picks, None, truth=True)
                with self.autocast():
                    found.append(self.network(self.place(batch.image)).argmax(1).cpu())
                truth.append(cat((batch.regions,)).argmax(1))
            iou = mean_iou(torch.cat(found), torch.cat(truth))
            figures[label] = float(iou.mean())
            figures |= {f"{label}_{name}": float(v) for name, v in zip(REGIONS, iou, strict=True)}
        self.network.train()
        return figures

    def export(self, state: State, folder: Path | None = None) -> None:
        """Write weights and card."""
        card = make_card(self.name, self.task, self.data, state, {"size": self.side})
        save_weights(self.network.state_dict(), self.name, card, folder)
