"""The inverter: a picture to the W+ that renders it.

Reads the person's code from perceptual features and sends it through (a copy of) the generator's
mapping network, so that a guess always starts from a real w; small offsets per row are added to
it, as in "Designing an Encoder for StyleGAN Image Manipulation" (Tov et al. 2021, section 4).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional

from styleforge.models.scaling import lpips_input
from styleforge.models.vgg import VGG16
from styleforge_portraits.models.latent import WIDTH, code_to_z
from styleforge_portraits.models.perception import WIDTHS
from styleforge_portraits.models.regions import resize

if TYPE_CHECKING:
    from collections.abc import Sequence

    from styleforge.models.stylegan2.mapping import Mapping

SIDE = 128  # pixels the network works at
THUMB = 8  # side of the thumbnail whose colours are read directly
RANK = 16  # directions that a row's offset may take


class InverterNet(nn.Module):
    """Picture to W+; satisfies ``styleforge.pack.protocols.Inverter``."""

    centre: Tensor
    spread: Tensor

    def __init__(
        self, mapping: Mapping, codes: int, rows: int, widths: Sequence[int] = WIDTHS
    ) -> None:
        super().__init__()
        self.vgg = VGG16(widths)
        inputs = 3 * THUMB**2 + 16 * widths[4] + 2 * (widths[1] + widths[2] + widths[3])
        self.register_buffer("centre", torch.zeros(inputs))
        self.register_buffer("spread", torch.ones(inputs))
        self.code = nn.Linear(inputs, codes)
        self.offsets = nn.Linear(inputs, rows * RANK)
        self.basis = nn.Parameter(torch.randn(RANK, WIDTH) / WIDTH**0.5)
        nn.init.zeros_(self.offsets.weight)
        nn.init.zeros_(self.offsets.bias)
        self.mapping = mapping
        self.rows = rows

    def describe(self, image: Tensor) -> Tensor:
        """Colours of a thumbnail, deep features by place, statistics of textures, ``(N, F)``."""
        image = resize(image, SIDE, SIDE)
        found = self.vgg(lpips_input(image), ("relu2_2", "relu3_3", "relu4_3", "relu5_3"))
        parts = [
            functional.adaptive_avg_pool2d(image, THUMB).flatten(1).float(),
            functional.adaptive_avg_pool2d(found["relu5_3"], 4).flatten(1).float(),
        ]
        for name in ("relu2_2", "relu3_3", "relu4_3"):
            maps = found[name].float()
            parts += [maps.mean((2, 3)), maps.std((2, 3))]
        return torch.cat(parts, 1)

    def read(self, image: Tensor) -> tuple[Tensor, Tensor]:
        """Pictures to codes ``(N, D)`` and offsets ``(N, rows, 512)``."""
        inner = (self.describe(image) - self.centre) / self.spread
        with torch.autocast(image.device.type, enabled=False):
            steps = self.offsets(inner).reshape(len(inner), self.rows, RANK)
            return self.code(inner), steps @ self.basis

    def forward(self, image: Tensor) -> Tensor:
        """``(N, 3, H, W)`` in [-1, 1] to W+ ``(N, rows, 512)``."""
        code, offsets = self.read(image)
        w: Tensor = self.mapping(code_to_z(code.float()))
        return w[:, None] + offsets
