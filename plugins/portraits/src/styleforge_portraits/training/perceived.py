"""Two distances of perceptual features: where they lie, and what texture a region has.

A loss on pixels or on features asks for a strand in its place. A network that is unsure of the
place draws the mean of all, which is smooth. The covariance of features inside a region says what
a pattern is like and not where it lies, so it is asked for as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch.nn import functional

from styleforge.models.scaling import lpips_input
from styleforge.pack.precision import autocast

if TYPE_CHECKING:
    from torch import Tensor

    from styleforge.models.vgg import VGG16

MATCHED = ("relu1_2", "relu2_2", "relu3_3")
LEAST_SHOWN = 0.01  # of the picture: less than that has no texture to speak of
FAINTEST = 1e-6  # under the root, whose slope at 0 is infinite


def feature_distances(
    features: VGG16, image: Tensor, target: Tensor, mask: Tensor
) -> tuple[Tensor, Tensor]:
    """Relative distance of the features ``MATCHED``, and of their texture inside a mask.

    The first is the L1 distance, the second that of covariances (Gatys et al. 2016, "Image Style
    Transfer Using Convolutional Neural Networks"; of centred features), each over the size of the
    target's and mean over the layers. Pictures that show less than ``LEAST_SHOWN`` of the mask
    have no texture; where none has, the second is 0.

    Pictures ``(N, 3, H, W)`` are in [-1, 1], the mask ``(N, 1, H, W)`` is in [0, 1]; the target
    gets no gradient.

    Example:
        >>> from styleforge.models.vgg import VGG16
        >>> image = torch.rand(1, 3, 32, 32)
        >>> [float(one) for one in feature_distances(VGG16(), image, image, image[:, :1])]
        [0.0, 0.0]
    """
    one, two = (
        lpips_input(picture.contiguous(memory_format=torch.channels_last))
        for picture in (image, target)
    )
    with autocast(image.device):
        with torch.no_grad():
            truth = features(two, MATCHED)
        found = features(one, MATCHED)
    parts, textures = [], []
    shown = (mask.mean((1, 2, 3)) > LEAST_SHOWN).float()  # (N,)
    for name in MATCHED:
        ours, theirs = found[name].float(), truth[name].float()  # (N, C, h, w)
        parts.append((ours - theirs).abs().mean() / theirs.mean())
        inside = functional.adaptive_avg_pool2d(mask, ours.shape[-2:])
        wanted = _covariance(theirs, inside)  # (N, C, C)
        away = (_covariance(ours, inside) - wanted).square().sum((1, 2)) + FAINTEST
        size = wanted.square().sum((1, 2)) + FAINTEST
        apart = away.sqrt() / size.sqrt() - (FAINTEST / size).sqrt()  # (N,)
        textures.append((apart * shown).sum() / shown.sum().clamp_min(1.0))
    return torch.stack(parts).mean(), torch.stack(textures).mean()


def _covariance(maps: Tensor, mask: Tensor) -> Tensor:
    """Of features ``(N, C, H, W)`` inside masks ``(N, 1, H, W)``: ``(N, C, C)``."""
    share = (mask / mask.sum((2, 3), keepdim=True).clamp_min(1e-6)).flatten(2)  # (N, 1, P)
    flat = maps.flatten(2)  # (N, C, P)
    centred = flat - (flat * share).sum(2, keepdim=True)
    covariance: Tensor = (centred * share) @ centred.transpose(1, 2)
    return covariance
