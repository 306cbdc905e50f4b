"""StyleCLIP's mapper: a network for one description, and its step (section 5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor, nn

from styleforge.errors import UserError
from styleforge.models.stylegan2.mapping import Mapping as FullyConnected

LAYERS = 4  # of each group, behind a normalisation of the row
FIRST = (4, 8)  # rows where the medium and the fine group begin
SCALE = 0.1  # of what the network gives
SAME = 0.999  # cosine from which two embeddings are of one description


class Levels(nn.Module):
    """Three networks, for coarse, medium and fine rows; a group without rows has none.

    Args:
        rows: of W+.
        width: of a row.

    Example:
        >>> Levels(14, 8)(torch.randn(2, 14, 8)).shape
        torch.Size([2, 14, 8])
    """

    def __init__(self, rows: int, width: int) -> None:
        super().__init__()
        self.rows, self.width = rows, width
        bounds = [0, *(min(one, rows) for one in FIRST), rows]
        self.sizes = [end - begin for begin, end in pairwise(bounds)]
        self.groups = nn.ModuleList(
            FullyConnected(width, layers=LAYERS) for size in self.sizes if size
        )

    def forward(self, latent: Tensor) -> Tensor:
        """The step ``(N, rows, width)`` from W+ of that shape, before it is scaled."""
        parts = torch.split(latent, [size for size in self.sizes if size], dim=1)
        return torch.cat(
            [
                group(part.flatten(0, 1)).view_as(part)
                for group, part in zip(self.groups, parts, strict=True)
            ],
            dim=1,
        )


@dataclass(frozen=True)
class Trained:
    """The network of one description.

    Args:
        attribute: that the description is of, by name.
        text: the description, as it was given.
        embedding: of that, ``(1, E)`` of length 1.
        network: gives the step.
        digest: of the weights that it was trained with (`measurement.digest_of`).

    Example:
        >>> Trained("lips.appearance", "red", torch.eye(3)[:1], Levels(8, 4)).text
        'red'
    """

    attribute: str
    text: str
    embedding: Tensor
    network: Levels
    digest: str = ""

    def is_of(self, attribute: str, condition: Tensor) -> bool:
        """Whether it was trained for what is asked of an attribute, by its embedding ``(1, E)``."""
        same = float((self.embedding.to(condition) * condition).sum()) > SAME
        return same and self.attribute == attribute


class Described:
    """Networks by attribute and description; takes the place of a mapper.

    Args:
        networks: of which the first one that is of a description is taken.
        how: the command that trains one; ``ATTRIBUTE`` in it stands for the attribute's name.
        past: networks of other weights, which are of no use any more.
    """

    def __init__(self, networks: Sequence[Trained], how: str, past: Sequence[Trained] = ()) -> None:
        self._networks, self._past = tuple(networks), tuple(past)
        self._how = how
        self.attributes = tuple(dict.fromkeys(one.attribute for one in networks))

    def __call__(
        self,
        latent: Tensor,
        conditions: Mapping[str, Tensor],
        *,
        absent: str = "zero",
        strengths: Mapping[str, float] | None = None,
    ) -> Tensor:
        """W+ ``(N, rows, width)`` plus 0.1 times the step of each network that is asked for.

        Raises:
            UserError: if no network is of what is asked for.
        """
        strengths = strengths or {}
        edited = latent
        for name, condition in conditions.items():
            network = self._network(name, condition)
            with torch.no_grad():
                step = SCALE * network(latent)
            edited = edited + strengths.get(name, 1.0) * step
        return edited

    def _network(self, attribute: str, condition: Tensor) -> Levels:
        for one in self._networks:
            if one.is_of(attribute, condition):
                return one.network
        own = dict.fromkeys(one.text for one in self._networks if one.attribute == attribute)
        have = ", ".join(map(repr, own)) or "none"
        why = "none was trained for what was asked"
        if any(one.is_of(attribute, condition) for one in self._past):
            why = "the one for what was asked was trained with other weights of the pack"
        msg = (
            f"StyleCLIP's mapper is one network for one description, and {why} of {attribute}; "
            f"there are: {have}. Ask in those words, choose another preset, or train one: "
            f"`{self._how.replace('ATTRIBUTE', attribute)}`."
        )
        raise UserError(msg)
