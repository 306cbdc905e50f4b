"""Measuring a transfer against the true answer, where a pack knows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from styleforge.losses.style import STYLE_LAYERS, gram_distance
from styleforge.measure import metrics
from styleforge.prepare import masks
from styleforge.prepare.problem import Problem
from styleforge.prepare.regions import found_regions, hard_regions
from styleforge.recipe.domain import Domain


@dataclass(frozen=True)
class Truth:
    """The true answer of a transfer: its picture ``(1, 3, H, W)`` and its soft regions.

    Example:
        >>> ones = torch.ones(1, 1, 32, 32)
        >>> Truth(torch.zeros(1, 3, 32, 32), {"face": ones}).image.shape
        torch.Size([1, 3, 32, 32])
    """

    image: Tensor
    regions: Mapping[str, Tensor]


def measure(
    image: Tensor,
    truth: Truth,
    problem: Problem,
    domain: Domain,
    *,
    style: tuple[str, str] | None = None,
) -> dict[str, float]:
    """Scores of an edited picture ``(1, 3, H, W)``.

    Args:
        image: the edited picture.
        truth: the true answer.
        problem: the pictures that led to it.
        domain: what was edited.
        style: two roles, such as ``("finer_style", "shape")``; the first one's score tells whose
            style the result has.

    Returns:
        ``{region}_iou``, ``identity_psnr`` (decibel, kept regions that truth leaves uncovered),
        ``appearance_error`` (CIEDE2000 of mean colours), ``truth_psnr``, ``truth_ssim``,
        ``truth_lpips`` (the pack's network), and with ``style`` ``{role}_ratio``: the Gram distance
        to the first role's reference over that to the second one's; below 1 is nearer to the first.

    Example:
        >>> from styleforge.pack.pack import Models
        >>> from styleforge.testing import toy
        >>> problem = toy.toy_problem(Models(toy.toy_pack()))
        >>> same = problem.identity
        >>> scores = measure(same.image, Truth(same.image, same.regions), problem, toy.TOY)
        >>> scores["thing_iou"], round(scores["truth_ssim"], 3)
        (1.0, 1.0)
    """
    models = problem.models
    found = found_regions(image, models)
    true = hard_regions(dict(truth.regions))
    own = hard_regions(dict(problem.identity.regions))
    kept = torch.stack([true[name] * own[name] for name in domain.keep]).amax(dim=0)  # (1, 1, H, W)
    scores = {
        f"{domain.region}_iou": metrics.region_iou(found[domain.region], true[domain.region]),
        "identity_psnr": metrics.psnr(image, problem.identity.image, masks.erode(kept, 2)),
        "appearance_error": metrics.colour_error(
            image, found[domain.region], truth.image, true[domain.region]
        ),
        "truth_psnr": metrics.psnr(image, truth.image),
        "truth_ssim": metrics.ssim(image, truth.image),
        "truth_lpips": metrics.lpips(image, truth.image, models),
    }
    if style is not None:
        near, far = (style_distance(image, found, problem, role, domain) for role in style)
        scores[f"{style[0]}_ratio"] = near / max(far, 1e-12)
    return scores


def style_distance(
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
        >>> style_distance(reference.image, found, problem, "finer_style", toy.TOY)
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
