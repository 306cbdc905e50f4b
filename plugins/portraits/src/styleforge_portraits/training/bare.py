"""The people of the dataset without their hair: the truth that the inpainter learns from."""

from __future__ import annotations

import multiprocessing
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from styleforge_portraits import world

if TYPE_CHECKING:
    from pathlib import Path

Array = NDArray[Any]
CHUNK = 50
BARE = (2400, 200)  # people to train on, and held out
SHOWN = 0.02  # share of the picture that a person's hair must cover
GONE = {"balding": 1.0, "updo": 0.0}


def build_bare(
    folder: Path, *, train: int = BARE[0], held: int = BARE[1], processes: int = 2
) -> None:
    """Render the first people in ``folder`` that have hair, without it, where not on disk yet."""
    hair = world.REGIONS.index("hair")
    for name, count in (("held", held), ("train", train)):
        place = folder / name
        if (place / "bare.npy").exists():
            continue
        codes = np.load(place / "codes.npy", mmap_mode="r")
        regions = np.load(place / "regions.npy", mmap_mode="r")
        share = [regions[index, hair, ::8, ::8].mean() / 255 for index in range(len(regions))]
        rows = np.flatnonzero(np.array(share) > SHOWN)[:count]
        size = regions.shape[-1]
        shape = (len(rows), len(world.MATERIALS), size, size)
        store = np.lib.format.open_memmap(place / "bare.partial.npy", "w+", np.uint8, shape)
        jobs = [(codes[rows[at : at + CHUNK]], size) for at in range(0, len(rows), CHUNK)]
        at = 0
        with multiprocessing.get_context("spawn").Pool(processes) as pool:
            for maps in tqdm(pool.imap(_without_hair, jobs), total=len(jobs), desc=f"{name} bare"):
                store[at : at + len(maps)] = maps
                at += len(maps)
        store.flush()
        np.save(place / "bare_rows.npy", rows)
        (place / "bare.partial.npy").rename(place / "bare.npy")


def load_bare(folder: Path) -> dict[str, tuple[Array, Array]]:
    """For ``train`` and ``held``: which people, and their coefficient maps without hair."""
    return {
        name: (
            np.load(folder / name / "bare_rows.npy"),
            np.load(folder / name / "bare.npy", mmap_mode="r"),
        )
        for name in ("train", "held")
    }


def _without_hair(job: tuple[Array, int]) -> Array:
    cv2.setNumThreads(1)
    codes, size = job
    drawn = []
    for code in codes:
        person = world.decode(code)
        bald = world.truth(person, shape=world.Person(**GONE))
        maps = world.geometry(bald, size).maps
        drawn.append(np.clip(maps * 255 + 0.5, 0, 255).astype(np.uint8))
    return np.stack(drawn)
