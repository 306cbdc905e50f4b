"""The true answer of an edit of people of the portrait world, as a component."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import torch
from torch import Tensor

from styleforge.errors import UserError
from styleforge.measure.truth import Truth
from styleforge_portraits import language, portraits, world
from styleforge_portraits.asked.phrase import said

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

DOMAINS = tuple(
    group.removesuffix("_finer_style") for group in world.GROUPS if group.endswith("_finer_style")
)


@dataclass(frozen=True)
class TruthOf:
    """Renders what a transfer ought to yield, aligned, `size` pixels wide and high."""

    size: int = 256
    takes_words: ClassVar[bool] = True  # beside pictures

    def __call__(
        self,
        domain: str,
        *,
        identity: str | Path,
        shape: str | Path | None = None,
        appearance: str | Path | None = None,
        finer_style: str | Path | None = None,
        words: Mapping[str, str] | None = None,
    ) -> Truth:
        """The answer for pictures whose factors are known.

        Args:
            domain: ``hair`` or ``clothing``.
            identity: ``gallery:NAME`` or a picture with a JSON of its factors beside it, as the
                gallery has them. Frames are ignored: the answer is aligned.
            shape: where the domain's shape comes from; None leaves it the identity's.
            appearance: likewise its colours.
            finer_style: likewise its fine texture.
            words: by role, what is said in words: the person is changed as little as they need.

        Returns:
            The picture ``(1, 3, size, size)`` in [-1, 1] and regions ``(1, 1, size, size)`` by
            name that sum to 1.

        Raises:
            UserError: for another domain, a picture without known factors, or words that cannot be
                placed.
        """
        if domain not in DOMAINS:
            msg = f"The portrait world knows no truth for {domain!r}, only for {DOMAINS}."
            raise UserError(msg)
        sources = {"shape": shape, "appearance": appearance, "finer_style": finer_style}
        donors = {
            role: None if source is None else portraits.record(source).person
            for role, source in sources.items()
        }
        answer = world.truth(portraits.record(identity).person, **donors, domain=domain)
        rng = np.random.default_rng(0)
        for text in (words or {}).values():
            answer = language.satisfy(answer, said(text, domain), rng)
        drawn = world.render(answer, self.size)
        image = torch.from_numpy(drawn.image).permute(2, 0, 1)[None].float() / 127.5 - 1
        return Truth(image, {name: _mask(mask) for name, mask in drawn.regions.items()})


def _mask(mask: NDArray[np.float32]) -> Tensor:
    return torch.from_numpy(mask)[None, None].float()
