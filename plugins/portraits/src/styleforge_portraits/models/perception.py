"""The pack's perceptual network and its LPIPS weights."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils.fusion import fuse_conv_bn_eval

from styleforge.models.vgg import VGG16

if TYPE_CHECKING:
    from collections.abc import Mapping

WIDTHS = (16, 32, 64, 128, 128)
LPIPS_LAYERS = ("relu1_2", "relu2_2", "relu3_3", "relu4_3", "relu5_3")


@dataclass(frozen=True)
class PortraitLpips:
    """The linear weights of LPIPS by layer: ``styleforge.pack.protocols.LpipsWeights``."""

    weights: Mapping[str, Tensor]


class FactorReader(nn.Module):
    """The perceptual network with the heads that it is trained by.

    One head reads the factors from the last layer and from the means and deviations of the
    middle ones (textures), the other finds regions on the third block's features.
    """

    def __init__(self, codes: int, regions: int, widths: tuple[int, ...] = WIDTHS) -> None:
        super().__init__()
        self.vgg = VGG16(widths)
        # Thirteen plain layers learn slowly from scratch; `plain` folds the normalisation away.
        for index, module in enumerate(self.vgg.features):
            if isinstance(module, nn.Conv2d):
                norm = nn.BatchNorm2d(module.out_channels)
                self.vgg.features[index] = nn.Sequential(module, norm)
        inputs = 16 * widths[4] + 2 * (widths[1] + widths[2] + widths[3])
        self.factors = nn.Sequential(
            nn.BatchNorm1d(inputs), nn.Linear(inputs, 384), nn.ReLU(), nn.Linear(384, codes)
        )
        self.regions = nn.Conv2d(widths[2], regions, 1)

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:
        """Scaled pictures ``(N, 3, H, W)`` to codes ``(N, D)`` and region logits at a quarter."""
        found = self.vgg(image, ("relu2_2", "relu3_3", "relu4_3", "relu5_3"))
        parts = [functional.adaptive_avg_pool2d(found["relu5_3"], 4).flatten(1)]
        for name in ("relu2_2", "relu3_3", "relu4_3"):
            maps = found[name].float()
            parts += [maps.mean((2, 3)), maps.std((2, 3))]
        codes = self.factors(torch.cat([one.float() for one in parts], 1))
        return codes, self.regions(found["relu3_3"])

    def plain(self) -> VGG16:
        """The perceptual network alone, a copy without batch norm that computes the same."""
        network = VGG16(self.vgg.widths)
        for index, module in enumerate(self.vgg.features):
            if isinstance(module, nn.Sequential):
                convolution, norm = copy.deepcopy(module).eval()
                assert isinstance(convolution, nn.Conv2d)
                assert isinstance(norm, nn.BatchNorm2d)
                network.features[index] = fuse_conv_bn_eval(convolution, norm)
        return network.eval().requires_grad_(requires_grad=False)
