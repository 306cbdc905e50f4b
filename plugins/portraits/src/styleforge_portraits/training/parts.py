"""Parts of a dataset for which something more is to be rendered than its people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from styleforge_portraits import world

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Array = NDArray[Any]
PARTS = ("held", "train")


@dataclass(frozen=True)
class People:
    """The people of one part, on disk: codes ``(N, D)``, regions ``(N, R, S, S)`` uint8.

    ``count`` things are to be rendered of them.
    """

    name: str
    count: int
    folder: Path
    codes: Array
    regions: Array

    def hair(self) -> Array:
        """The share ``(N,)`` of each picture that hair covers, nearly."""
        hair = world.REGIONS.index("hair")
        shares = [self.regions[index, hair, ::8, ::8].mean() for index in range(len(self.regions))]
        return np.array(shares) / 255

    def rng(self, *seed: int) -> np.random.Generator:
        """Chance of this part's own, which does not depend on what else is rendered."""
        return np.random.default_rng([*seed, PARTS.index(self.name)])


def parts_without(file: str, folder: Path, *, train: int, held: int) -> Iterator[People]:
    """The people of those parts of the dataset in ``folder`` that have no such file yet."""
    for name, count in zip(PARTS, (held, train), strict=True):
        place = folder / name
        if not (place / file).exists():
            codes, regions = (
                np.load(place / f"{one}.npy", mmap_mode="r") for one in ("codes", "regions")
            )
            yield People(name, count, place, codes, regions)


def stored(folder: Path, first: str, large: str) -> dict[str, tuple[Array, Array]]:
    """What was rendered for ``train`` and ``held``: a small file, and a large one left on disk."""
    return {
        name: (np.load(folder / name / first), np.load(folder / name / large, mmap_mode="r"))
        for name in reversed(PARTS)
    }
