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
from styleforge.losses.lab import colour_lab, mean_lab
from styleforge.losses.lpips import LPIPS_LAYERS, masked_lpips
from styleforge.losses.masking import Reduction, masked_mean
from styleforge.losses.pixel import masked_l1, masked_l2
from styleforge.losses.style import STYLE_LAYERS, gram, gram_distance
from styleforge.recipe.condition import Swatch

if TYPE_CHECKING:
    from styleforge.run.part import Part
    from styleforge.run.view import View


def lpips(
    view: View,
    *,
    reference: str,
    mask: str,
    layers: Sequence[str] = LPIPS_LAYERS,
    reduction: Reduction = "published",
) -> Tensor:
    """Perceptual distance to a reference within a mask.

    ``published`` averages the difference of the whole pictures' features within the mask.
    ``patent`` masks the pictures before the network and averages over the whole map, so that a
    small region weighs less than a large one: LPIPS(I1 * M, I2 * M).
    """
    inputs, within = (mask, None) if reduction == "patent" else ("", view.mask(mask))
    mine = {layer: view.features(layer, mask=inputs, scaled=True) for layer in layers}
    theirs = _theirs(view, reference, layers, inputs, scaled=True)
    weights = view.models.get("lpips").weights
    return masked_lpips(mine, theirs, weights, within, layers, reduction)


def appearance(
    view: View,
    *,
    reference: str,
    mask: str,
    reference_mask: str,
    layer: str = "relu1_1",
    reduction: Reduction = "published",
) -> Tensor:
    """Distance of mean shallow features over a region to those over a reference's region.

    Features are ``(N, C, h, w)``, their means ``(N, C)``; the result is a scalar.
    """
    mine = view.inside(layer, mask)
    with torch.no_grad():
        theirs = view.beside(reference, reference_mask).inside(layer, reference_mask)
    return appearance_distance(mine.features, theirs.features, mine.mask, theirs.mask, reduction)


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

    Features are ``(N, C, h, w)``, their Gram matrices ``(N, C, C)``; the result is a scalar.
    ``normalize="map"`` divides by the size of the whole feature map, as published; ``"area"`` by
    the region's, so that regions of different size can be compared.
    """
    here, there = view.mask(mask), view.mask(reference_mask)
    other = view.beside(reference, reference_mask)

    def of(layer: str) -> Tensor:  # the same for every term that compares this region
        return view.memo(("live gram", mask, layer), lambda: _gram(view.inside(layer, mask)))

    def of_other(layer: str) -> Tensor:  # the same at every step, unless the mask moves
        return other.memo(
            ("gram", reference_mask, layer), lambda: _gram(other.inside(layer, reference_mask))
        )

    mine = {layer: of(layer) for layer in layers}
    with torch.no_grad():
        theirs = {layer: of_other(layer) for layer in layers}
    if normalize == "area":
        mine = {layer: value / _area(here) for layer, value in mine.items()}
        theirs = {layer: value / _area(there) for layer, value in theirs.items()}
    return gram_distance(mine, theirs, here, there, layers, reduction)


def pixels(
    view: View,
    *,
    reference: str,
    mask: str,
    norm: Literal["l1", "l2"] = "l1",
    over: Literal["mask", "picture"] = "mask",
) -> Tensor:
    """Mean absolute or squared difference to a reference within a mask.

    ``over="picture"`` divides by the whole picture's area, as HairCLIP's background loss does
    (equation 11): what is masked out counts as equal.
    """
    distance = masked_l1 if norm == "l1" else masked_l2
    image, target, where = view.image, view.reference(reference).image, view.mask(mask)
    if over == "picture":
        return distance(image * where, target * where, torch.ones_like(where))
    return distance(image, target, where)


def region(view: View, *, region: str, target: str, where: str = "") -> Tensor:
    """How far a region of the picture is from a target mask: mean binary cross entropy.

    The region provider sees the picture in the making, so the gradient moves the outline.
    ``where`` limits it to a mask.

    Raises:
        UserError: if the pack finds no such region.
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


def text(view: View, *, text: str, mask: str = "") -> Tensor:
    """Distance of the picture, or of what a mask leaves of it, to words: ``1 - cos``.

    HairCLIP's text loss (equation 6), StyleCLIP's (Patashnik et al. 2021, equation 1).
    """
    words = view.words(text)
    return (1 - (view.embedding(mask=mask) * words).sum(1)).mean()


def similarity(view: View, *, reference: str, mask: str = "", reference_mask: str = "") -> Tensor:
    """Distance of embeddings, ``1 - cos``: the picture's, and a reference's or a description's.

    HairCLIP's image manipulation loss for shape (equation 7), with masks of the region.
    """
    target = view.described.get(reference)
    if target is None:
        with torch.no_grad():
            target = view.beside(reference, reference_mask).embedding(mask=reference_mask)
    return (1 - (view.embedding(mask=mask) * target).sum(1)).mean()


def colour(
    view: View, *, mask: str, reference: str = "", reference_mask: str = "", swatch: str = ""
) -> Tensor:
    """L1 distance of mean CIELAB colours over a region: to a reference's region or a swatch.

    HairCLIP's image manipulation loss for colours (equation 8), in units of L, a, b.

    Raises:
        UserError: if it is given neither a reference nor a swatch, or a swatch that is none.
    """
    mine = mean_lab(view.image, view.mask(mask))
    if swatch:
        theirs = colour_lab(Swatch(swatch).rgb).to(mine)
    elif reference:
        theirs = mean_lab(view.reference(reference).image, view.mask(reference_mask))
    else:
        msg = "The loss 'colour' needs a reference or a swatch such as '#8a2be2'."
        raise UserError(msg)
    return (mine - theirs).abs().mean()


def identity_similarity(view: View, *, reference: str = "identity") -> Tensor:
    """Whether it is still the same person: ``1 - cos`` of the identity encoder's embeddings.

    HairCLIP's identity loss (equation 9). The pack needs the component ``identity_encoder``.
    """
    with torch.no_grad():
        target = view.reference(reference).identity_embedding()
    return (1 - (view.identity_embedding() * target).sum(1)).mean()


def _theirs(
    view: View, role: str, layers: Sequence[str], mask: str, *, scaled: bool = False
) -> dict[str, Tensor]:
    """Features of a reference, without gradient; kept for the run unless the mask moves."""
    other = view.beside(role, mask)
    with torch.no_grad():
        return {layer: other.features(layer, mask=mask, scaled=scaled) for layer in layers}


def _gram(part: Part) -> Tensor:
    """The Gram matrix ``(N, C, C)`` of a whole picture's region."""
    return gram(part.features, part.mask) * part.share


def _area(mask: Tensor) -> Tensor:
    """Share of the picture that a mask covers ``(N, 1, 1)``."""
    return mask.mean(dim=(1, 2, 3))[:, None, None].clamp_min(1e-6)
