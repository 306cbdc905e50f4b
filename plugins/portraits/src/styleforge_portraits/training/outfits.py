"""The people of the dataset with other hair, clothing and background: who they are stays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from styleforge_portraits import world
from styleforge_portraits.training.codes import random_codes
from styleforge_portraits.training.parts import parts_without, stored
from styleforge_portraits.training.processes import in_processes

if TYPE_CHECKING:
    from pathlib import Path

Array = NDArray[Any]
CHUNK = 50
OUTFITS = (4000, 200)  # people to train on, and held out
SIDE = 128  # pixels
CHANGED = tuple(group for group in world.GROUPS if group != "identity")


def build_outfits(
    folder: Path, *, train: int = OUTFITS[0], held: int = OUTFITS[1], seed: int = 0,
    processes: int = 2, side: int = SIDE,
) -> None:  # fmt: skip
    """Render the first people in ``folder`` dressed otherwise, where they are not on disk yet."""
    for people in parts_without("outfits.npy", folder, train=train, held=held):
        place, count = people.folder, min(people.count, len(people.codes))
        donors = random_codes(people.rng(seed, 11), count)
        shape = (count, len(world.MATERIALS), side, side)
        store = np.lib.format.open_memmap(place / "outfits.partial.npy", "w+", np.uint8, shape)
        jobs = [
            (people.codes[at : at + CHUNK][: count - at], donors[at : at + CHUNK], side)
            for at in range(0, count, CHUNK)
        ]
        codes = []
        for at, (maps, worn) in enumerate(
            in_processes(_dressed, jobs, processes, f"{people.name} outfits")
        ):
            store[at * CHUNK : at * CHUNK + len(maps)] = maps
            codes.append(worn)
        store.flush()
        np.save(place / "outfits_codes.npy", np.concatenate(codes))
        (place / "outfits.partial.npy").rename(place / "outfits.npy")


def load_outfits(folder: Path) -> dict[str, tuple[Array, Array]]:
    """For ``train`` and ``held``: codes and coefficient maps of the first people, redressed."""
    return stored(folder, "outfits_codes.npy", "outfits.npy")


def _dressed(job: tuple[Array, Array, int]) -> tuple[Array, Array]:
    codes, donors, side = job
    drawn, worn = [], []
    for code, donor in zip(codes, donors, strict=True):
        person = world.with_groups(world.decode(code), world.decode(donor), *CHANGED)
        maps = world.geometry(person, side).maps
        drawn.append(np.clip(maps * 255 + 0.5, 0, 255).astype(np.uint8))
        worn.append(world.encode(person))
    return np.stack(drawn), np.stack(worn)
