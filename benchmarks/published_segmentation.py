"""The size of the segmentation network that the released LOHO runs at every step.

DeepLabv3+ on the aligned Xception with 16 middle blocks (Chen et al. 2018, figure 4; Graphonomy,
Gong et al. 2019), written from the papers, with random weights. Graphonomy's reasoning on a graph
of 20 nodes is left out: it costs next to nothing.
"""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional

SCALES = (1.0, 0.5, 0.75, 1.25, 1.5, 1.75)  # as LOHO has them, each with its mirror image
CLASSES = 20


class _Separable(nn.Sequential):
    """A depthwise 3x3 convolution and a pointwise one, each normalized."""

    def __init__(
        self, inputs: int, outputs: int, *, stride: int = 1, rate: int = 1, active: bool = False
    ) -> None:
        def rectifier() -> nn.Module:
            return nn.ReLU() if active else nn.Identity()

        super().__init__(
            nn.Conv2d(inputs, inputs, 3, stride, rate, rate, groups=inputs, bias=False),
            nn.BatchNorm2d(inputs),
            rectifier(),
            nn.Conv2d(inputs, outputs, 1, bias=False),
            nn.BatchNorm2d(outputs),
            rectifier(),
        )


class _Block(nn.Module):
    """Three separable convolutions beside a shortcut."""

    def __init__(self, widths: tuple[int, int, int, int], *, stride: int = 1) -> None:
        super().__init__()
        strides = (1, 1, stride)
        pairs = zip(widths, widths[1:], strides, strict=False)
        self.parts = nn.ModuleList([_Separable(i, o, stride=by) for i, o, by in pairs])
        self.skip: nn.Module = nn.Identity()
        if widths[0] != widths[-1] or stride > 1:
            convolution = nn.Conv2d(widths[0], widths[-1], 1, stride, bias=False)
            self.skip = nn.Sequential(convolution, nn.BatchNorm2d(widths[-1]))

    def forward(self, maps: Tensor) -> tuple[Tensor, Tensor]:
        """What comes out, and what there was before the last convolution."""
        before, found = maps, maps
        for part in self.parts:
            before = found
            found = part(functional.relu(before))
        return found + self.skip(maps), before


class PublishedSegmentation(nn.Module):
    """Pictures ``(N, 3, H, W)`` to scores ``(N, 20, H, W)``."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(
            *(nn.Conv2d(3, 32, 3, 2, 1, bias=False), nn.BatchNorm2d(32), nn.ReLU()),
            *(nn.Conv2d(32, 64, 3, 1, 1, bias=False), nn.BatchNorm2d(64), nn.ReLU()),
        )
        self.entry = nn.ModuleList(
            _Block((inputs, width, width, width), stride=2)
            for inputs, width in ((64, 128), (128, 256), (256, 728))
        )
        self.middle = nn.ModuleList(_Block((728, 728, 728, 728)) for _ in range(16))
        self.last = _Block((728, 728, 1024, 1024))
        widths = (1024, 1536, 1536, 2048)
        self.exit = nn.Sequential(
            *(_Separable(i, o, rate=2, active=True) for i, o in pairwise(widths))
        )
        pointwise = nn.Sequential(
            nn.Conv2d(2048, 256, 1, bias=False), nn.BatchNorm2d(256), nn.ReLU()
        )
        wide = (_Separable(2048, 256, rate=rate, active=True) for rate in (6, 12, 18))
        self.pyramid = nn.ModuleList([pointwise, *wide])
        self.pooled = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Conv2d(2048, 256, 1), nn.ReLU())
        self.joined = nn.Sequential(
            nn.Conv2d(1280, 256, 1, bias=False), nn.BatchNorm2d(256), nn.ReLU()
        )
        self.shallow = nn.Sequential(
            nn.Conv2d(256, 48, 1, bias=False), nn.BatchNorm2d(48), nn.ReLU()
        )
        self.decoder = nn.Sequential(
            _Separable(304, 256, active=True),
            _Separable(256, 256, active=True),
            nn.Conv2d(256, CLASSES, 1),
        )

    def forward(self, image: Tensor) -> Tensor:
        """Scores at the picture's size."""
        maps, shallow = self.stem(image), image
        for index, block in enumerate(self.entry):
            maps, before = block(maps)
            shallow = before if index == 1 else shallow  # (N, 256, H / 4, W / 4)
        for block in (*self.middle, self.last):
            maps, _ = block(maps)
        maps = self.exit(functional.relu(maps))  # (N, 2048, H / 16, W / 16)
        levels = [level(maps) for level in self.pyramid]
        levels.append(self.pooled(maps).expand_as(levels[0]))
        maps = self.joined(torch.cat(levels, 1))
        maps = _resized(maps, shallow)
        return _resized(self.decoder(torch.cat((maps, self.shallow(shallow)), 1)), image)


@torch.no_grad()
def segment(network: nn.Module, image: Tensor) -> Tensor:
    """The class of every pixel of ``(1, 3, H, W)``, by six sizes and their mirror images."""
    total = torch.zeros(())
    for scale in SCALES:
        resized = functional.interpolate(image, scale_factor=scale, mode="bilinear")
        both = network(torch.cat((resized, resized.flip(3))))  # (2, 20, h, w)
        total = total + _resized(both[:1] + both[1:].flip(3), image)
    return total.argmax(1)


def _resized(maps: Tensor, like: Tensor) -> Tensor:
    size = like.shape[2:]
    return functional.interpolate(maps, size=size, mode="bilinear", align_corners=True)
