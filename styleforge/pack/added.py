"""What a plugin adds to other people's packs: a region, ``regions/NAME``, or a mapper."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch import Tensor

    from styleforge.pack.models import Models


@dataclass(frozen=True)
class AddedRegion:
    """A region that lies within regions that a pack finds; register it as ``regions/NAME``.

    Args:
        find: pictures ``(N, 3, H, W)`` in [-1, 1] and the pack's models to where the region is,
            ``(N, 1, H, W)`` in [0, 1]. From landmarks (``models.get("landmarks")``), or from a
            network of the plugin's own (``models.kept("mine", load)`` loads it once).
        within: the pack's regions that it is cut out of; all of them where none is named.
        least: the share of the picture below which it counts as not found.

    Example:
        >>> from styleforge import AddedRegion
        >>> lips = AddedRegion(lambda image, models: (image[:, :1] > 0.5) * 1.0, within=("face",))
        >>> lips.within
        ('face',)
    """

    find: Callable[[Tensor, Models], Tensor]
    within: tuple[str, ...] = ()
    least: float = 0.0005

    def __call__(self, image: Tensor, models: Models) -> Tensor:
        """Where the region is, ``(N, 1, H, W)``."""
        return self.find(image, models)


@dataclass(frozen=True)
class AddedMapper:
    """A mapper for other people's packs; register it as ``mapper/NAME``.

    Args:
        load: gives the mapper for the models of a pack.
        packs: names of the packs whose W+ it was trained on.

    Example:
        >>> from styleforge.testing import toy_mapper
        >>> AddedMapper(lambda models: toy_mapper.mapper(), packs=("toy",)).packs
        ('toy',)
    """

    load: Callable[[Models], Any]
    packs: tuple[str, ...]

    def __call__(self, models: Models) -> Any:
        """The mapper, loaded."""
        return self.load(models)
