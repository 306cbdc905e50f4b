"""The region network: which part of a portrait is background, skin, face, hair, clothing."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from styleforge_portraits.models.blocks import UNet

REGIONS = ("background", "skin", "face", "hair", "clothing")
SIDE = 256  # pixels the network works at
STEP = 32  # the network halves this often
FEATURES = 12  # of the U-Net, at half the size


class RegionNet(nn.Module):
    """Soft regions at the picture's own size: a ``styleforge.pack.protocols.RegionProvider``.

    Pictures whose longer side is not 256 px are scaled to that for the network.
    """

    names: tuple[str, ...] = REGIONS

    def __init__(self, widths: tuple[int, ...] = (16, 32, 64, 96, 128)) -> None:
        super().__init__()
        self.net = UNet(FEATURES, widths, unshuffle=2)
        self.fine = nn.Sequential(
            nn.Conv2d(FEATURES + 3, FEATURES, 3, 1, 1),
            nn.ReLU(inplace=True),
            nn.Conv2d(FEATURES, len(REGIONS), 1),
        )

    def logits(self, image: Tensor) -> Tensor:
        """``(N, 3, H, W)``, sides multiples of 32, to logits ``(N, 5, H, W)``.

        The U-Net sees squares of two by two pixels. Its features are enlarged smoothly and meet the
        pixels again: a layer that wrote the four pixels of a square apart left teeth at outlines.
        """
        maps = self.net(image)  # (N, FEATURES, H / 2, W / 2)
        maps = functional.interpolate(maps, scale_factor=2, mode="bilinear", align_corners=False)
        out: Tensor = self.fine(torch.cat((maps, image), 1))  # (N, 5, H, W)
        return out

    def forward(self, image: Tensor) -> Tensor:
        """``(N, 3, H, W)`` in [-1, 1] to soft regions ``(N, 5, H, W)`` that sum to 1."""
        height, width = image.shape[-2:]
        scale = SIDE / max(height, width)
        sides = [max(round(side * scale / STEP), 1) * STEP for side in (height, width)]
        small = resize(image, sides[0], sides[1])
        return functional.softmax(resize(self.logits(small).float(), height, width), 1)


def resize(image: Tensor, height: int, width: int) -> Tensor:
    """Bilinear, smoothed when shrinking; the same tensor when nothing changes."""
    if image.shape[-2:] == (height, width):
        return image
    shrink = height < image.shape[-2] or width < image.shape[-1]
    return functional.interpolate(
        image, size=(height, width), mode="bilinear", align_corners=False, antialias=shrink
    )


def mean_iou(predicted: Tensor, truth: Tensor, classes: int = len(REGIONS)) -> Tensor:
    """Intersection over union ``(classes,)`` of label maps, over all pictures together."""
    flat = truth.flatten().long() * classes + predicted.flatten().long()
    table = torch.bincount(flat, minlength=classes**2).reshape(classes, classes).double()
    hit = table.diagonal()
    return hit / (table.sum(0) + table.sum(1) - hit).clamp_min(1)
