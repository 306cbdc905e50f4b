"""The landmark network: 68 points (iBUG order) as the centres of heat maps."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from styleforge_portraits.models.blocks import UNet
from styleforge_portraits.models.regions import resize

SIDE = 128  # pixels the network works at
POINTS = 68


class LandmarkNet(nn.Module):
    """Heat maps at a quarter of 128 px, read by their centre of mass (soft argmax).

    Satisfies ``styleforge.pack.protocols.Landmarks``. Pictures that are not square are padded by
    repeating their border.
    """

    def __init__(self, widths: tuple[int, ...] = (24, 48, 96, 128, 128)) -> None:
        super().__init__()
        self.net = UNet(POINTS, widths, unshuffle=2, stop=1)

    def forward(self, image: Tensor) -> Tensor:
        """``(N, 3, H, W)`` in [-1, 1] to points ``(N, 68, 2)`` in pixels (x, y)."""
        height, width = image.shape[-2:]
        side = max(height, width)
        left, top = (side - width) // 2, (side - height) // 2
        if height != width:
            pad = (left, side - width - left, top, side - height - top)
            image = nn.functional.pad(image, pad, mode="replicate")
        points = self.normalised(resize(image, SIDE, SIDE)) * side
        return points - points.new_tensor((left, top))

    def normalised(self, image: Tensor) -> Tensor:
        """Pictures at 128 px to points in parts of the width, ``(N, 68, 2)``."""
        heat = self.net(image).float()
        count, points, rows, columns = heat.shape
        mass = heat.flatten(2).softmax(2).reshape(count, points, rows, columns)
        x = (torch.arange(columns, device=heat.device) + 0.5) / columns
        y = (torch.arange(rows, device=heat.device) + 0.5) / rows
        return torch.stack(((mass.sum(2) * x).sum(2), (mass.sum(3) * y).sum(2)), 2)
