"""LPIPS within a mask (Zhang et al. 2018, section 3, version 0.1; LOHO section 3.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor
from torch.autograd import Function
from torch.autograd.function import once_differentiable

from styleforge.losses.masking import (
    Reduction,
    check_reduction,
    full_precision,
    masked_mean,
    resize_mask,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LPIPS_LAYERS = ("relu1_2", "relu2_2", "relu3_3", "relu4_3", "relu5_3")  # of VGG16
EPSILON = 1e-10


def unit_channels(features: Tensor) -> Tensor:
    """Scale the channels of every pixel to unit length; pixels without any activation stay 0.

    Example:
        >>> unit_channels(torch.tensor([3.0, 4.0]).reshape(1, 2, 1, 1)).flatten()
        tensor([0.6000, 0.8000])
    """
    features = full_precision(features)
    # vector_norm has a defined gradient at 0, which a root of a sum of squares has not.
    length = torch.linalg.vector_norm(features, dim=1, keepdim=True)  # (N, 1, h, w)
    unit: Tensor = features / (length + EPSILON)
    return unit


def masked_lpips(
    features_a: Mapping[str, Tensor],
    features_b: Mapping[str, Tensor],
    weights: Mapping[str, Tensor],
    mask: Tensor | None,
    layers: Sequence[str],
    reduction: Reduction = "published",
) -> Tensor:
    """``R_l sum_xy m_l sum_c w_lc (a_lc - b_lc)^2 / sum_xy m_l``, mean over the batch.

    a and b are features of unit length per pixel, m_l the mask at the layer's size (nearest
    neighbour, from layer to layer). With ``published`` and a mask of ones or none this is the value
    of the ``lpips`` package.

    Args:
        features_a: activations ``(N, C, h, w)`` by layer, of a picture after
            `styleforge.models.scaling.lpips_input`.
        features_b: the same of the other picture; ``(1, C, h, w)`` is broadcast.
        weights: the linear weights ``(C,)`` by layer.
        mask: ``(N or 1, 1, H, W)``; a sample with an empty mask counts 0. None for all ones, as
            LPIPS of pictures that were masked before the network is meant.
        layers: the layers to compare, from shallow to deep.
        reduction: R is the sum over layers (``published``) or their mean (``patent``).

    Returns:
        A scalar.

    Example:
        >>> one = {"relu1_2": torch.tensor([1.0, 0.0]).reshape(1, 2, 1, 1)}
        >>> two = {"relu1_2": torch.tensor([0.0, 1.0]).reshape(1, 2, 1, 1)}
        >>> masked_lpips(one, two, {"relu1_2": torch.ones(2)}, None, ["relu1_2"])
        tensor(2.)
    """
    check_reduction(reduction)
    values = []
    for layer in layers:
        distance = _distance(features_a[layer], unit_channels(features_b[layer]), weights[layer])
        if mask is None:
            values.append(distance.mean())
            continue
        mask = resize_mask(mask, distance.shape[-2:])  # (N or 1, 1, h, w)
        values.append(masked_mean(distance, mask.to(distance.dtype)).mean())
    total = torch.stack(values).sum()
    return total if reduction == "published" else total / len(values)


def _distance(features: Tensor, unit: Tensor, weight: Tensor) -> Tensor:
    """``sum_c w_c (a_c - b_c)^2`` of every pixel ``(N, 1, h, w)``; b is of unit length already."""
    features, weight = full_precision(features), weight.to(unit)
    if unit.requires_grad or weight.requires_grad:  # left to autograd
        difference = unit_channels(features) - unit
        return (weight.reshape(-1, 1, 1) * difference.square()).sum(1, keepdim=True)
    found: Tensor = _Distance.apply(features, unit, weight)
    return found


class _Distance(Function):
    """`_distance` with its gradient written out, in half of the passes that autograd makes.

    With a = f / s, s = |f| + epsilon, and G the gradient at a, that at f is
    ``G / s - f (G . a) / (|f| s)``.
    """

    @staticmethod
    def forward(ctx: Any, features: Tensor, unit: Tensor, weight: Tensor) -> Tensor:
        length = torch.linalg.vector_norm(features, dim=1, keepdim=True)  # (N, 1, h, w)
        difference = torch.addcdiv(unit, features, length + EPSILON, value=-1)  # b - a
        ctx.save_for_backward(features, length, difference, weight)
        return _over_channels(difference.square(), weight)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
        features, length, difference, weight = ctx.saved_tensors
        scale = length + EPSILON
        twice = 2 * gradient / scale  # (N, 1, h, w)
        along = _over_channels(features * difference, weight) * twice / scale
        along = torch.where(length > 0, along / length, torch.zeros_like(along))
        found = difference * -weight.reshape(-1, 1, 1)
        return found.mul_(twice).addcmul_(features, along), None, None


def _over_channels(maps: Tensor, weight: Tensor) -> Tensor:
    """``sum_c w_c x_c`` of maps ``(N, C, h, w)``: ``(N, 1, h, w)``; a pass in either layout."""
    with torch.autocast(maps.device.type, enabled=False):
        return (maps.movedim(1, -1) @ weight)[:, None]
