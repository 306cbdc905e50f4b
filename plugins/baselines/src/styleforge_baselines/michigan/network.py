"""The network: a region from its mask, its orientation, a code of its look and what is around.

As in MichiGAN (section 4), each has its own way in. The look is a mean of features over the
reference's region, spread over the mask at the coarsest level. Mask and orientation scale and shift
the features of every level (SPADE, Park et al. 2019). What is around comes from an encoder of the
background, whose features take the place of the drawn ones outside the mask at every level.
"""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional

from styleforge.losses.masking import masked_mean

CHANNELS = (
    64,
    64,
    48,
    32,
    24,
)  # from the coarsest level, a sixteenth of the picture, to the finest
CODE = 64  # numbers of a look, beside its mean colour
HIDDEN = 24  # channels between conditions and scales


class Look(nn.Module):
    """A picture and its region to a code: mean features over it, and its mean colour.

    Example:
        >>> Look()(torch.zeros(2, 3, 32, 32), torch.ones(2, 1, 32, 32)).shape
        torch.Size([2, 67])
    """

    def __init__(self) -> None:
        super().__init__()
        widths = (4, 24, 48, CODE)
        self.layers = nn.ModuleList(
            nn.Conv2d(before, after, 3, stride=2, padding=1) for before, after in pairwise(widths)
        )

    def forward(self, image: Tensor, mask: Tensor) -> Tensor:
        """Pictures ``(N, 3, H, W)`` and masks ``(N, 1, H, W)`` to codes ``(N, CODE + 3)``."""
        found = torch.cat((image * mask, mask), dim=1)
        for layer in self.layers:
            found = functional.leaky_relu(layer(found), 0.2)
        inside = functional.adaptive_avg_pool2d(mask, (found.shape[-2], found.shape[-1]))
        return torch.cat((masked_mean(found, inside), masked_mean(image, mask)), dim=1)


class Spade(nn.Module):
    """Features, normalised, then scaled and shifted by conditions at every pixel.

    Example:
        >>> Spade(8)(torch.zeros(1, 8, 4, 4), torch.zeros(1, 3, 4, 4)).shape
        torch.Size([1, 8, 4, 4])
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.norm = nn.GroupNorm(8, channels, affine=False)
        self.read = nn.Conv2d(3, HIDDEN, 3, padding=1)
        self.write = nn.Conv2d(HIDDEN, 2 * channels, 3, padding=1)

    def forward(self, maps: Tensor, conditions: Tensor) -> Tensor:
        """Maps ``(N, C, h, w)`` and conditions ``(N, 3, h, w)`` to maps."""
        scale, shift = self.write(functional.leaky_relu(self.read(conditions), 0.2)).chunk(2, dim=1)
        changed: Tensor = self.norm(maps) * (1 + scale) + shift
        return changed


class Level(nn.Module):
    """One level of the generator: twice the size, conditions, a convolution, the background.

    Example:
        >>> level = Level(8, 16)
        >>> level(torch.zeros(1, 8, 4, 4), torch.zeros(1, 3, 8, 8), torch.zeros(1, 3, 8, 8)).shape
        torch.Size([1, 16, 8, 8])
    """

    def __init__(self, before: int, after: int) -> None:
        super().__init__()
        self.spade = Spade(before)
        self.mix = nn.Conv2d(before, after, 3, padding=1)
        self.around = nn.Conv2d(3, after, 3, padding=1)

    def forward(self, maps: Tensor, conditions: Tensor, background: Tensor) -> Tensor:
        """Maps ``(N, B, h, w)``, conditions and background at twice the size, to maps."""
        maps = functional.interpolate(maps, size=conditions.shape[-2:], mode="nearest")
        drawn = functional.leaky_relu(self.mix(self.spade(maps, conditions)), 0.2)
        inside = conditions[:, :1]
        beside = functional.leaky_relu(self.around(background), 0.2)
        found: Tensor = inside * drawn + (1 - inside) * beside
        return found


class Painter(nn.Module):
    """Draws a region.

    Example:
        >>> ones = torch.ones(1, 1, 32, 32)
        >>> grey = torch.zeros(1, 3, 32, 32)
        >>> Painter()(ones, torch.zeros(1, 2, 32, 32), grey, ones, grey).shape
        torch.Size([1, 3, 32, 32])
    """

    def __init__(self) -> None:
        super().__init__()
        self.look = Look()
        self.spread = nn.Linear(CODE + 3, CHANNELS[0])
        self.levels = nn.ModuleList(Level(before, after) for before, after in pairwise(CHANNELS))
        self.last = nn.Conv2d(CHANNELS[-1], 3, 3, padding=1)

    def forward(
        self, mask: Tensor, strands: Tensor, reference: Tensor, its_mask: Tensor, around: Tensor
    ) -> Tensor:
        """The region in its new look, ``(N, 3, H, W)``; right within the mask.

        Args:
            mask: where the region is to be ``(N, 1, H, W)``; sides are multiples of 16.
            strands: which way it runs there ``(N, 2, H, W)``, see `orientation`.
            reference: pictures ``(N, 3, h, w)`` whose look is taken.
            its_mask: their region ``(N, 1, h, w)``.
            around: the picture without the region ``(N, 3, H, W)``.
        """
        return self.paint(mask, strands, self.look(reference, its_mask), around)

    def paint(self, mask: Tensor, strands: Tensor, code: Tensor, around: Tensor) -> Tensor:
        """`forward` with the code of a look ``(N, CODE + 3)``."""
        conditions = torch.cat((mask, strands * mask), dim=1)
        background = around * (1 - mask)
        height, width = mask.shape[-2:]
        count = len(CHANNELS) - 1
        small = functional.adaptive_avg_pool2d(mask, (height >> count, width >> count))
        maps = self.spread(code)[:, :, None, None] * small  # (N, C, H / 16, W / 16)
        for index, level in enumerate(self.levels):
            size = (height >> (count - 1 - index), width >> (count - 1 - index))
            maps = level(
                maps,
                functional.adaptive_avg_pool2d(conditions, size),
                functional.adaptive_avg_pool2d(background, size),
            )
        colour = code[:, -3:, None, None]  # the network draws what differs from it
        found: Tensor = colour + self.last(maps)
        return found
