"""What gives a region another colour."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from torch import Tensor

    from styleforge.pack.knobs import Knob


@runtime_checkable
class Recolour(Protocol):
    """Gives a region of a picture another colour.

    One that can do so at the size of a large photograph, of which the picture is a smaller copy,
    satisfies `RecolourAtFullSize`; one that can be tuned, `TunableRecolour`; one that knows when a
    picture makes its colours come out otherwise, `RemarkingRecolour`.

    Example:
        >>> class Flat:
        ...     def tone(self, image, mask):
        ...         return image.mean((0, 2, 3)) / 2 + 0.5
        ...     def __call__(self, image, coverage, colour, share=1.0):
        ...         return image + share * coverage * (2 * colour[:, None, None] - 1 - image)
        >>> isinstance(Flat(), Recolour)
        True
    """

    def tone(self, image: Tensor, mask: Tensor) -> Tensor:
        """The colour ``(3,)`` in [0, 1] that a region ``(1, 1, H, W)`` of a picture has."""
        ...

    def __call__(
        self, image: Tensor, coverage: Tensor, colour: Tensor, share: float = 1.0
    ) -> Tensor:
        """The picture ``(1, 3, H, W)`` with a ``share`` of the way to a colour where covered."""
        ...


@runtime_checkable
class RecolourAtFullSize(Recolour, Protocol):
    """A recolouring that goes from a smaller copy back to the photograph, however large that is.

    Example:
        >>> class Nothing:
        ...     def tone(self, image, mask):
        ...         return image.mean((0, 2, 3))
        ...     def __call__(self, image, coverage, colour, share=1.0):
        ...         return image
        ...     def at_full_size(self, photo, matrix, image, coverage, colour, share=1.0,
        ...                      painted=None):
        ...         return photo
        >>> isinstance(Nothing(), RecolourAtFullSize)
        True
    """

    def at_full_size(
        self,
        photo: Tensor,
        matrix: tuple[tuple[float, float, float], tuple[float, float, float]],
        image: Tensor,
        coverage: Tensor,
        colour: Tensor,
        share: float = 1.0,
        painted: Tensor | None = None,
    ) -> Tensor:
        """The photograph ``(1, 3, H, W)`` in bytes, recoloured.

        ``image`` and ``coverage`` are of the smaller copy, which may be a part of it; ``matrix``
        goes from pixels of the photograph to its. ``painted`` ``(1, 1, H, W)`` in bytes is the
        coverage itself, where somebody painted it.
        """
        ...


@runtime_checkable
class TunableRecolour(Recolour, Protocol):
    """A recolouring with knobs; it takes numbers by their names as ``tune``.

    Example:
        >>> class Grey:
        ...     knobs = {}
        ...     def tone(self, image, mask):
        ...         return image.mean((0, 2, 3))
        ...     def __call__(self, image, coverage, colour, share=1.0, tune=None):
        ...         return image
        >>> isinstance(Grey(), TunableRecolour)
        True
    """

    knobs: Mapping[str, Knob]

    def __call__(
        self,
        image: Tensor,
        coverage: Tensor,
        colour: Tensor,
        share: float = 1.0,
        tune: Mapping[str, float] | None = None,
    ) -> Tensor:
        """As that of a `Recolour`, tuned by numbers."""
        ...


@runtime_checkable
class RemarkingRecolour(Recolour, Protocol):
    """A recolouring that tells what is to be known of its result.

    Example:
        >>> class Shy:
        ...     def tone(self, image, mask):
        ...         return image.mean((0, 2, 3))
        ...     def __call__(self, image, coverage, colour, share=1.0):
        ...         return image
        ...     def remarks(self, image, coverage, colour, tune=None):
        ...         return ("Nothing was changed.",)
        >>> isinstance(Shy(), RemarkingRecolour)
        True
    """

    def remarks(
        self,
        image: Tensor,
        coverage: Tensor,
        colour: Tensor,
        tune: Mapping[str, float] | None = None,
    ) -> tuple[str, ...]:
        """Sentences on a picture ``(1, 3, H, W)``, recoloured where covered, as when called."""
        ...
