"""What the generator's pictures of known people cost: losses against the rendered ones.

L1 on Laplacian bands, mean colours of materials, perceptual features and the texture of hair
(`perceived`), and what heads read off the features (`heads`). Pairs that differ in one factor are
compared by that difference (`changes`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from torch.nn import functional

from styleforge_portraits import world
from styleforge_portraits.training.changes import change_error
from styleforge_portraits.training.losses import laplacian_l1, material_colours
from styleforge_portraits.training.perceived import feature_distances
from styleforge_portraits.training.texture import grain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import Tensor

    from styleforge.models.vgg import VGG16
    from styleforge_portraits.training.dataset import Batch
    from styleforge_portraits.training.heads import Heads

LEVELS = 4
COLOUR_WEIGHT = 0.5
CHANGE_WEIGHT = 0.03
TEXTURE_SHARE = 0.3  # beside features in their place
HAIR = [place for place, name in enumerate(world.MATERIALS) if name.startswith("hair")]


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
        heads: what is read off the features.
        rarity: weight of every material, ``(1, K, 1, 1)``.
        head_weight: of the finest head of materials.
        features: the perceptual network, where features count.
    """

    heads: Heads
    rarity: Tensor
    head_weight: float
    features: VGG16 | None = None

    def __call__(
        self,
        drawn: Drawn,
        batch: Batch,
        *,
        matching: float = 0.0,
        fields: float = 0.0,
        pairs: bool = False,
    ) -> tuple[Tensor, dict[str, float]]:
        """The loss and its parts.

        ``matching`` weighs perceptual features and texture, ``fields`` the phases of strands; with
        ``pairs`` the batch is of `changed_pairs`.
        """
        image = drawn.image
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
        shapes, read = self.heads.shapes(drawn.maps, truth, self.rarity)
        phases, more = self.heads.phases(drawn.maps)
        figures |= read | more
        loss = loss + self.head_weight * shapes + fields * phases
        if matching and self.features is not None:
            hair = truth[:, HAIR].sum(1, keepdim=True)  # (N, 1, S, S)
            distance, texture = feature_distances(self.features, image, target, hair)
            figures |= {"match": distance.item(), "texture": texture.item()}
            loss = loss + matching * (distance + TEXTURE_SHARE * texture)
        return loss, figures
