"""Training of the poser: the reference, bent, must become the true answer where that counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch.nn import functional

from styleforge.measure.metrics import region_iou
from styleforge_portraits.models.poser import POSED, SIDE, PoserNet, pixels
from styleforge_portraits.models.regions import REGIONS
from styleforge_portraits.models.weights import save_weights
from styleforge_portraits.training.augment import weather
from styleforge_portraits.training.card import make_card
from styleforge_portraits.training.simple import SimpleTrainer

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from torch import Tensor

    from styleforge.training.loop import Draw, State
    from styleforge_portraits.training.pairs import Pairs

PICTURE = 2.0  # weight of the picture inside the region
SMOOTH = 30.0  # of the flow's squared second differences, in cells of its grid


class PoserTrainer(SimpleTrainer):
    """L1 of the bent region and of the bent picture inside it, and a smooth flow."""

    name = "poser"
    task = "how hair or clothing is bent to sit on another person"

    def __init__(self, *args: Any, pairs: Mapping[str, Pairs], **kwargs: Any) -> None:
        super().__init__(PoserNet(), *args, **{"side": SIDE} | kwargs)
        self.pairs = pairs
        self.regions = torch.tensor([REGIONS.index(name) for name in POSED])

    def examples(
        self, part: str, picks: np.ndarray[Any, Any]
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Both people ``(N, 16, S, S)``, answers ``(N, 3, S, S)``, regions, kinds ``(N,)``."""
        stored = self.pairs[part]
        rows = stored.rows[picks]
        planes = []
        for column in (0, 1):
            batch = self.data.assemble(part, self.side, rows[:, column], None, truth=True)
            assert batch.regions is not None
            planes += [batch.image, functional.adaptive_avg_pool2d(batch.regions, self.side)]
        answer = torch.from_numpy(stored.images[picks]).permute(0, 3, 1, 2).float() / 127.5 - 1
        mask = torch.from_numpy(stored.masks[picks])[:, None].float() / 255
        return torch.cat(planes, 1), answer, mask, torch.from_numpy(rows[:, 2])

    def loss(self, draw: Draw) -> tuple[Tensor, dict[str, float]]:
        """Half of the pairs are flipped; the pictures that the network sees are weathered."""
        picks = draw.rng.integers(len(self.pairs["train"].rows), size=self.batch)
        seen, answer, mask, kind = self.examples("train", picks)
        flips = torch.from_numpy(draw.rng.random(self.batch) < 0.5)[:, None, None, None]
        seen, answer, mask = (torch.where(flips, one.flip(-1), one) for one in (seen, answer, mask))
        image, region = self.reference(seen, kind)
        first, second = 3 + len(REGIONS), 6 + len(REGIONS)
        shown = torch.cat(
            (
                weather(draw.rng, seen[:, :3]),
                seen[:, 3:first],
                weather(draw.rng, seen[:, first:second]),
                seen[:, second:],
            ),
            1,
        )
        with self.autocast():
            flow = self.network.flow(shown.contiguous(memory_format=torch.channels_last))
        flow = flow[torch.arange(len(kind)), kind]
        bent = bend(torch.cat((image, region), 1), flow)
        area = mask.mean((1, 2, 3)).clamp_min(0.01)
        outline = ((bent[:, 3:] - mask).abs().mean((1, 2, 3)) / area).mean()
        picture = (((bent[:, :3] - answer).abs() * mask).mean((1, 2, 3)) / area).mean()
        rough = curvature(flow)
        loss = outline + PICTURE * picture + SMOOTH * rough
        return loss, {
            "outline": outline.item(),
            "picture": picture.item(),
            "rough": rough.item(),
        }

    def reference(self, seen: Tensor, kind: Tensor) -> tuple[Tensor, Tensor]:
        """The reference's picture and its region of this kind ``(N, 1, S, S)``."""
        soft = seen[:, 3 : 3 + len(REGIONS)]
        return seen[:, :3], soft[torch.arange(len(kind)), self.regions[kind]][:, None]

    @torch.no_grad()
    def report(self, folder: Path) -> dict[str, float]:
        """Overlap with the true region on held-out pairs, as it is and bent."""
        self.network.eval()
        count = len(self.pairs["held"].rows)
        count = count if self.limit is None else min(count, self.limit)
        values: dict[str, list[float]] = {}
        for start in range(0, count, 20):
            seen, _, mask, kind = self.examples("held", np.arange(start, min(start + 20, count)))
            _, region = self.reference(seen, kind)
            flow = self.network.flow(seen.contiguous(memory_format=torch.channels_last))
            bent = bend(region, flow[torch.arange(len(kind)), kind])
            for label, found in (("as_it_is", region), ("bent", bent)):
                for index, one, true in zip(kind, found, mask, strict=True):
                    name = f"{POSED[index]}_{label}_iou"
                    values.setdefault(name, []).append(region_iou(one, true))
        self.network.train()
        return {name: float(np.mean(found)) for name, found in sorted(values.items())}

    def export(self, state: State, folder: Path | None = None) -> None:
        """Write weights and card."""
        card = make_card(self.name, self.task, self.data, state, {"size": SIDE})
        save_weights(self.network.state_dict(), self.name, card, folder)


def bend(planes: Tensor, flow: Tensor) -> Tensor:
    """``(N, C, H, W)`` with each pixel from where a flow ``(N, 2, h, w)`` says."""
    height, width = planes.shape[-2:]
    shift = functional.interpolate(flow, size=(height, width), mode="bilinear")
    extent = shift.new_tensor((width, height))[:, None, None]
    grid = 2 * (pixels(height, width).to(shift) / extent + shift) - 1
    return functional.grid_sample(
        planes, grid.permute(0, 2, 3, 1), padding_mode="border", align_corners=False
    )


def curvature(flow: Tensor) -> Tensor:
    """Mean square of the second differences of ``(N, 2, h, w)``, per cell of the grid."""
    cells = flow * flow.shape[-1]
    down = cells[..., 2:, :] - 2 * cells[..., 1:-1, :] + cells[..., :-2, :]
    across = cells[..., 2:] - 2 * cells[..., 1:-1] + cells[..., :-2]
    return (down.square().mean() + across.square().mean()) / 100
