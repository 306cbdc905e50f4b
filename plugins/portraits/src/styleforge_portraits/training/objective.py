"""What the generator's pictures of known people cost: losses against the rendered ones.

L1 on Laplacian bands, mean colours of materials, perceptual features. Heads of 1x1 convolutions on
the features of the last three sizes say which material is where (cross entropy against the world's
shares): that shows the network the shapes that colours happen to hide. They are thrown away
afterwards. Pairs that differ in one factor are compared by that difference (``training.changes``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from torch.nn import functional

from styleforge_portraits.training.changes import change_error
from styleforge_portraits.training.losses import (
    feature_distance,
    laplacian_l1,
    material_colours,
    material_divergence,
)
from styleforge_portraits.training.texture import grain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import Tensor, nn

    from styleforge.models.vgg import VGG16
    from styleforge_portraits.training.dataset import Batch

LEVELS = 4
HEADS = 3  # sizes that have a head at a time, the finest first
COARSE_HEAD = 0.3  # weight of the others
COLOUR_WEIGHT = 0.5
CHANGE_WEIGHT = 0.006


@dataclass(frozen=True)
class Drawn:
    """What the generator drew of a batch.

    Attributes:
        image: ``(N, 3, S, S)`` in [-1, 1].
        maps: the last features ``(N, C, side, side)`` of every size, by the side.
        noise: the last noise map, ``(N or 1, 1, S, S)``.
    """

    image: Tensor
    maps: Mapping[int, Tensor]
    noise: Tensor


@dataclass
class Objective:
    """The sum of the losses of a batch.

    Attributes:
        heads: convolutions to materials by the side of the maps.
        rarity: weight of every material, ``(1, K, 1, 1)``.
        head_weight: of the finest head.
        features: the perceptual network, where features count.
    """

    heads: nn.ModuleDict
    rarity: Tensor
    head_weight: float
    features: VGG16 | None = None

    def __call__(
        self, drawn: Drawn, batch: Batch, *, matching: float = 0.0, pairs: bool = False
    ) -> tuple[Tensor, dict[str, float]]:
        """The loss and its parts.

        ``matching`` weighs perceptual features; with ``pairs`` the batch is of `changed_pairs`.
        """
        image, size = drawn.image, drawn.image.shape[-1]
        truth = batch.maps.float() / 255  # (N, K, S, S)
        textured = bool(drawn.noise.any())
        target = batch.image + grain(truth, drawn.noise) if textured else batch.image
        weight = (truth * self.rarity).sum(1, keepdim=True)  # (N, 1, S, S)
        weight = functional.avg_pool2d(weight, 3, 1, 1, count_include_pad=False)
        picture = laplacian_l1(image, target, LEVELS, weight)
        colours = material_colours(image, target, truth)
        figures = {"l1": picture.item(), "colours": colours.item()}
        loss = picture + COLOUR_WEIGHT * colours
        if pairs:
            missed, slope = change_error(image, batch.image)
            figures |= {"missed": missed.item(), "slope": slope.item()}
            loss = loss + CHANGE_WEIGHT * missed
        for side in [side for side in drawn.maps if str(side) in self.heads][-HEADS:]:
            shares = functional.avg_pool2d(truth, size // side) if side < size else truth
            found = self.heads[str(side)](drawn.maps[side].float())
            shapes = material_divergence(found, shares, self.rarity)
            figures[f"shapes_{side}_of"] = shapes.item()
            loss = loss + self.head_weight * (1.0 if side == size else COARSE_HEAD) * shapes
        if matching and self.features is not None:
            distance = feature_distance(self.features, image, target)
            figures["match"] = distance.item()
            loss = loss + matching * distance
        return loss, figures
