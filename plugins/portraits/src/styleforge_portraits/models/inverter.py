"""The inverter: a picture to the W+ that renders it.

Reads the person's code from the picture and sends it through (a copy of) the generator's mapping
network, so that a guess always starts from a real w; small offsets per row are added to it, as in
"Designing an Encoder for StyleGAN Image Manipulation" (Tov et al. 2021, section 4).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from styleforge_portraits.models.blocks import Block
from styleforge_portraits.models.latent import WIDTH, code_to_z
from styleforge_portraits.models.regions import resize

if TYPE_CHECKING:
    from styleforge.models.stylegan2.mapping import Mapping

SIDE = 256  # pixels the network works at
RANK = 48  # directions that a row's offset may take


class InverterNet(nn.Module):
    """Picture to W+; satisfies ``styleforge.protocols.Inverter``."""

    def __init__(
        self,
        mapping: Mapping,
        codes: int,
        rows: int,
        widths: tuple[int, ...] = (32, 64, 96, 128, 192, 192),
    ) -> None:
        super().__init__()
        inputs = 3 * 4
        blocks: list[nn.Module] = [nn.PixelUnshuffle(2)]
        for level, width in enumerate(widths):
            blocks.append(Block(inputs, width, 1 if level == 0 else 2))
            inputs = width
        self.encoder = nn.Sequential(*blocks, nn.AdaptiveAvgPool2d(4), nn.Flatten())
        self.trunk = nn.Sequential(nn.Linear(inputs * 16, 384), nn.ReLU())
        self.code = nn.Linear(384, codes)
        self.offsets = nn.Linear(384, rows * RANK)
        self.basis = nn.Parameter(torch.randn(RANK, WIDTH) / WIDTH**0.5)
        nn.init.zeros_(self.offsets.weight)
        nn.init.zeros_(self.offsets.bias)
        self.mapping = mapping
        self.rows = rows

    def read(self, image: Tensor) -> tuple[Tensor, Tensor]:
        """Pictures at 256 px to codes ``(N, D)`` and offsets ``(N, rows, 512)``."""
        inner = self.trunk(self.encoder(image).float())
        steps = self.offsets(inner).reshape(len(inner), self.rows, RANK)
        return self.code(inner), steps.float() @ self.basis

    def forward(self, image: Tensor) -> Tensor:
        """``(N, 3, H, W)`` in [-1, 1] to W+ ``(N, rows, 512)``."""
        code, offsets = self.read(resize(image, SIDE, SIDE))
        w: Tensor = self.mapping(code_to_z(code.float()))
        return w[:, None] + offsets
