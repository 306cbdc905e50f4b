"""What an inpainter filled, kept for the next edit of the same picture.

What is behind a region is a matter of the picture alone, so that edits of one person, and the
previews of a run, ask for it again and again.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from styleforge.pack.memory import size_of

if TYPE_CHECKING:
    from torch import Tensor

    from styleforge.pack.protocols import Inpainter

BYTES = 2**26  # of pictures that are kept, at most; the newest stays however large


@dataclass(frozen=True)
class _Filled:
    """A picture ``(N, 3, H, W)``, as it was then, the hole ``(N, 1, H, W)``, and what was made."""

    image: Tensor
    then: Tensor
    hole: Tensor
    computed_in: torch.dtype
    made: Tensor

    def answers(self, image: Tensor, hole: Tensor) -> bool:
        """Whether the same is asked again: of the tensor itself, if nobody wrote into it."""
        return (
            self.image is image
            and self.computed_in == _computed_in(image)
            and torch.equal(self.hole, hole)
            and torch.equal(self.then, image)
        )


class Remembered:
    """An inpainter that fills the same hole of the same picture once.

    May be shared among threads.

    Example:
        >>> calls = []
        >>> def grey(image, hole):
        ...     calls.append(hole)
        ...     return image * (1 - hole)
        >>> inpainter = Remembered(grey)
        >>> image, hole = torch.ones(1, 3, 8, 8), torch.ones(1, 1, 8, 8)
        >>> with torch.no_grad():
        ...     torch.equal(inpainter(image, hole), inpainter(image, hole)), len(calls)
        (True, 1)
    """

    def __init__(self, inpainter: Inpainter) -> None:
        self.inner = inpainter
        self._filled: list[_Filled] = []  # the newest last
        self._lock = threading.Lock()

    def __call__(self, image: Tensor, hole: Tensor) -> Tensor:
        """Fill where ``hole`` ``(N, 1, H, W)`` is above one half, as the inpainter does."""
        if torch.is_grad_enabled():
            return self.inner(image, hole)
        with self._lock:
            known = next((one for one in self._filled if one.answers(image, hole)), None)
        if known is None:
            made = self.inner(image, hole)
            known = _Filled(image, image.clone(), hole.clone(), _computed_in(image), made)
        with self._lock:
            self._filled = [one for one in self._filled if one is not known] + [known]
            while len(self._filled) > 1 and size_of(*self._filled) > BYTES:
                del self._filled[0]
        return known.made.clone()  # which a composition may change


def _computed_in(image: Tensor) -> torch.dtype:
    kind = image.device.type
    return torch.get_autocast_dtype(kind) if torch.is_autocast_enabled(kind) else image.dtype
