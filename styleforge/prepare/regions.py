"""Regions of a picture, as the pack finds them: soft, and hard (each pixel to its likeliest)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

import torch
from torch import Tensor

from styleforge.prepare import masks

if TYPE_CHECKING:
    from styleforge.pack.models import Models
    from styleforge.pack.subjects import Subject

# Widths at the edge of a region, in pixels of a picture 256 wide: `masks.scaled` brings them to
# the width of another.
REACH = 4  # that a soft region reaches beyond the hard one
MIXED = 2  # whose pixels show what is behind the region, too


def soft_regions(
    image: Tensor, models: Models, subject: Subject | Literal["any"] | None = "any"
) -> Mapping[str, Tensor]:
    """Soft regions ``(N, 1, H, W)`` by name of pictures ``(N, 3, H, W)``, without gradient.

    Where a ``subject`` is given they are of that one in a single picture; of nobody where None.

    Example:
        >>> from styleforge.pack.models import Models
        >>> from styleforge.testing import toy
        >>> found = soft_regions(torch.zeros(1, 3, 32, 32), Models(toy.toy_pack()))
        >>> list(found), found["thing"].shape
        (['rest', 'keep', 'thing'], torch.Size([1, 1, 32, 32]))
    """
    provider = models.get("regions")
    with torch.no_grad():
        found = provider(image) if subject == "any" else provider.of(image, subject)
        return masks.region_map(tuple(provider.names), found)


def found_regions(image: Tensor, models: Models) -> dict[str, Tensor]:
    """Hard regions ``(N, 1, H, W)`` by name of pictures ``(N, 3, H, W)``, without gradient.

    Example:
        >>> from styleforge.pack.models import Models
        >>> from styleforge.testing import toy
        >>> found_regions(torch.zeros(1, 3, 32, 32), Models(toy.toy_pack()))["thing"].unique()
        tensor([0., 1.])
    """
    return hard_regions(soft_regions(image, models))


def hard_regions(regions: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Soft regions ``(N, 1, H, W)`` by name to hard ones of that shape.

    Example:
        >>> soft = {"face": torch.full((1, 1, 2, 2), 0.7), "hat": torch.full((1, 1, 2, 2), 0.3)}
        >>> hard_regions(soft)["face"].unique()
        tensor([1.])
    """
    stacked = masks.hard(torch.cat(tuple(regions.values()), dim=1))  # (N, R, H, W)
    return dict(masks.region_map(tuple(regions), stacked))
