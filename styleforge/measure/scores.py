"""Core's metrics as `measure` calls them: functions of a `Comparison` to a number.

The formulas are in `styleforge.measure.metrics`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import torch
from torch import Tensor
from torch.nn.functional import cosine_similarity

from styleforge.losses.style import STYLE_LAYERS, gram_distance
from styleforge.measure import metrics
from styleforge.pack.whitening import whitening_of
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


def shape_iou(given: Comparison) -> float | None:
    """Overlap of the edited region with that of the picture whose outline was asked for.

    LOHO's IoU of the region in result and structure reference, as the reference lies: one in
    another pose cannot be met. None where no two roles are asked about.

    Example:
        >>> from styleforge.testing import toy
        >>> shape_iou(toy.toy_comparison(same=True))  # it is the shape's picture
        1.0
    """
    if given.style is None:
        return None
    region = given.domain.region
    reference = given.problem.role(given.style[1])
    return metrics.region_iou(given.found[region], hard_regions(dict(reference.regions))[region])


def appearance_error(given: Comparison) -> float | None:
    """CIEDE2000 between the mean colours of the edited region and the true one.

    None where either picture has nothing of the region, and so no mean colour of it.

    Example:
        >>> from styleforge.testing import toy
        >>> appearance_error(toy.toy_comparison(same=True)) < 1e-6
        True
    """
    region, truth = given.domain.region, given.truth.image
    if not (given.found[region].any() and given.true[region].any()):
        return None
    return metrics.colour_error(given.image, given.found[region], truth, given.true[region])


def reference_error(given: Comparison) -> float | None:
    """CIEDE2000 between the mean colours of the edited region and of the look's reference.

    None where no two roles are asked about, or the result has nothing of the region.

    Example:
        >>> from styleforge.testing import toy
        >>> reference_error(toy.toy_comparison(same=True)) > 0
        True
    """
    if given.style is None:
        return None
    region, look = given.domain.region, given.problem.role(given.style[0])
    theirs = hard_regions(dict(look.regions))[region]
    if not (given.found[region].any() and theirs.any()):
        return None
    return metrics.colour_error(given.image, given.found[region], look.image, theirs)


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

    Below 1 is nearer to the first. None where no two roles are asked about, or the result has
    nothing of the region.

    Example:
        >>> from styleforge.testing import toy
        >>> style_ratio(toy.toy_comparison(same=True)) > 1  # it is the shape's picture
        True
    """
    if given.style is None or not given.found[given.domain.region].any():
        return None
    near, far = (
        _style_distance(given.image, given.found, given.problem, role, given.domain)
        for role in given.style
    )
    return near / max(far, 1e-12)


def similarity(given: Comparison) -> float | None:
    """How near the edited region is to what was asked for: the mean cosine of embeddings.

    To each description, and to the edited region of each of the two roles' pictures; what is beyond
    the region is mid-grey. With CLIP as the pack's encoder this is what papers call CLIP-I.
    None where neither is asked for.

    Example:
        >>> from styleforge.testing import toy
        >>> -1 <= similarity(toy.toy_comparison(same=True)) <= 1
        True
    """
    problem, region = given.problem, given.domain.region
    encoder = problem.models.get("embedding")
    with torch.no_grad():
        targets = [one.to(given.image) for one in problem.described.values()]  # (1, E) each
        for role in given.style or ():
            if role in problem.references:
                other = problem.role(role)
                theirs = hard_regions(dict(other.regions))[region]
                targets.append(encoder.embed_image(other.image * theirs))
        if not targets:
            return None
        mine = encoder.embed_image(given.image * given.found[region])
        return float(cosine_similarity(torch.cat(targets), mine).mean())


def latent_distance(given: Comparison) -> float | None:
    """Euclidean distance of W+, all rows together, to the mean latent in every row.

    Image2StyleGAN (Abdal et al. 2019) and LOHO call a latent valid within [30.6, 40.5]; that holds
    for the W of FFHQ's generator alone. None where no generator drew the result.

    Example:
        >>> from styleforge.testing import toy
        >>> latent_distance(toy.toy_comparison()) is None
        True
    """
    if given.latent is None:
        return None
    mean = whitening_of(given.problem.models).mean  # (width,)
    return float((given.latent.to(mean) - mean).norm())


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
        >>> from styleforge.pack.models import Models
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
