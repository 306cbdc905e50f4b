"""Measures of a result: region overlap, colour difference, fidelity, perceptual distance.

Pictures are ``(1, 3, H, W)`` in [-1, 1], masks ``(1, 1, H, W)`` in [0, 1].
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from styleforge.losses.lpips import LPIPS_LAYERS, masked_lpips
from styleforge.models.scaling import lpips_input
from styleforge.pack.models import Models
from styleforge.prepare.pixels import colour_distance, mean_colour


def region_iou(first: Tensor, second: Tensor) -> float:
    """Intersection over union of two masks, cut at one half; 1 where both are empty.

    Example:
        >>> left = torch.tensor([[[[1.0, 1.0, 0.0, 0.0]]]])
        >>> middle = torch.tensor([[[[0.0, 1.0, 1.0, 0.0]]]])
        >>> round(region_iou(left, middle), 3)
        0.333
    """
    a, b = first > 0.5, second > 0.5
    union = float((a | b).sum())
    return float((a & b).sum()) / union if union else 1.0


def psnr(image: Tensor, target: Tensor, mask: Tensor | None = None) -> float:
    """Peak signal-to-noise ratio in decibel, over the mask where one is given.

    Example:
        >>> grey = torch.zeros(1, 3, 8, 8)
        >>> round(psnr(grey, grey + 0.2), 2)
        20.0
    """
    error = (image - target).square()
    if mask is not None:
        weight = mask.expand_as(error)
        mean = float((error * weight).sum() / weight.sum().clamp_min(1e-8))
    else:
        mean = float(error.mean())
    return 10 * math.log10(4 / max(mean, 1e-10))


def ssim(image: Tensor, target: Tensor, mask: Tensor | None = None) -> float:
    """Structural similarity (Wang et al. 2004, Gaussian window of 11), over a mask if one is given.

    Example:
        >>> ramp = torch.linspace(-1, 1, 32).expand(1, 3, 32, 32)
        >>> round(ssim(ramp, ramp), 3)
        1.0
    """
    from kornia.metrics import ssim as similarity

    a, b = _values(image), _values(target)
    if mask is None:
        return float(similarity(a, b, window_size=11, padding="valid").mean())
    weight = mask.detach().cpu().double()
    found = similarity(a, b, window_size=11, padding="same").mean(dim=1, keepdim=True)
    return float((found * weight).sum() / weight.sum().clamp_min(1e-8))


def colour_error(image: Tensor, mask: Tensor, target: Tensor, target_mask: Tensor) -> float:
    """CIEDE2000 between the mean colours of two regions; about 2 is a visible difference.

    Example:
        >>> grey, ones = torch.zeros(1, 3, 8, 8), torch.ones(1, 1, 8, 8)
        >>> round(colour_error(grey, ones, grey, ones), 3)
        0.0
        >>> colour_error(grey, ones, grey + 0.1, ones) > 2
        True
    """
    return colour_distance(mean_colour(image, mask), mean_colour(target, target_mask))


def lpips(image: Tensor, target: Tensor, models: Models, mask: Tensor | None = None) -> float:
    """LPIPS with the pack's own perceptual network; comparable within a pack only.

    Of the whole pictures, its differences over the mask where one is given.

    Example:
        >>> from styleforge.testing import toy
        >>> grey = torch.zeros(1, 3, 32, 32)
        >>> lpips(grey, grey, Models(toy.toy_pack()))
        0.0
    """
    features = models.get("features")
    with torch.no_grad():
        first = features(lpips_input(image), LPIPS_LAYERS)
        second = features(lpips_input(target), LPIPS_LAYERS)
        weights = models.get("lpips").weights
        where = torch.ones_like(image[:, :1]) if mask is None else mask
        return float(masked_lpips(first, second, weights, where, LPIPS_LAYERS))


def _values(image: Tensor) -> Tensor:
    """A picture ``(1, 3, H, W)`` in [0, 1], in double precision: a score is one on any device."""
    return (image.detach().cpu().double() + 1) / 2
