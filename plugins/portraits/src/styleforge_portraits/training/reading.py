"""Reading the factors beside the contrast: what is there to see is learned sooner when it is told.

Contrast alone had found hardly any words after 10,000 pictures; the head is thrown away.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from styleforge_portraits import world

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from torch import Tensor


def coordinates(prefixes: Sequence[str]) -> NDArray[np.bool_]:
    """The coordinates of a code ``(D,)`` whose group begins with any of these."""
    return np.concatenate(
        [np.full(one.width, one.group.startswith(tuple(prefixes))) for one in world.FACTORS]
    )


class CodeReader(nn.Module):
    """Reads codes ``(N, D)`` off the features of a tower."""

    def __init__(self, features: int) -> None:
        super().__init__()
        self.norm = nn.BatchNorm1d(features)
        self.head = nn.Linear(features, world.CODE_WIDTH)

    def forward(self, features: Tensor) -> Tensor:
        """``(N, features)`` to ``(N, D)``."""
        out: Tensor = self.head(self.norm(features))
        return out


def code_loss(read: Tensor, codes: Tensor, shown: NDArray[np.bool_]) -> Tensor:
    """Mean squared error of the coordinates that are ``shown``, ``(N, D)`` or ``(D,)``."""
    told = torch.from_numpy(shown).to(read.device).expand_as(read)
    error = functional.mse_loss(read, codes.to(read.device).clamp(-2.5, 2.5), reduction="none")
    return (error * told).sum() / told.sum().clamp_min(1)
