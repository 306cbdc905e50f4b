"""Worlds: subjects that can be drawn by the dozen, and whose transfers have a known answer.

A pack that has one offers it as the component ``world``; its component ``truth`` gives the answers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import numpy as np
    from torch import Tensor


@dataclass(frozen=True)
class Drawn:
    """A subject of a world: its picture, and what is known of it.

    ``image`` ``(1, 3, H, W)`` in [-1, 1] is aligned; ``regions`` ``(1, 1, H, W)`` by name and
    ``landmarks`` ``(L, 2)`` in pixels are exact. ``about`` is the JSON that belongs beside the
    picture's file: the pack's component ``truth`` reads it there.

    Example:
        >>> import torch
        >>> one = torch.ones(1, 1, 32, 32)
        >>> Drawn(torch.zeros(1, 3, 32, 32), {"face": one}, torch.zeros(68, 2), {}).image.shape
        torch.Size([1, 3, 32, 32])
    """

    image: Tensor
    regions: Mapping[str, Tensor]
    landmarks: Tensor
    about: Mapping[str, Any]


class World(Protocol):
    """Draws subjects: the component ``world`` of a pack.

    Example:
        >>> from styleforge.testing import toy
        >>> "world" in toy.toy_pack().components  # its pictures have no known answer
        False
    """

    def draw(self, rng: np.random.Generator, region: str, least: float) -> Drawn:
        """The next subject whose ``region`` fills at least a share of the picture.

        The same for the same ``rng``.
        """
        ...
