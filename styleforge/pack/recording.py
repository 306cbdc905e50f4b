"""The ability of a generator to pull several cotangents back at once.

A generator of a pack may have a method ``record``; a step of an optimization then asks it instead
of autograd. That is faster where a step has several groups of terms, and needs less memory.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from torch import Tensor


class Recording(Protocol):
    """A picture and what the way back from it needs.

    Example:
        >>> from styleforge.models.stylegan2.recording import Recording
        >>> [name for name in ("picture", "pull_back") if name in dir(Recording)]
        ['pull_back']
    """

    @property
    def picture(self) -> Tensor:
        """The picture ``(N, 3, H, W)``."""
        ...

    def pull_back(
        self, cotangents: Tensor, of_noise: Sequence[int] = ()
    ) -> tuple[Tensor, tuple[Tensor, ...]]:
        """Gradients of latent and noise maps for cotangents ``(K, N, 3, H, W)`` of the picture.

        The latent's are ``(K, N, rows, width)``. A noise map's are ``(len(of_noise), 1 or N, 1, h,
        w)``, for those of the cotangents that ``of_noise`` numbers.
        """
        ...


@runtime_checkable
class Recorder(Protocol):
    """A generator that records.

    Example:
        >>> from styleforge.models.stylegan2 import Generator
        >>> isinstance(Generator(8, width=4, channels={4: 4, 8: 4}), Recorder)
        True
    """

    def record(
        self, latent: Tensor, noise: Sequence[Tensor], *, size: int | None = None
    ) -> Recording | None:
        """Draw as ``synthesize`` does, without a graph; None where it cannot.

        ``size`` is one of the generator's ``resolutions``, where it has such: then it stops there.
        """
        ...
