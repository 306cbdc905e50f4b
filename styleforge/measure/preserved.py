"""Core's metrics of what an edit should leave: the kept regions, what is outside, who it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch.nn.functional import cosine_similarity

from styleforge.measure import metrics

if TYPE_CHECKING:
    from torch import Tensor

    from styleforge.measure.truth import Comparison


def identity_psnr(given: Comparison) -> float | None:
    """How well the kept regions that the edit leaves uncovered were kept, in decibel.

    None where the domain keeps none, or nothing of them is left.

    Example:
        >>> from styleforge.testing import toy
        >>> identity_psnr(toy.toy_comparison()) > 60  # it is the identity
        True
    """
    return _psnr(given, given.kept)


def identity_ssim(given: Comparison) -> float | None:
    """SSIM to the identity over the kept regions that the edit leaves uncovered.

    Example:
        >>> from styleforge.testing import toy
        >>> round(identity_ssim(toy.toy_comparison()), 3)
        1.0
    """
    return _ssim(given, given.kept)


def identity_lpips(given: Comparison) -> float | None:
    """LPIPS to the identity over the kept regions that the edit leaves uncovered.

    Example:
        >>> from styleforge.testing import toy
        >>> identity_lpips(toy.toy_comparison())
        0.0
    """
    return _lpips(given, given.kept)


def identity_similarity(given: Comparison) -> float:
    """Whether it is still the same person: the cosine of the identity encoder's embeddings.

    Example:
        >>> from styleforge.testing import toy
        >>> round(identity_similarity(toy.toy_comparison()), 3)
        1.0
    """
    encoder = given.problem.models.get("identity_encoder")
    with torch.no_grad():
        mine, theirs = encoder(given.image), encoder(given.problem.identity.image)  # (1, E)
    return float(cosine_similarity(mine, theirs).mean())


def outside_psnr(given: Comparison) -> float | None:
    """How well all was kept that is the edited region neither before nor after, in decibel.

    None where the region covers everything.

    Example:
        >>> from styleforge.testing import toy
        >>> outside_psnr(toy.toy_comparison()) > 60  # it is the identity
        True
    """
    return _psnr(given, given.outside)


def outside_ssim(given: Comparison) -> float | None:
    """SSIM to the identity where the edited region is neither before nor after.

    Example:
        >>> from styleforge.testing import toy
        >>> round(outside_ssim(toy.toy_comparison()), 3)
        1.0
    """
    return _ssim(given, given.outside)


def outside_lpips(given: Comparison) -> float | None:
    """LPIPS to the identity where the edited region is neither before nor after.

    Example:
        >>> from styleforge.testing import toy
        >>> outside_lpips(toy.toy_comparison())
        0.0
    """
    return _lpips(given, given.outside)


def _psnr(given: Comparison, mask: Tensor | None) -> float | None:
    if mask is None or not mask.any():
        return None
    return metrics.psnr(given.image, given.problem.identity.image, mask)


def _ssim(given: Comparison, mask: Tensor | None) -> float | None:
    if mask is None or not mask.any():
        return None
    return metrics.ssim(given.image, given.problem.identity.image, mask)


def _lpips(given: Comparison, mask: Tensor | None) -> float | None:
    if mask is None or not mask.any():
        return None
    return metrics.lpips(given.image, given.problem.identity.image, given.problem.models, mask)
