"""Style: Gram matrices of features over a region (Gatys et al. 2016, eq. 3 to 5; LOHO 3.3).

LOHO compares relu1_2, relu2_2, relu3_3 and relu4_3. Its text says relu4_4, which VGG16 has not
(the name is VGG19's).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor
from torch.autograd import Function

from styleforge.losses.masking import Reduction, check_reduction, full_precision, resize_mask

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


STYLE_LAYERS = ("relu1_2", "relu2_2", "relu3_3", "relu4_3")


def gram(features: Tensor, mask: Tensor | None = None) -> Tensor:
    """``G = F F^T / (C h w)`` of every sample: ``(N, C, h, w)`` to ``(N, C, C)``.

    F are the features times the mask. Divided by the size of the whole map, not by the area of
    the mask, as in the published code; samples never mix.

    Example:
        >>> gram(torch.ones(1, 2, 4, 4))
        tensor([[[0.5000, 0.5000],
                 [0.5000, 0.5000]]])
    """
    features = full_precision(features)
    if mask is not None:
        features = features * resize_mask(mask, features.shape[-2:]).to(features.dtype)
    pixels = features.movedim(1, -1).flatten(1, 2)  # (N, h w, C), as networks lay them out
    found: Tensor = _Products.apply(pixels)
    return found / pixels[0].numel()  # (N, C, C)


def gram_distance(
    features_a: Mapping[str, Tensor],
    features_b: Mapping[str, Tensor],
    mask_a: Tensor | None,
    mask_b: Tensor | None,
    layers: Sequence[str],
    reduction: Reduction = "published",
) -> Tensor:
    """``mean_l R_ij (G_a - G_b)_ij^2``, mean over the batch.

    Args:
        features_a: activations ``(N, C, h, w)`` by layer, of the masked picture. Or its Gram
            matrices ``(N, C, C)``, which several terms share.
        features_b: the same of the reference; ``(1, C, h, w)`` is broadcast, sizes may differ.
            Or its Gram matrices ``(1 or N, C, C)``, which are the same at every step.
        mask_a: the region in the first picture ``(N or 1, 1, H, W)``, or None for all of it.
        mask_b: the region in the reference, or None. A sample whose reference is empty counts
            0: nothing is asked for. An empty ``mask_a`` counts the full distance from 0, so that
            losing the region in the picture never pays; its gradient is 0.
        layers: the layers to compare.
        reduction: R is the mean over the C x C entries (``published``) or their sum (``patent``:
            the squared Frobenius norm).

    Returns:
        A scalar.

    Example:
        >>> one, two = {"relu1_2": torch.ones(1, 2, 4, 4)}, {"relu1_2": torch.zeros(1, 2, 4, 4)}
        >>> gram_distance(one, two, None, None, ["relu1_2"])
        tensor(0.2500)
    """
    check_reduction(reduction)
    values = []
    for layer in layers:
        first, second = (
            one if one.ndim == 3 else gram(one, mask)
            for one, mask in ((features_a[layer], mask_a), (features_b[layer], mask_b))
        )
        squares = (first - second).square()  # (N, C, C)
        one = squares.mean((1, 2)) if reduction == "published" else squares.sum((1, 2))
        values.append(one)
    each = torch.stack(values).mean(0)  # (N,)
    if mask_b is not None:
        each = each * (mask_b.sum((1, 2, 3)) > 0)
    return each.mean()


class _Products(Function):
    """``X^T X`` of ``(N, P, C)``; its gradient is one product, where autograd takes two."""

    @staticmethod
    def forward(ctx: Any, pixels: Tensor) -> Tensor:
        ctx.save_for_backward(pixels)
        return pixels.transpose(1, 2) @ pixels

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> Tensor:
        (pixels,) = ctx.saved_tensors
        back: Tensor = pixels @ (gradient + gradient.transpose(1, 2)).to(pixels.dtype)
        return back.to(pixels.dtype)
