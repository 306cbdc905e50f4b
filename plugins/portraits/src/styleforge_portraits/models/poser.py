"""The poser: how a person's hair or clothing has to be bent to sit on another person.

LOHO's structure reference must be aligned with the identity (section 5 of the paper); landmarks say
where the face goes, but not the outline of hair around it. This network has seen the answer.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from styleforge_portraits.models.blocks import UNet
from styleforge_portraits.models.regions import REGIONS, resize

SIDE = 128  # pixels the network works at
POSED = ("hair", "clothing")
REACH = 0.35  # of the width: nothing comes from farther away


class PoserNet(nn.Module):
    """A flow for each of ``POSED``; satisfies ``styleforge.pack.protocols.Poser``."""

    names: tuple[str, ...] = POSED

    def __init__(self, widths: tuple[int, ...] = (32, 64, 96, 128, 160)) -> None:
        super().__init__()
        self.net = UNet(2 * len(POSED), widths, unshuffle=2, planes=2 * (3 + len(REGIONS)))
        nn.init.zeros_(self.net.head.weight)  # it starts by bending nothing

    def flow(self, seen: Tensor) -> Tensor:
        """Both people ``(N, 16, 128, 128)`` to shifts ``(N, P, 2, 64, 64)``, parts of the width."""
        out: Tensor = REACH * torch.tanh(self.net(seen).float())
        return out.reshape(len(out), len(POSED), 2, *out.shape[-2:])

    def forward(
        self,
        image: Tensor,
        regions: Tensor,
        subject: Tensor,
        subject_regions: Tensor,
        region: str,
    ) -> Tensor:
        """Where each pixel of the bent picture comes from: `styleforge.pack.protocols.Poser`."""
        height, width = image.shape[-2:]
        seen = torch.cat((image, regions, subject, subject_regions), 1)
        shift = self.flow(resize(seen, SIDE, SIDE))[:, POSED.index(region)]
        shift = functional.interpolate(
            shift, size=(height, width), mode="bicubic", align_corners=False
        )
        extent = shift.new_tensor((width, height))[:, None, None]
        return pixels(height, width).to(shift) + shift * extent


def pixels(height: int, width: int) -> Tensor:
    """The centres of all pixels, ``(2, H, W)`` (x, y)."""
    y, x = torch.meshgrid(torch.arange(height) + 0.5, torch.arange(width) + 0.5, indexing="ij")
    return torch.stack((x, y))
