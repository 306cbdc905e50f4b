"""What is rendered beside a dataset's people: which parts lack it, and work in processes."""

from __future__ import annotations

import multiprocessing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from styleforge_portraits import world

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

Array = NDArray[Any]
Job = TypeVar("Job")
Done = TypeVar("Done")
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


def side_by_side(
    work: Callable[[Job], Done], jobs: Sequence[Job], processes: int, label: str
) -> Iterator[Done]:
    """What ``work`` makes of the jobs, in their order, in processes of one thread each."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(processes, initializer=_one_thread) as pool:
        yield from tqdm(pool.imap(work, jobs), total=len(jobs), desc=label)


def _one_thread() -> None:
    cv2.setNumThreads(1)
