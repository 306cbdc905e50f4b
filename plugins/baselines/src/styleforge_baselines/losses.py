"""Losses of the baselines, as recipes name them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from styleforge.losses.masking import full_precision

if TYPE_CHECKING:
    from styleforge.run.view import View

# conv1_1, conv1_2, conv3_2 and conv4_2, as far as the published networks give them: rectified.
LAYERS = ("relu1_1", "relu1_2", "relu3_2", "relu4_2")


def perceptual(
    view: View, *, reference: str, mask: str = "", layers: Sequence[str] = LAYERS
) -> Tensor:
    """Image2StyleGAN's perceptual loss (arXiv 1904.03189, equation 2), of what a mask leaves.

    Pictures are masked before the network, so that what is masked out is mid-grey in both.

    Example:
        >>> from styleforge.run.plan import Plan
        >>> from styleforge.run.references import views_of
        >>> from styleforge.testing import toy
        >>> forge = toy.toy_forge()
        >>> views = views_of(toy.toy_problem(forge.models("toy"), "shape"), 32, Plan())
        >>> float(perceptual(views["shape"], reference="shape", layers=["relu1_1"]))
        0.0
    """
    mine = {layer: view.features(layer, mask=mask) for layer in layers}
    other = view.beside(reference, mask)
    with torch.no_grad():
        theirs = {layer: other.features(layer, mask=mask) for layer in layers}
    return feature_distance(mine, theirs, layers)


def feature_distance(
    features_a: Mapping[str, Tensor], features_b: Mapping[str, Tensor], layers: Sequence[str]
) -> Tensor:
    """``sum_j ||F_j(a) - F_j(b)||^2 / N_j``, with N_j the numbers of layer j; mean over the batch.

    Args:
        features_a: activations ``(N, C, h, w)`` by layer.
        features_b: the same of the other picture; ``(1, C, h, w)`` is broadcast.
        layers: the layers to compare, each with the published weight 1.

    Returns:
        A scalar.

    Example:
        >>> one = {"relu1_1": torch.zeros(1, 2, 2, 2)}
        >>> two = {"relu1_1": torch.full((1, 2, 2, 2), 3.0)}
        >>> feature_distance(one, two, ["relu1_1"])
        tensor(9.)
    """
    squares = [
        (full_precision(features_a[layer]) - full_precision(features_b[layer])).square().mean()
        for layer in layers
    ]
    return torch.stack(squares).sum()
