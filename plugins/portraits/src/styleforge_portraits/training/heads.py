"""Heads: 1x1 convolutions that read off the generator's features what it is to know.

Materials (which is where, against the world's shares) and the phases of strands (`fields`). They
show the network shapes that colours happen to hide, and are thrown away afterwards.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import nn
from torch.nn import functional

from styleforge_portraits import world
from styleforge_portraits.training.fields import count_of, strand_fields, voices_of
from styleforge_portraits.training.losses import material_divergence

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import Tensor

COARSEST = 16  # pixels of the smallest features that have heads
AT_A_TIME = 3  # sizes whose materials are read, the finest first
COARSE = 0.3  # weight of the others
FIELD_SHARES = {16: 0.05, 32: 0.2, 64: 1.0, 128: 1.0, 256: 0.4}  # of a phase's `fields`
START = 0.1  # of a fresh head's weight: the network is not told much by chance


class Heads(nn.Module):
    """The heads of a generator's features.

    Args:
        channels: of the features, by their side.

    Example:
        >>> heads = Heads({8: 32, 16: 32})
        >>> sorted(heads.materials), sorted(heads.fields)
        (['16'], ['16'])
    """

    def __init__(self, channels: Mapping[int, int]) -> None:
        super().__init__()
        sides = [side for side in channels if side >= COARSEST]
        self.materials = nn.ModuleDict(
            {str(side): nn.Conv2d(channels[side], len(world.MATERIALS), 1) for side in sides}
        )
        self.fields = nn.ModuleDict(
            {
                str(side): nn.Conv2d(channels[side], count_of(side), 1)
                for side in sides
                if count_of(side)
            }
        )
        for side in self.fields:
            fields, zone = strand_fields(int(side))
            self.register_buffer(f"fields_{side}", fields, persistent=False)
            self.register_buffer(f"zone_{side}", zone, persistent=False)
            self.register_buffer(f"voices_{side}", voices_of(int(side)), persistent=False)
        with torch.no_grad():
            for head in (*self.materials.values(), *self.fields.values()):
                head.get_parameter("weight").mul_(START)

    def shapes(
        self, maps: Mapping[int, Tensor], truth: Tensor, rarity: Tensor
    ) -> tuple[Tensor, dict[str, float]]:
        """The divergence of materials, finest sizes first, and the figure of each size.

        Args:
            maps: features ``(N, C, side, side)`` by their side.
            truth: shares of the materials, ``(N, K, S, S)`` of the finest size.
            rarity: how much a material counts, ``(1, K, 1, 1)``.
        """
        total, figures, size = truth.new_zeros(()), {}, truth.shape[-1]
        for side in [side for side in maps if str(side) in self.materials][-AT_A_TIME:]:
            shares = functional.avg_pool2d(truth, size // side) if side < size else truth
            found = self.materials[str(side)](maps[side].float())
            away = material_divergence(found, shares, rarity)
            figures[f"shapes_{side}_of"] = away.item()
            total = total + (1.0 if side == size else COARSE) * away
        return total, figures

    def phases(self, maps: Mapping[int, Tensor]) -> tuple[Tensor, dict[str, float]]:
        """The squared error of the phases of strands, and each size's.

        Args:
            maps: features ``(N, C, side, side)`` by their side.
        """
        total, figures = next(iter(maps.values())).new_zeros((), dtype=torch.float32), {}
        for side in [side for side in maps if str(side) in self.fields]:
            fields, zone = self.get_buffer(f"fields_{side}"), self.get_buffer(f"zone_{side}")
            found = self.fields[str(side)](maps[side].float())  # (N, F, side, side)
            away = ((found - fields).square() * zone).sum((2, 3)) / zone.sum()  # (N, F)
            figures[f"fields_{side}_of"] = away.mean().item()
            total = total + FIELD_SHARES[side] * (away * self.get_buffer(f"voices_{side}")).mean()
        return total, figures
