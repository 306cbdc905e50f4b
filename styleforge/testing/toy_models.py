"""Tiny models of random but fixed weights: everything a pack needs, in milliseconds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from styleforge.models.stylegan2 import Generator
from styleforge.models.stylegan2.layers import StyledConv
from styleforge.models.vgg import VGG16

SIZE = 32
WIDTH = 8
CHANNELS = {4: 8, 8: 8, 16: 8, 32: 6}
VGG_WIDTHS = (4, 6, 6, 8, 8)
LPIPS_LAYERS = ("relu1_2", "relu2_2", "relu3_3", "relu4_3", "relu5_3")
REGIONS = ("rest", "keep", "thing")
POINTS = ((10.0, 14.0), (22.0, 14.0), (16.0, 19.0), (12.0, 24.0), (20.0, 24.0))


class ToyRegions:
    """Soft regions by position and a little by colour: ``thing`` above ``keep``, ``rest`` around.

    Smooth in the picture, so that losses on live regions have a gradient.
    """

    names = REGIONS

    def __call__(self, image: Tensor) -> Tensor:
        """Pictures ``(N, 3, H, W)`` to regions ``(N, 3, H, W)`` that sum to 1."""
        height, width = image.shape[-2:]
        y = torch.linspace(-1, 1, height, dtype=image.dtype, device=image.device)[:, None]
        x = torch.linspace(-1, 1, width, dtype=image.dtype, device=image.device)[None, :]
        red, green, blue = image.clamp(-2, 2).unbind(dim=1)
        thing = 6 * (0.2 - y - 0.5 * x.square()) + red - blue
        keep = 6 * (0.4 + 0.5 * y - 1.5 * x.square()) + green - red
        rest = (x.square() + y.square()).expand_as(red) * 3
        return torch.stack((rest, keep, thing), dim=1).softmax(dim=1)


class ToyLandmarks:
    """Five fixed points, wherever the picture's subject is."""

    def __call__(self, image: Tensor) -> Tensor:
        """Pictures ``(N, 3, H, W)`` to landmarks ``(N, 5, 2)`` in pixels."""
        scale = image.shape[-1] / SIZE
        return (image.new_tensor(POINTS) * scale).expand(image.shape[0], -1, -1)


class ToyInverter(nn.Module):
    """The mean latent, whatever the picture."""

    mean: Tensor

    def __init__(self, generator: Generator) -> None:
        super().__init__()
        mean, _ = generator.mean_latent(1000, torch.Generator().manual_seed(0))
        self.rows = generator.rows
        self.register_buffer("mean", mean)

    def forward(self, image: Tensor) -> Tensor:
        """Pictures ``(N, 3, H, W)`` to W+ ``(N, rows, width)``."""
        return self.mean.expand(image.shape[0], self.rows, -1)


@dataclass(frozen=True)
class ToyLpips:
    """Linear weights of LPIPS ``(C,)`` by layer."""

    weights: Mapping[str, Tensor]


def generator() -> Generator:
    """A StyleGAN2 generator of 32 px with 8 rows of 8 numbers and working noise maps."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        made = Generator(SIZE, width=WIDTH, mapping_layers=2, channels=CHANNELS)
        for layer in made.convs:
            assert isinstance(layer, StyledConv)
            nn.init.constant_(layer.noise_strength, 0.2)
    return made


def features() -> VGG16:
    """A narrow VGG16."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(1)
        made = VGG16(VGG_WIDTHS)
        for module in made.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
    return made


def regions() -> ToyRegions:
    """The region provider."""
    return ToyRegions()


def landmarks() -> ToyLandmarks:
    """The landmark finder."""
    return ToyLandmarks()


def inverter() -> ToyInverter:
    """The inverter."""
    return ToyInverter(generator())


def lpips() -> ToyLpips:
    """LPIPS weights, all ones."""
    widths = zip(LPIPS_LAYERS, VGG_WIDTHS, strict=True)
    return ToyLpips({layer: torch.ones(width) for layer, width in widths})
