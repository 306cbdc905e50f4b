"""Seeing pictures through the pack's perceptual network: what its layers say, and a small head.

A convolutional tower of its own knew hardly a word after 30,000 pictures on one core; this one
does, because the perceptual network has already learned to see.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional

from styleforge.models.scaling import lpips_input
from styleforge.models.vgg import VGG16
from styleforge_portraits.models.perception import WIDTHS
from styleforge_portraits.models.regions import resize

if TYPE_CHECKING:
    from collections.abc import Sequence

SIDE = 128  # pixels the network works at
THUMB = 16  # side of the thumbnail whose colours are read directly
LAYERS = ("relu2_2", "relu3_3", "relu4_3")  # whose averages and deviations are read
_DROPPED = 0.2  # share of what is described that a training leaves out


class Tower(nn.Module):
    """``(N, 3, H, W)`` in [-1, 1] to ``(N, outputs)`` of length 1.

    Args:
        outputs: numbers in an embedding.
        hidden: width of the head's middle layer.
        crop: left, top, right, bottom of what is seen, in parts of the picture.
    """

    centre: Tensor
    spread: Tensor

    def __init__(
        self,
        outputs: int,
        hidden: int = 384,
        crop: tuple[float, float, float, float] = (0, 0, 1, 1),
        widths: Sequence[int] = WIDTHS,
    ) -> None:
        super().__init__()
        self.vgg = VGG16(widths).requires_grad_(requires_grad=False)
        self.crop = crop
        self.inputs = 3 * THUMB**2 + 16 * widths[4] + 2 * (widths[1] + widths[2] + widths[3])
        self.hidden = hidden
        self.register_buffer("centre", torch.zeros(self.inputs))
        self.register_buffer("spread", torch.ones(self.inputs))
        self.first = nn.Linear(self.inputs, hidden)
        self.norm = nn.LayerNorm(hidden)
        self.head = nn.Linear(hidden, outputs)

    def forward(self, image: Tensor) -> Tensor:
        """Pictures of any size in [-1, 1] to unit embeddings."""
        return self.embedding(self.middle(self.describe(image)))

    def describe(self, image: Tensor) -> Tensor:
        """Colours of a thumbnail, deep features by place, statistics of textures, ``(N, F)``."""
        height, width = image.shape[-2:]
        left, top, right, bottom = self.crop
        image = image[
            :, :, round(top * height) : round(bottom * height),
            round(left * width) : round(right * width),
        ]  # fmt: skip
        image = resize(image, SIDE, SIDE)
        found = self.vgg(lpips_input(image), (*LAYERS, "relu5_3"))
        parts = [
            functional.adaptive_avg_pool2d(image, THUMB).flatten(1).float(),
            functional.adaptive_avg_pool2d(found["relu5_3"], 4).flatten(1).float(),
        ]
        for name in LAYERS:
            maps = found[name].float()
            mean = maps.mean((2, 3), keepdim=True)
            # the root's slope at 0 is infinite: a flat picture still needs a gradient
            parts += [mean.flatten(1), ((maps - mean).square().mean((2, 3)) + 1e-6).sqrt()]
        return torch.cat(parts, 1)

    def middle(self, described: Tensor) -> Tensor:
        """What `describe` gives, ``(N, F)``, to the head's middle layer ``(N, hidden)``."""
        inner = ((described - self.centre) / self.spread).clamp(-6, 6)
        out: Tensor = functional.gelu(self.norm(self.first(inner)))
        return out

    def embedding(self, middle: Tensor) -> Tensor:
        """The middle layer to unit embeddings ``(N, outputs)``."""
        return functional.normalize(self.head(middle), dim=1)

    def forget(self, described: Tensor, noise: torch.Generator) -> Tensor:
        """Some of what `describe` gave ``(N, F)`` replaced by its mean: dropout for trainings."""
        kept = torch.rand(described.shape, generator=noise).to(described.device) >= _DROPPED
        return torch.where(kept, described, self.centre)

    @torch.no_grad()
    def standardise(self, described: Tensor) -> None:
        """Take centre and spread from what `describe` gave of many pictures."""
        self.centre.copy_(described.mean(0))
        self.spread.copy_(described.std(0).clamp_min(1e-3))
