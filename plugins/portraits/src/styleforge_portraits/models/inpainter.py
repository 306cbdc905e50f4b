"""The inpainter: what a portrait shows where its hair is taken away.

Trained on people and the same people without hair, so it knows that there are ears, necks,
shoulders and brows below hair, and goes on with backgrounds and patterns.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from styleforge_portraits.models.blocks import UNet
from styleforge_portraits.models.regions import SIDE, STEP, resize


class InpainterNet(nn.Module):
    """Fills holes of any shape; satisfies ``styleforge.protocols.Inpainter``."""

    def __init__(self, widths: tuple[int, ...] = (24, 48, 96, 128, 160, 160)) -> None:
        super().__init__()
        self.net = UNet(3 * 4, widths, unshuffle=2, planes=4)

    def fill(self, image: Tensor, hole: Tensor) -> Tensor:
        """Pictures ``(N, 3, H, W)``, sides multiples of 64, with the hole filled in all of them.

        What the hole covers is not looked at.
        """
        seen = torch.cat((image * (1 - hole), 2 * hole - 1), 1)
        return torch.tanh(functional.pixel_shuffle(self.net(seen), 2).float())

    def forward(self, image: Tensor, hole: Tensor) -> Tensor:
        """``(N, 3, H, W)`` in [-1, 1] with what ``hole`` ``(N, 1, H, W)`` covers made up."""
        height, width = image.shape[-2:]
        step = 2 * STEP
        scale = SIDE / max(height, width)
        sides = [max(round(side * scale / step), 1) * step for side in (height, width)]
        hard = (hole > 0.5).to(image)
        small = self.fill(resize(image, *sides), (resize(hard, *sides) > 0).to(image))
        return torch.where(hard > 0, resize(small, height, width), image)
