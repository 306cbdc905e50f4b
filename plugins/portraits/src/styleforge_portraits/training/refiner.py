"""Training of the refiner: from the generator's drafts to the true hair."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch.nn import functional

from styleforge_portraits.models.refiner import RefinerNet
from styleforge_portraits.models.weights import save_weights
from styleforge_portraits.training.card import make_card
from styleforge_portraits.training.losses import feature_distance, laplacian_l1
from styleforge_portraits.training.sheets import write_sheet
from styleforge_portraits.training.simple import SimpleTrainer

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray
    from torch import Tensor

    from styleforge.models.vgg import VGG16
    from styleforge.training.loop import Draw, State
    from styleforge_portraits.training.drafts import Drafts

    Array = NDArray[Any]

MATCHING = 0.3  # weight of the perceptual features
OUTLINE = 1.0  # of the mask's cross entropy
HUE = 0.06  # how far the colours of a draft are off, at training
AROUND = 9  # pixels around the hair that are recoloured with it


class RefinerTrainer(SimpleTrainer):
    """L1 on Laplacian bands and perceptual features inside the hair, cross entropy of its mask."""

    name = "refiner"
    task = "hair drawn sharply over the generator's draft"

    def __init__(
        self, *args: Any, drafts: Mapping[str, Drafts], features: VGG16, **kwargs: Any
    ) -> None:
        super().__init__(RefinerNet(), *args, **kwargs)
        self.drafts = drafts
        self.features = features.to(self.device)

    def examples(self, part: str, picks: Array) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Drafts and truths ``(N, 3, S, S)``, hair ``(N, 1, S, S)`` and w ``(N, 512)``.

        The drafts have the true mean colour of the hair, which an edit knows and which the
        generator often misses.
        """
        stored = self.drafts[part]
        image, truth = (
            torch.from_numpy(one[picks]).permute(0, 3, 1, 2).float() / 127.5 - 1
            for one in (stored.images, stored.truths)
        )
        hair = torch.from_numpy(stored.hair[picks])[:, None].float() / 255
        return recoloured(image, truth, hair), truth, hair, torch.from_numpy(stored.w[picks])

    def loss(self, draw: Draw) -> tuple[Tensor, dict[str, float]]:
        """Half of the pictures are flipped, hues are shuffled, colours a little off."""
        count = self.batch
        picks = np.sort(draw.rng.integers(len(self.drafts["train"].w), size=count))
        image, truth, hair, w = self.examples("train", picks)
        flips = torch.from_numpy(draw.rng.random(count) < 0.5)[:, None, None, None]
        image, truth, hair = (torch.where(flips, one.flip(-1), one) for one in (image, truth, hair))
        order = torch.from_numpy(draw.rng.permutation(3))
        if draw.rng.random() < 0.3:
            image, truth = image[:, order], truth[:, order]
        off = torch.from_numpy(draw.rng.normal(0, HUE, (count, 3, 1, 1))).float()
        seen = image + off * _soft(hair)
        with self.autocast():
            drawn, logits = self.network.draw(self.place(seen), w)
        area = hair.mean((1, 2, 3), keepdim=True).clamp_min(0.02)
        outline = functional.binary_cross_entropy_with_logits(logits, hair, reduction="none")
        outline = (outline.mean((1, 2, 3), keepdim=True) / area).mean()
        l1 = laplacian_l1(drawn, truth, 3, hair / area)
        mixed, goal = (self.place(one) for one in (hair * drawn + (1 - hair) * truth, truth))
        matched = feature_distance(self.features, mixed, goal)
        loss = OUTLINE * outline + l1 + MATCHING * matched
        figures = {"outline": outline.item(), "l1": l1.item(), "match": matched.item()}
        return loss, figures

    @torch.no_grad()
    def report(self, folder: Path) -> dict[str, float]:
        """Of held-out drafts: PSNR in the hair before and after, and overlap of the mask."""
        self.network.eval()
        values: dict[str, list[float]] = {"draft_psnr": [], "hair_psnr": [], "hair_iou": []}
        shown: list[Tensor] = []
        count = len(self.drafts["held"].w)
        for start in range(0, count if self.limit is None else min(count, self.limit), 8):
            picks = np.arange(start, min(start + 8, count))
            image, truth, hair, w = self.examples("held", picks)
            drawn, logits = self.network.draw(self.place(image), w)
            there = hair.mean((1, 2, 3)) > 0.01
            for name, one in (("draft_psnr", image), ("hair_psnr", drawn.clamp(-1, 1))):
                error = ((one - truth).square() * hair).sum((1, 2, 3)) / hair.sum((1, 2, 3)) / 12
                values[name] += (-10 * error.clamp_min(1e-10).log10())[there].tolist()
            a, b = logits > 0, hair > 0.5
            iou = (a & b).sum((1, 2, 3)) / (a | b).sum((1, 2, 3)).clamp_min(1)
            values["hair_iou"] += iou[there].tolist()
            if len(shown) < 6:
                mask = logits.sigmoid()
                shown += [image, mask * drawn + (1 - mask) * image, truth]
        write_sheet(folder / "refiner.png", shown)
        self.network.train()
        return {name: float(np.mean(found)) for name, found in values.items()}

    def export(self, state: State, folder: Path | None = None) -> None:
        """Write weights and card."""
        card = make_card(self.name, self.task, self.data, state, {"size": self.side})
        save_weights(self.network.state_dict(), self.name, card, folder)


def recoloured(image: Tensor, truth: Tensor, hair: Tensor) -> Tensor:
    """The draft with the mean colour of its hair moved to the truth's, softly around it."""
    area = hair.sum((2, 3), keepdim=True).clamp_min(1.0)
    shift = ((truth - image) * hair).sum((2, 3), keepdim=True) / area
    return image + shift * _soft(hair)


def _soft(mask: Tensor) -> Tensor:
    for _ in range(2):
        mask = functional.avg_pool2d(mask, AROUND, 1, AROUND // 2, count_include_pad=False)
    return mask
