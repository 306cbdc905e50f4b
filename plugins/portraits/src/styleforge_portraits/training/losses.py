"""Losses and figures shared by the trainings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch.nn import functional

if TYPE_CHECKING:
    from torch import Tensor


def laplacian_l1(
    image: Tensor, target: Tensor, levels: int = 4, weight: Tensor | None = None
) -> Tensor:
    """Mean absolute difference over ``levels`` bands of a Laplacian pyramid, summed.

    The pyramid is linear, so it is taken of the difference; the last band is the low pass rest.
    ``weight`` ``(N, 1, H, W)`` says how much a pixel counts; coarser bands see its averages.
    """
    rest = image - target
    total = rest.new_zeros(())
    for _ in range(levels - 1):
        small = functional.avg_pool2d(rest, 2)
        band = (rest - functional.interpolate(small, scale_factor=2)).abs()
        total = total + (band if weight is None else band * weight).mean()
        rest = small
        weight = None if weight is None else functional.avg_pool2d(weight, 2)
    last = rest.abs()
    return total + (last if weight is None else last * weight).mean()


def rarity(maps: Tensor, floor: float = 1e-3) -> Tensor:
    """Weight of every material, ``(K,)``: the inverse root of its mean share of the picture.

    ``maps`` ``(N, K, H, W)`` are shares. A plain mean over pixels hardly sees a mouth or a brow.
    Scaled so that the mean weight of a pixel, ``sum(maps * weight)``, is 1.
    """
    share = maps.float().mean((0, 2, 3))
    weight = share.clamp_min(floor).rsqrt()
    return weight / (share * weight).sum()


def material_colours(image: Tensor, target: Tensor, maps: Tensor, floor: float = 4.0) -> Tensor:
    """Mean absolute difference of the mean colour of every material that a picture shows.

    A material counts the same whether it is a jumper or the iris of an eye. ``maps``
    ``(N, K, H, W)`` are shares; those of less than ``floor`` pixels in all are left out.
    """
    flat = maps.flatten(2)
    area = flat.sum(2)
    rest = (image - target).flatten(2)  # (N, 3, P)
    means = (flat @ rest.transpose(1, 2)).abs().mean(2) / area.clamp_min(floor)  # (N, K)
    shown = (area >= floor).to(means)
    return (means * shown).sum() / shown.sum().clamp_min(1.0)


def material_divergence(logits: Tensor, shares: Tensor, weight: Tensor) -> Tensor:
    """Kullback-Leibler divergence of guessed shares of materials from the true ones, per pixel.

    Logits and shares are ``(N, K, H, W)``; ``weight`` ``(1, K, 1, 1)`` says how much a material
    counts. An absolute difference instead is least where sparse materials are left out.
    """
    sure = shares.clamp_min(1e-6).log()
    return (shares * (sure - logits.log_softmax(1)) * weight).sum(1).mean()


def psnr(image: Tensor, target: Tensor) -> Tensor:
    """Peak signal-to-noise ratio per picture ``(N,)`` in dB; pictures are in [-1, 1]."""
    error = (image.clamp(-1, 1) - target).square().mean((1, 2, 3)) / 4
    return -10 * error.clamp_min(1e-10).log10()
