"""The inpainter: what a portrait shows where its hair is taken away.

What may be there is drawn by the generator (`models.bald`): brows, a beard, stripes. Colours and
places in the drawing are nearly right. A network, trained on people and the same people without
hair, looks at both pictures. It sorts the pixels into layers, hidden ones as well, continues the
visible colours of each layer under the hole, takes from the drawing what is right in it, and adds
what is missing.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from styleforge_portraits.models.bald import Bald
from styleforge_portraits.models.blocks import UNet
from styleforge_portraits.models.regions import SIDE, STEP, resize

# Layers of pixels, and how many of each: what a picture is made of, with their shades and patterns.
KINDS = {"backdrop": 2, "cloth": 2, "person": 2}
LAYERS = sum(KINDS.values())
LEVELS = 8  # of the pyramid that continues colours
COARSER = 0.1  # how much less a level counts than the finer one
FEATURES = 24  # of the U-Net, at half the size
PLANES = 3 + 1 + 3  # of the picture, the hole and the drawing


class InpainterNet(nn.Module):
    """Fills the hole of a picture, with a drawing beside it of what the hole may cover."""

    def __init__(self, widths: tuple[int, ...] = (24, 48, 96, 128, 160, 160)) -> None:
        super().__init__()
        self.net = UNet(FEATURES, widths, unshuffle=2, planes=PLANES)
        # Meets the pixels again at full size, as in the region network, so that no teeth are left.
        self.fine = nn.Sequential(
            nn.Conv2d(FEATURES + PLANES, FEATURES, 3, 1, 1),
            nn.ReLU(inplace=True),
            nn.Conv2d(FEATURES, LAYERS + 4, 1),
        )

    def forward(self, image: Tensor, hole: Tensor, drawing: Tensor) -> Tensor:
        """Pictures ``(N, 3, H, W)``, sides multiples of 64, with the hole filled in all of them.

        What the hole ``(N, 1, H, W)`` covers is not looked at.
        """
        return self.layered(image, hole, drawing)[0]

    def layered(self, image: Tensor, hole: Tensor, drawing: Tensor) -> tuple[Tensor, Tensor]:
        """What `forward` gives, and the layers ``(N, 6, H, W)`` in the order of ``KINDS``."""
        seen = torch.cat((image * (1 - hole), 2 * hole - 1, drawing), 1)  # (N, 7, H, W)
        maps = self.net(seen)  # (N, FEATURES, H / 2, W / 2)
        maps = functional.interpolate(maps, scale_factor=2, mode="bilinear", align_corners=False)
        out = self.fine(torch.cat((maps, seen), 1)).float()  # (N, 10, H, W)
        layers, added, taken = out.split((LAYERS, 3, 1), 1)
        layers, taken = layers.softmax(1), taken.sigmoid()
        colours = continued_colours(image.float(), layers * (1 - hole.float()))
        made = (layers[:, :, None] * colours).sum(1)  # (N, 3, H, W)
        return made + taken * (drawing.float() - made) + added, layers


class PortraitInpainter(nn.Module):
    """Fills holes of any shape; satisfies ``styleforge.pack.protocols.Inpainter``.

    Args:
        network: the trained network.
        bald: draws people without hair.
    """

    def __init__(self, network: InpainterNet, bald: Bald) -> None:
        super().__init__()
        self.network, self.bald = network, bald

    def forward(self, image: Tensor, hole: Tensor) -> Tensor:
        """``(N, 3, H, W)`` in [-1, 1] with what ``hole`` ``(N, 1, H, W)`` covers made up.

        The drawing is of the person in the whole picture, so what the hole covers counts there.
        """
        height, width = image.shape[-2:]
        step = 2 * STEP
        scale = SIDE / max(height, width)
        sides = [max(round(side * scale / step), 1) * step for side in (height, width)]
        hard = (hole > 0.5).to(image)
        covered = (resize(hard, *sides) > 0).to(image)
        small = self.network(resize(image, *sides), covered, resize(self.bald(image), *sides))
        return torch.where(hard > 0, resize(small.to(image), height, width).clamp(-1, 1), image)


def continued_colours(image: Tensor, weights: Tensor) -> Tensor:
    """The colours of layers ``(N, K, 3, H, W)``, from where they are seen to everywhere, smoothly.

    Normalised convolution (Knutsson and Westin 1993) over a pyramid: each place takes the mean of
    its layer at the finest level at which there is any. ``weights`` ``(N, K, H, W)`` say how much a
    pixel shows each layer.
    """
    count, layers, height, width = weights.shape
    planes = torch.cat((weights[:, :, None], weights[:, :, None] * image[:, None]), 2)
    planes = planes.reshape(count, layers * 4, height, width)
    levels = [functional.avg_pool2d(planes, 2)]  # half the resolution does for smooth colours
    while len(levels) < LEVELS and min(levels[-1].shape[-2:]) > 1:
        levels.append(functional.avg_pool2d(levels[-1], 2))
    total = levels.pop()
    while levels:
        finer = levels.pop()
        total = finer + COARSER * functional.interpolate(
            total, size=finer.shape[-2:], mode="bilinear", align_corners=False
        )
    total = total.reshape(count, layers, 4, *total.shape[-2:])
    share, colour = total[:, :, :1], total[:, :, 1:]
    smooth = (colour / share.clamp_min(1e-12)).flatten(1, 2)
    large = functional.interpolate(smooth, size=(height, width), mode="bilinear")
    return large.reshape(count, layers, 3, height, width)
