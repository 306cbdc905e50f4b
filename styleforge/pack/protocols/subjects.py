"""Who is meant, where a picture shows several, and how one is bent onto another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from styleforge.pack.protocols.seeing import Landmarks, RegionProvider

if TYPE_CHECKING:
    from torch import Tensor

    from styleforge.pack.subjects import Subject


@runtime_checkable
class RegionsOfSubjects(RegionProvider, Protocol):
    """A region provider that can be told which of several subjects is meant.

    One that knows when it may be wrong has ``doubts(image, subject)`` besides: parts of sentences
    by region, such as ``{"hat": "it is as grey as the wall"}``.

    Example:
        >>> class Largest:
        ...     names = ("background", "hat")
        ...     def __call__(self, image):
        ...         return self.of(image, None)
        ...     def of(self, image, subject):
        ...         return (image[:, :2] * 0 + 1) / 2
        >>> isinstance(Largest(), RegionsOfSubjects)
        True
    """

    def of(self, image: Tensor, subject: Subject | None) -> Tensor:
        """Soft regions ``(1, len(names), H, W)`` of one subject of a picture; None for nobody."""
        ...


@runtime_checkable
class LandmarksOfSubjects(Landmarks, Protocol):
    """A finder of landmarks that can be told which of several subjects is meant.

    Example:
        >>> class Nothing:
        ...     def __call__(self, image):
        ...         return image.new_zeros(len(image), 68, 2)
        ...     def of(self, image, subject):
        ...         return None
        >>> isinstance(Nothing(), LandmarksOfSubjects)
        True
    """

    def of(self, image: Tensor, subject: Subject) -> Tensor | None:
        """Landmarks ``(1, L, 2)`` of one subject of a picture; None where they are not seen."""
        ...


@runtime_checkable
class SubjectFinder(Protocol):
    """Finds the subjects of a picture, and says whether an aligned one shows a subject at all.

    Example:
        >>> class Nobody:
        ...     noun = "hat"
        ...
        ...     def __call__(self, image):
        ...         return ()
        ...
        ...     def score(self, image):
        ...         return 0.0
        >>> isinstance(Nobody(), SubjectFinder)
        True
    """

    noun: str  # what a subject is called in messages

    def __call__(self, image: Tensor) -> Sequence[Subject]:
        """The subjects of a picture ``(1, 3, H, W)`` of any size, the surest first."""
        ...

    def score(self, image: Tensor) -> float:
        """How sure it is, in [0, 1], that ``(1, 3, H, W)`` shows one, aligned; 0.6 is sure."""
        ...


@runtime_checkable
class Poser(Protocol):
    """Says how to bend a region of one picture so that it sits on another picture's subject.

    Example:
        >>> import torch
        >>> class Still:
        ...     names = ("hat",)
        ...
        ...     def __call__(self, image, regions, subject, subject_regions, region):
        ...         rows, columns = image.shape[-2:]
        ...         y, x = torch.meshgrid(torch.arange(rows), torch.arange(columns), indexing="ij")
        ...         return torch.stack((x, y))[None] + 0.5  # every pixel from its own place
        >>> isinstance(Still(), Poser)
        True
    """

    names: tuple[str, ...]  # the regions it knows

    def __call__(
        self, image: Tensor, regions: Tensor, subject: Tensor, subject_regions: Tensor, region: str
    ) -> Tensor:
        """Where each pixel of the bent picture comes from, ``(N, 2, H, W)``: pixels (x, y).

        Takes both pictures ``(N, 3, H, W)`` and their soft regions ``(N, R, H, W)``.
        """
        ...
