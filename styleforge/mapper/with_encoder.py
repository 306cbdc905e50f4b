"""A mapper that brings the encoder of its conditions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from torch import Tensor, nn

from styleforge.mapper.network import Mapper


class WithEncoder(nn.Module):
    """A mapper that reads its conditions with an encoder of its own, not with the pack's.

    The published HairCLIP mapper is one: it was trained on CLIP embeddings as they come, while
    packs give embeddings of length 1.

    Args:
        mapper: the network.
        encoder: satisfies `styleforge.pack.protocols.TextImageEncoder`; its embeddings may be of
            any length.

    Example:
        >>> from styleforge.testing import toy_mapper, toy_words
        >>> WithEncoder(toy_mapper.mapper(), toy_words.embedding()).attributes
        ('toy.shape', 'toy.appearance')
    """

    def __init__(self, mapper: Mapper, encoder: Any) -> None:
        super().__init__()
        self.mapper, self.encoder = mapper, encoder

    @property
    def attributes(self) -> tuple[str, ...]:
        """The attributes that drive something."""
        return self.mapper.attributes

    def forward(self, latent: Tensor, conditions: Mapping[str, Tensor], **how: Any) -> Tensor:
        """As `Mapper`: the edited W+ ``(N, rows, width)``."""
        edited: Tensor = self.mapper(latent, conditions, **how)
        return edited
