"""Core's losses as recipes name them: functions of a `View` to a scalar.

Arguments are JSON: roles (``reference``), mask expressions (``mask``, ``reference_mask``), layers.
The formulas are in `styleforge.losses`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import torch
from torch import Tensor

from styleforge.errors import UserError
from styleforge.losses.appearance import appearance_distance
from styleforge.losses.latent import latent_distance
from styleforge.losses.lpips import masked_lpips
from styleforge.losses.masking import Reduction, masked_mean
from styleforge.losses.noise import noise_correlation
from styleforge.losses.pixel import masked_l1, masked_l2
from styleforge.losses.style import gram_distance

if TYPE_CHECKING:
    from styleforge.view import View

LPIPS_LAYERS = ("relu1_2", "relu2_2", "relu3_3", "relu4_3", "relu5_3")
STYLE_LAYERS = LPIPS_LAYERS[:4]


def lpips(
    view: View,
    *,
    reference: str,
    mask: str,
    layers: Sequence[str] = LPIPS_LAYERS,
    reduction: Reduction = "published",
) -> Tensor:
    """Perceptual distance to a reference within a mask.

    ``published`` masks the difference of the whole pictures' features, ``patent`` masks the
    pictures before the network (and still averages within the mask).
    """
    inputs = mask if reduction == "patent" else ""
    mine = {layer: view.features(layer, mask=inputs, scaled=True) for layer in layers}
    theirs = _theirs(view, reference, layers, inputs, scaled=True)
    weights = view.models.get("lpips").weights
    return masked_lpips(mine, theirs, weights, view.mask(mask), layers, reduction)


def appearance(
    view: View,
    *,
    reference: str,
    mask: str,
    reference_mask: str,
    layer: str = "relu1_1",
    reduction: Reduction = "published",
) -> Tensor:
    """Distance of mean shallow features over a region to those over a reference's region."""
    mine = view.features(layer, mask=mask)
    theirs = _theirs(view, reference, (layer,), reference_mask)[layer]
    return appearance_distance(mine, theirs, view.mask(mask), view.mask(reference_mask), reduction)


def style(
    view: View,
    *,
    reference: str,
    mask: str,
    reference_mask: str,
    layers: Sequence[str] = STYLE_LAYERS,
    reduction: Reduction = "published",
    normalize: Literal["map", "area"] = "map",
) -> Tensor:
    """Distance of Gram matrices over a region to those over a reference's region.

    ``normalize="map"`` divides by the size of the whole feature map, as published; ``"area"`` by
    the region's, so that regions of different size can be compared.
    """
    mine = {layer: view.features(layer, mask=mask) for layer in layers}
    theirs = _theirs(view, reference, layers, reference_mask)
    here, there = view.mask(mask), view.mask(reference_mask)
    if normalize == "area":
        mine = {layer: value / _root_area(here) for layer, value in mine.items()}
        theirs = {layer: value / _root_area(there) for layer, value in theirs.items()}
    return gram_distance(mine, theirs, here, there, layers, reduction)


def noise(view: View) -> Tensor:
    """Autocorrelation of the noise maps, which are to stay white."""
    return noise_correlation(view.noise)


def latent(view: View) -> Tensor:
    """Mean squared distance of W+ to where the run began.

    Raises:
        UserError: if the view has no latent.
    """
    if view.latent is None or view.start is None:
        msg = "The loss 'latent' needs a latent; it cannot be measured on a bare picture."
        raise UserError(msg)
    return latent_distance(view.latent, view.start)


def pixels(view: View, *, reference: str, mask: str, norm: Literal["l1", "l2"] = "l1") -> Tensor:
    """Mean absolute or squared difference to a reference within a mask."""
    distance = masked_l1 if norm == "l1" else masked_l2
    return distance(view.image, view.reference(reference).image, view.mask(mask))


def region(view: View, *, region: str, target: str, where: str = "") -> Tensor:
    """How far a region of the picture is from a target mask: mean binary cross entropy.

    The region provider sees the picture in the making, so the gradient moves the outline.
    ``where`` limits it to a mask.
    """
    names = tuple(view.models.get("regions").names)
    if region not in names:
        msg = f"The pack finds no region {region!r}; it finds {', '.join(names)}."
        raise UserError(msg)
    at = names.index(region)
    found = view.live_regions()[:, at : at + 1].clamp(1e-4, 1 - 1e-4)
    wanted = view.mask(target)
    entropy = -(wanted * found.log() + (1 - wanted) * (1 - found).log())
    area = view.mask(where) if where else torch.ones_like(entropy)
    return masked_mean(entropy, area).mean()


def _theirs(
    view: View, role: str, layers: Sequence[str], mask: str, *, scaled: bool = False
) -> dict[str, Tensor]:
    """Features of a reference, which live as long as the run and carry no gradient."""
    other = view.reference(role)
    with torch.no_grad():
        return {layer: other.features(layer, mask=mask, scaled=scaled) for layer in layers}


def _root_area(mask: Tensor) -> Tensor:
    """Square root of the share of the picture that a mask covers ``(N, 1, 1, 1)``."""
    return mask.mean(dim=(1, 2, 3), keepdim=True).clamp_min(1e-6).sqrt()
