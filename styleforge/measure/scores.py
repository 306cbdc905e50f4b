"""Core's metrics as `measure` calls them: functions of a `Comparison` to a number.

The formulas are in `styleforge.measure.metrics`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from styleforge.losses.style import STYLE_LAYERS, gram_distance
from styleforge.measure import metrics
from styleforge.prepare import masks
from styleforge.prepare.regions import hard_regions

if TYPE_CHECKING:
    from styleforge.measure.truth import Comparison
    from styleforge.prepare.problem import Problem
    from styleforge.recipe.domain import Domain


def region_iou(given: Comparison) -> float:
    """Overlap of the edited region with the true one.

    Example:
        >>> from styleforge.testing import toy
        >>> region_iou(toy.toy_comparison(same=True))
        1.0
    """
    region = given.domain.region
    return metrics.region_iou(given.found[region], given.true[region])


def identity_psnr(given: Comparison) -> float | None:
    """How well the kept regions that truth leaves uncovered were kept, in decibel.

    None where the domain keeps none.

    Example:
        >>> from styleforge.testing import toy
        >>> identity_psnr(toy.toy_comparison()) > 60  # it is the identity
        True
    """
    if not given.domain.keep:
        return None
    identity, true = given.problem.identity, given.true
    own = hard_regions(dict(identity.regions))
    kept = torch.stack([true[name] * own[name] for name in given.domain.keep])
    inside = masks.erode(kept.amax(dim=0), 2)  # (1, 1, H, W)
    return metrics.psnr(given.image, identity.image, inside)


def appearance_error(given: Comparison) -> float:
    """CIEDE2000 between the mean colours of the edited region and the true one.

    Example:
        >>> from styleforge.testing import toy
        >>> appearance_error(toy.toy_comparison(same=True)) < 1e-6
        True
    """
    region, truth = given.domain.region, given.truth.image
    return metrics.colour_error(given.image, given.found[region], truth, given.true[region])


def truth_psnr(given: Comparison) -> float:
    """PSNR to the true picture, in decibel.

    Example:
        >>> from styleforge.testing import toy
        >>> truth_psnr(toy.toy_comparison(same=True)) > 100  # decibel
        True
    """
    return metrics.psnr(given.image, given.truth.image)


def truth_ssim(given: Comparison) -> float:
    """SSIM to the true picture.

    Example:
        >>> from styleforge.testing import toy
        >>> round(truth_ssim(toy.toy_comparison(same=True)), 3)
        1.0
    """
    return metrics.ssim(given.image, given.truth.image)


def truth_lpips(given: Comparison) -> float:
    """LPIPS to the true picture, with the pack's network.

    Example:
        >>> from styleforge.testing import toy
        >>> truth_lpips(toy.toy_comparison(same=True))
        0.0
    """
    return metrics.lpips(given.image, given.truth.image, given.problem.models)


def style_ratio(given: Comparison) -> float | None:
    """Gram distance to the first role's reference over that to the second one's.

    Below 1 is nearer to the first. None where no two roles are asked about.

    Example:
        >>> from styleforge.testing import toy
        >>> style_ratio(toy.toy_comparison(same=True)) > 1  # it is the shape's picture
        True
    """
    if given.style is None:
        return None
    near, far = (
        _style_distance(given.image, given.found, given.problem, role, given.domain)
        for role in given.style
    )
    return near / max(far, 1e-12)


def _style_distance(
    image: Tensor, found: Mapping[str, Tensor], problem: Problem, role: str, domain: Domain
) -> float:
    """Distance of Gram matrices, area-normalised, between a result's region and a reference's.

    Args:
        image: the result ``(1, 3, H, W)`` in [-1, 1].
        found: its regions ``(1, 1, H, W)`` by name.
        problem: holds the reference.
        role: of the reference.
        domain: says which region is compared.

    Example:
        >>> from styleforge.pack.pack import Models
        >>> from styleforge.testing import toy
        >>> problem = toy.toy_problem(Models(toy.toy_pack()))
        >>> reference = problem.role("finer_style")
        >>> found = hard_regions(reference.regions)
        >>> _style_distance(reference.image, found, problem, "finer_style", toy.TOY)
        0.0
    """
    reference = problem.role(role)
    theirs = hard_regions(dict(reference.regions))[domain.region]
    mine = found[domain.region]
    features = problem.models.get("features")
    with torch.no_grad():
        first = features(image * mine, STYLE_LAYERS)
        second = features(reference.image * theirs, STYLE_LAYERS)
        areas = [mask.mean().clamp_min(1e-6).sqrt() for mask in (mine, theirs)]
        first, second = (
            {layer: value / area for layer, value in found.items()}
            for found, area in zip((first, second), areas, strict=True)
        )
        return float(gram_distance(first, second, mine, theirs, STYLE_LAYERS))
