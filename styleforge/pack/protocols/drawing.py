"""What draws: a generator, the way from a picture to its latent, what fills a hole."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from torch import Tensor


@runtime_checkable
class Generator(Protocol):
    """A style-based generator: W+ rows and noise maps to a picture.

    Example:
        >>> from styleforge.testing import toy_models
        >>> isinstance(toy_models.generator(), Generator)
        True
    """

    rows: int  # rows of W+
    width: int  # numbers in a row
    size: tuple[int, int]  # (H, W) of the picture
    noise_shapes: tuple[tuple[int, int], ...]  # (h, w) of every noise map

    def map(self, z: Tensor) -> Tensor:
        """Latents z ``(N, width)`` to w ``(N, width)``."""
        ...

    def synthesize(self, latent: Tensor, noise: Sequence[Tensor]) -> Tensor:
        """W+ ``(N, rows, width)`` and noise maps ``(1 or N, 1, h, w)`` to ``(N, 3, H, W)``."""
        ...


@runtime_checkable
class Inverter(Protocol):
    """Guesses the W+ that renders a picture.

    Example:
        >>> from styleforge.testing import toy_models
        >>> isinstance(toy_models.inverter(), Inverter)
        True
    """

    def __call__(self, image: Tensor) -> Tensor:
        """``(N, 3, H, W)`` to W+ ``(N, rows, width)``."""
        ...


@runtime_checkable
class Inpainter(Protocol):
    """Fills a hole in a picture from its surroundings.

    Example:
        >>> from styleforge.builtin.inpainters import telea
        >>> isinstance(telea, Inpainter)
        True
    """

    def __call__(self, image: Tensor, hole: Tensor) -> Tensor:
        """Fill where ``hole`` ``(N, 1, H, W)`` is above one half; the rest is returned as it is."""
        ...
