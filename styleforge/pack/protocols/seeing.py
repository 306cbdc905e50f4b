"""What sees: regions, landmarks, and the features by which pictures are compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from torch import Tensor


@runtime_checkable
class RegionProvider(Protocol):
    """Finds the named regions of a picture.

    Example:
        >>> from styleforge.testing import toy_models
        >>> isinstance(toy_models.regions(), RegionProvider)
        True
    """

    names: tuple[str, ...]

    def __call__(self, image: Tensor) -> Tensor:
        """Soft regions ``(N, len(names), H, W)`` that sum to 1 over the names."""
        ...


@runtime_checkable
class Landmarks(Protocol):
    """Finds the landmarks of the main subject.

    Example:
        >>> from styleforge.testing import toy_models
        >>> isinstance(toy_models.landmarks(), Landmarks)
        True
    """

    def __call__(self, image: Tensor) -> Tensor:
        """Landmarks ``(N, L, 2)`` in pixels (x, y)."""
        ...


@runtime_checkable
class Features(Protocol):
    """A perceptual network with named layers (VGG16: ``relu1_1`` to ``relu5_3``).

    One with a method ``reach(layer)`` (`styleforge.models.vgg.VGG16.reach`) is shown no more of a
    picture than what is compared within a mask depends on.

    Example:
        >>> from styleforge.testing import toy_models
        >>> isinstance(toy_models.features(), Features)
        True
    """

    layers: tuple[str, ...]

    def __call__(self, image: Tensor, layers: Sequence[str]) -> dict[str, Tensor]:
        """Activations of the layers asked for, by name; deeper layers are not computed."""
        ...


@runtime_checkable
class LpipsWeights(Protocol):
    """The linear weights of LPIPS: one non-negative number per channel and layer.

    Example:
        >>> from styleforge.testing import toy_models
        >>> isinstance(toy_models.lpips(), LpipsWeights)
        True
    """

    weights: Mapping[str, Tensor]
