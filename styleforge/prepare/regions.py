"""Regions of a picture, as the pack finds them: soft, and hard (each pixel to its likeliest)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from styleforge.prepare import masks

if TYPE_CHECKING:
    from styleforge.pack.pack import Models


def soft_regions(image: Tensor, models: Models) -> Mapping[str, Tensor]:
    """Soft regions ``(N, 1, H, W)`` by name of pictures ``(N, 3, H, W)``, without gradient."""
    provider = models.get("regions")
    with torch.no_grad():
        return masks.region_map(tuple(provider.names), provider(image))


def found_regions(image: Tensor, models: Models) -> dict[str, Tensor]:
    """Hard regions ``(N, 1, H, W)`` by name of pictures ``(N, 3, H, W)``, without gradient."""
    return hard_regions(soft_regions(image, models))


def hard_regions(regions: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Soft regions ``(N, 1, H, W)`` by name to hard ones of that shape."""
    stacked = masks.hard(torch.cat(tuple(regions.values()), dim=1))
    return dict(masks.region_map(tuple(regions), stacked))
