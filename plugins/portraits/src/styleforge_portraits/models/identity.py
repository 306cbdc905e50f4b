"""The identity encoder: who someone is, whatever hair, clothing and background they have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch import nn

from styleforge_portraits.models.tower import Tower

if TYPE_CHECKING:
    from torch import Tensor

WIDTH = 128  # numbers in an embedding
FACE = (0.25, 0.20, 0.75, 0.70)  # the part of an aligned portrait that is looked at
HIDDEN = 256


class IdentityNet(nn.Module):
    """Satisfies ``styleforge.pack.protocols.IdentityEncoder``; looks at the face only.

    Who someone is are the factors of the group ``identity``: features, skin, what is worn on the
    face, and the pose too.
    """

    def __init__(self) -> None:
        super().__init__()
        self.tower = Tower(WIDTH, HIDDEN, FACE)

    def forward(self, image: Tensor) -> Tensor:
        """``(N, 3, H, W)`` in [-1, 1], of any size, to unit embeddings ``(N, 128)``."""
        out: Tensor = self.tower(image)
        return out
