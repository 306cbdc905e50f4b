"""Training of the landmark network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch.nn import functional

from styleforge_portraits.models.landmarks import SIDE, LandmarkNet
from styleforge_portraits.models.weights import save_weights
from styleforge_portraits.training.augment import move, move_points, similarities, weather
from styleforge_portraits.training.card import make_card
from styleforge_portraits.training.simple import SimpleTrainer, cat

if TYPE_CHECKING:
    from pathlib import Path

    from torch import Tensor

    from styleforge.training.loop import Draw, State


class LandmarkTrainer(SimpleTrainer):
    """L1 distance of the points, in percent of the picture's width."""

    name = "landmarks"
    task = "68 landmarks in iBUG order, of aligned and unaligned portraits"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(LandmarkNet(), *args, **kwargs)

    def loss(self, draw: Draw) -> tuple[Tensor, dict[str, float]]:
        """A quarter aligned, a quarter framed by the world, half by warping."""
        quarter, side = self.batch // 4, self.side
        plain = self.data.batch(draw.rng, quarter, side, truth=True)
        moved = self.data.batch(draw.rng, 2 * quarter, side, truth=True)
        framed = self.data.batch(draw.rng, quarter, side, "framed", truth=True)
        maps = similarities(draw.rng, 2 * quarter)
        image = torch.cat((plain.image, move(moved.image, maps), framed.image))
        points = move_points(cat((moved.landmarks,)), maps, side)
        points = cat((plain.landmarks, points, framed.landmarks)) / side
        image = weather(draw.rng, _small(image))
        with self.autocast():
            found = self.network.normalised(self.place(image))
        loss = 100 * functional.l1_loss(found, points.to(self.device))
        return loss, {"percent": loss.item()}

    @torch.no_grad()
    def report(self, folder: Path) -> dict[str, float]:
        """Mean distance in percent of the width on held-out people, aligned and framed."""
        figures = {}
        self.network.eval()
        for part, label in (("held", "percent"), ("held_framed", "percent_framed")):
            errors = []
            for picks in self.held(part):
                batch = self.data.assemble(part, self.side, picks, None, truth=True)
                with self.autocast():
                    found = self.network(self.place(batch.image)).cpu()
                distance = (found - cat((batch.landmarks,))).norm(dim=2)
                errors.append(100 / self.side * distance)
            figures[f"held_{label}"] = float(torch.cat(errors).mean())
        self.network.train()
        return figures

    def export(self, state: State, folder: Path | None = None) -> None:
        """Write weights and card."""
        card = make_card(self.name, self.task, self.data, state, {"size": self.side})
        save_weights(self.network.state_dict(), self.name, card, folder)


def _small(image: Tensor) -> Tensor:
    factor = max(image.shape[-1] // SIDE, 1)
    return functional.avg_pool2d(image, factor) if factor > 1 else image
