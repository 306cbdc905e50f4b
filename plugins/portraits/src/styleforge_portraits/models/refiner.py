"""The refiner: hair drawn sharply where the generator, from its latent alone, leaves a blur.

A U-Net over the generator's picture, steered by the latent: the picture says where the hair is and
in which colours, the latent what kind of strands it has. The same idea as the refinement encoder of
HairFastGAN (Nikolaev et al. 2024, section 3.4), in the picture instead of in feature space.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from styleforge.errors import UserError
from styleforge_portraits.models.blocks import UNet
from styleforge_portraits.models.latent import WIDTH
from styleforge_portraits.models.regions import SIDE, resize

DRAWN = ("hair",)
WIDTHS = (32, 64, 96, 128, 160)


class RefinerNet(nn.Module):
    """Draws the regions ``DRAWN``; satisfies ``styleforge.protocols.Refiner``."""

    names: tuple[str, ...] = DRAWN

    def __init__(self, widths: tuple[int, ...] = WIDTHS) -> None:
        super().__init__()
        self.net = UNet(4 * 4, widths, unshuffle=2)
        # One factor and one offset per channel of every decoder level (Perez et al. 2018, FiLM).
        self.styles = nn.ModuleList(nn.Linear(WIDTH, 2 * w) for w in reversed(widths[:-1]))
        for style in self.styles:
            nn.init.zeros_(style.weight)
            nn.init.zeros_(style.bias)

    def draw(self, image: Tensor, w: Tensor) -> tuple[Tensor, Tensor]:
        """Pictures ``(N, 3, H, W)``, sides multiples of 32, and mean rows of W+ ``(N, 512)``.

        Returns:
            The hair's pixels ``(N, 3, H, W)`` and the logits ``(N, 1, H, W)`` of its mask.
        """
        w = w * torch.rsqrt(w.square().mean(1, keepdim=True) + 1e-8)
        styles = [style(w)[:, :, None, None] for style in self.styles]

        def steer(level: int, maps: Tensor) -> Tensor:
            scale, shift = styles[level].to(maps.dtype).chunk(2, 1)
            return torch.addcmul(maps + shift, maps, scale)

        out = functional.pixel_shuffle(self.net(image, steer), 2).float()
        return image.float() + out[:, :3], out[:, 3:]

    def forward(self, image: Tensor, latent: Tensor, region: str) -> tuple[Tensor, Tensor]:
        """See ``styleforge.protocols.Refiner``.

        Raises:
            UserError: for a region that it does not draw.
        """
        if region not in DRAWN:
            raise UserError(f"The refiner draws {', '.join(DRAWN)}; it was asked for {region!r}.")
        height, width = image.shape[-2:]
        drawn, logits = self.draw(resize(image, SIDE, SIDE), latent.mean(1))
        drawn, mask = resize(drawn, height, width), resize(logits.sigmoid(), height, width)
        return drawn.clamp(-1, 1).to(image), mask.to(image)
