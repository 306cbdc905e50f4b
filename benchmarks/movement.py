"""How far each attribute of two pictures of one person lies apart, measured on pixels.

Shape is 1 minus the overlap of a region, appearance the CIEDE2000 of its mean colours, finer style
the distance of Gram matrices of its lightness about the mean: strands and patterns, without colour.
Where something else covers the region in one of the pictures, only what both show counts.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import torch
from skimage.color import deltaE_ciede2000, rgb2lab
from torch import Tensor

from styleforge.losses.style import gram
from styleforge.measure.metrics import region_iou
from styleforge.methods.loho import STYLE_LAYERS
from styleforge.pack.models import Models
from styleforge.prepare.pixels import mean_colour
from styleforge.prepare.regions import found_regions

DOMAINS = ("hair", "clothing")
ROLES = ("shape", "appearance", "finer_style")
ATTRIBUTES = tuple(f"{domain}.{role}" for domain in DOMAINS for role in ROLES)
COLUMNS = (*ATTRIBUTES, "identity", "background")
LEAST = 50  # pixels below which a region shows no colour and no texture


def movement(image: Tensor, other: Tensor, models: Models) -> dict[str, float]:
    """Distances between two pictures ``(1, 3, H, W)`` in [-1, 1], by column.

    Identity is 1 minus the cosine of the identity encoder's embeddings. NaN where a region is in
    one of the pictures only.
    """
    one, two = (found_regions(item, models) for item in (image, other))
    moved: dict[str, float] = {}
    for domain in DOMAINS:
        both = one[domain] * two[domain]
        seen = float(both.sum()) >= LEAST
        moved[f"{domain}.shape"] = 1 - region_iou(one[domain], two[domain])
        moved[f"{domain}.appearance"] = _colours(image, other, both) if seen else math.nan
        moved[f"{domain}.finer_style"] = _texture(image, other, both, models) if seen else math.nan
    with torch.no_grad():
        faces = [models.get("identity_encoder")(item) for item in (image, other)]
    moved["identity"] = 1 - float((faces[0] * faces[1]).sum())
    moved["background"] = _colours(image, other, one["background"] * two["background"])
    return moved


def _colours(image: Tensor, other: Tensor, mask: Tensor) -> float:
    one, two = (rgb2lab(mean_colour(item, mask)) for item in (image, other))
    return float(deltaE_ciede2000(one, two))  # type: ignore[no-untyped-call]


def _texture(image: Tensor, other: Tensor, mask: Tensor, models: Models) -> float:
    """Root of the mean squared difference of area-normalised Gram matrices of the lightness."""
    features = models.get("features")
    area = mask.mean().clamp_min(1e-6)
    with torch.no_grad():
        first, second = (features(_lightness(item, mask), STYLE_LAYERS) for item in (image, other))
    return math.sqrt(
        sum(_gram_error(first, second, mask, layer) for layer in STYLE_LAYERS)
    ) / float(area)


def _gram_error(
    first: Mapping[str, Tensor], second: Mapping[str, Tensor], mask: Tensor, layer: str
) -> float:
    return float((gram(first[layer], mask) - gram(second[layer], mask)).square().mean())


def _lightness(image: Tensor, mask: Tensor) -> Tensor:
    """Lightness about its mean over the mask, as a grey picture."""
    grey = image.mean(dim=1, keepdim=True)
    mean = (grey * mask).sum() / mask.sum()
    return ((grey - mean) * mask).expand(-1, 3, -1, -1)
