"""Training of the inpainter: people with a hole where their hair is, and what is under it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch.nn import functional

from styleforge_portraits import world
from styleforge_portraits.models.inpainter import KINDS, InpainterNet, PortraitInpainter
from styleforge_portraits.models.weights import save_weights
from styleforge_portraits.training.card import make_card
from styleforge_portraits.training.dataset import paint_maps
from styleforge_portraits.training.losses import laplacian_l1
from styleforge_portraits.training.sheets import write_sheet
from styleforge_portraits.training.simple import SimpleTrainer

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray
    from torch import Tensor

    from styleforge.training.loop import Draw, State
    from styleforge_portraits.models.bald import Bald

    Array = NDArray[Any]

OTHERS = 0.3  # part of the pictures whose hole is also another person's hair
REACH = (2, 8)  # pixels that a hole reaches beyond the hair
LAYOUT = 0.1  # weight of the cross entropy of the layers' kinds
OUTSIDE = 0.05  # weight of what is not in the hole


class InpainterTrainer(SimpleTrainer):
    """L1 on Laplacian bands and the layers' kinds, nearly all of it inside the hole."""

    name = "inpainter"
    task = "a portrait without its hair, or with other holes filled"

    def __init__(
        self, *args: Any, bare: Mapping[str, tuple[Array, Array]], bald: Bald, **kwargs: Any
    ) -> None:
        super().__init__(InpainterNet(), *args, **kwargs)
        self.bare, self.bald = bare, bald.to(self.device).eval().requires_grad_(requires_grad=False)

    def examples(
        self, part: str, picks: Array, paint: Array, others: Array, reach: int
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Pictures with hair and without ``(N, 3, S, S)``, holes ``(N, 1, S, S)``, kinds.

        The kinds ``(N, 3, S, S)`` of ``KINDS`` are those of the picture without hair. ``others``
        are places among the people with hair, as ``picks`` are; -1 for none.
        """
        rows, bare = self.bare[part]
        stored = self.data.parts[part]
        assert stored.regions is not None
        colours = torch.from_numpy(self.data.palettes[paint])
        hair = world.REGIONS.index("hair")
        covered = stored.regions[rows[picks], hair] > 2
        more = others >= 0
        covered[more] |= stored.regions[rows[others[more]], hair] > 2
        hole = torch.from_numpy(covered.astype(np.float32))[:, None]
        hole = functional.max_pool2d(hole, 2 * reach + 1, 1, reach)
        image, target = (
            paint_maps(torch.from_numpy(maps), colours)
            for maps in (stored.maps[self.side][rows[picks]], bare[picks])
        )
        return image, target, hole, kinds_of(torch.from_numpy(bare[picks]))

    def loss(self, draw: Draw) -> tuple[Tensor, dict[str, float]]:
        """Half of the pictures are flipped."""
        rng, count = draw.rng, self.batch
        rows = self.bare["train"][0]
        others = np.where(rng.random(count) < OTHERS, rng.integers(len(rows), size=count), -1)
        image, target, hole, kinds = self.examples(
            "train",
            rng.integers(len(rows), size=count),
            rng.integers(len(self.data.palettes), size=count),
            others,
            int(rng.integers(REACH[0], REACH[1] + 1)),
        )
        flips = torch.from_numpy(rng.random(count) < 0.5)[:, None, None, None]
        image, target, hole, kinds = (
            torch.where(flips, one.flip(-1), one) for one in (image, target, hole, kinds)
        )
        with self.autocast():
            drawing = self.bald(self.place(image))
            filled, layers = self.network.layered(self.place(image), self.place(hole), drawing)
        weight = hole + OUTSIDE
        weight = weight / weight.mean((1, 2, 3), keepdim=True)
        value = laplacian_l1(filled.float(), target, 4, weight)
        parts = torch.stack([one.sum(1) for one in layers.split(tuple(KINDS.values()), 1)], 1)
        layout = -(kinds * parts.clamp_min(1e-6).log() * weight).sum(1).mean()
        return value + LAYOUT * layout, {"l1": value.item(), "layout": layout.item()}

    @torch.no_grad()
    def report(self, folder: Path) -> dict[str, float]:
        """PSNR inside the hole on held-out people, and a sheet."""
        fill = PortraitInpainter(self.network, self.bald).eval()
        rows = self.bare["held"][0]
        count = len(rows) if self.limit is None else min(len(rows), self.limit)
        errors: list[Tensor] = []
        shown: list[Tensor] = []
        for start in range(0, count, 8):
            picks = np.arange(start, min(start + 8, count))
            image, target, hole, _ = self.examples("held", picks, picks, np.full(len(picks), -1), 4)
            filled = fill(self.place(image), hole)
            error = ((filled - target).square() * hole).sum((1, 2, 3)) / hole.sum((1, 2, 3)) / 12
            errors.append(-10 * error.clamp_min(1e-10).log10())
            if not shown:
                shown = [image, filled.clamp(-1, 1), target]
        write_sheet(folder / "inpainter.png", shown)
        self.network.train()
        return {"hole_psnr": float(torch.cat(errors).mean())}

    def export(self, state: State, folder: Path | None = None) -> None:
        """Write weights and card."""
        card = make_card(self.name, self.task, self.data, state, {"size": self.side})
        save_weights(self.network.state_dict(), self.name, card, folder)


def kinds_of(maps: Tensor) -> Tensor:
    """Shares of materials ``(N, K, H, W)`` uint8 to shares of ``KINDS`` ``(N, 3, H, W)``."""
    backdrop, cloth = (
        maps[:, [k for k, name in enumerate(world.MATERIALS) if name.startswith(kind)]].float()
        for kind in ("backdrop", "cloth")
    )
    known = torch.stack((backdrop.sum(1), cloth.sum(1)), 1) / 255
    rest = (1 - known.sum(1, keepdim=True)).clamp_min(0)
    kinds = torch.cat((known, rest), 1)
    return kinds / kinds.sum(1, keepdim=True)
