"""Building blocks of the pack's small image networks."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional


class Block(nn.Module):
    """Two 3x3 convolutions with batch norm and rectifiers; halves the size with ``stride`` 2."""

    def __init__(self, inputs: int, outputs: int, stride: int = 1) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False),
            nn.BatchNorm2d(outputs),
            nn.ReLU(inplace=True),
            nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False),
            nn.BatchNorm2d(outputs),
            nn.ReLU(inplace=True),
        )

    def forward(self, maps: Tensor) -> Tensor:
        """``(N, I, H, W)`` to ``(N, O, H / stride, W / stride)``."""
        out: Tensor = self.layers(maps)
        return out


class UNet(nn.Module):
    """Encoder and decoder with skips (Ronneberger et al. 2015), on unshuffled pixels.

    ``unshuffle`` squares of pixels become channels at the door, and the decoder stops at the
    resolution of ``widths[stop]``.
    """

    def __init__(
        self,
        outputs: int,
        widths: tuple[int, ...],
        unshuffle: int = 2,
        stop: int = 0,
        planes: int = 3,
    ) -> None:
        super().__init__()
        self.unshuffle, self.stop = unshuffle, stop
        inputs = planes * unshuffle**2
        downs = []
        for level, width in enumerate(widths):
            downs.append(Block(inputs, width, 1 if level == 0 else 2))
            inputs = width
        self.downs = nn.ModuleList(downs)
        self.ups = nn.ModuleList(
            Block(widths[level + 1] + widths[level], widths[level])
            for level in reversed(range(stop, len(widths) - 1))
        )
        self.head = nn.Conv2d(widths[stop], outputs, 1)

    def forward(self, image: Tensor) -> Tensor:
        """``(N, planes, H, W)`` to ``(N, outputs, H / (unshuffle 2^stop), ...)``."""
        maps = functional.pixel_unshuffle(image, self.unshuffle)
        kept = []
        for down in self.downs:
            maps = down(maps)
            kept.append(maps)
        kept.pop()
        for up in self.ups:
            skip = kept.pop()
            maps = functional.interpolate(maps, size=skip.shape[-2:], mode="nearest")
            maps = up(torch.cat((maps, skip), 1))
        out: Tensor = self.head(maps)
        return out
