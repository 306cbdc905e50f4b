"""The people of the dataset without their hair: the truth that the inpainter learns from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from styleforge_portraits import world
from styleforge_portraits.models.bald import BALD
from styleforge_portraits.training.parts import parts_without, stored
from styleforge_portraits.training.processes import in_processes

if TYPE_CHECKING:
    from pathlib import Path

Array = NDArray[Any]
CHUNK = 50
PEOPLE = (2400, 200)  # people to train on, and held out
SHOWN = 0.02  # share of the picture that a person's hair must cover


def build_without_hair(
    folder: Path, *, train: int = PEOPLE[0], held: int = PEOPLE[1], processes: int = 2
) -> None:
    """Render the first people in ``folder`` that have hair, without it, where not on disk yet."""
    for people in parts_without("bare.npy", folder, train=train, held=held):
        place, size = people.folder, people.regions.shape[-1]
        rows = np.flatnonzero(people.hair() > SHOWN)[: people.count]
        shape = (len(rows), len(world.MATERIALS), size, size)
        store = np.lib.format.open_memmap(place / "bare.partial.npy", "w+", np.uint8, shape)
        jobs = [(people.codes[rows[at : at + CHUNK]], size) for at in range(0, len(rows), CHUNK)]
        at = 0
        for maps in in_processes(_without_hair, jobs, processes, f"{people.name} bare"):
            store[at : at + len(maps)] = maps
            at += len(maps)
        store.flush()
        np.save(place / "bare_rows.npy", rows)
        (place / "bare.partial.npy").rename(place / "bare.npy")


def load_without_hair(folder: Path) -> dict[str, tuple[Array, Array]]:
    """For ``train`` and ``held``: which people, and their coefficient maps without hair."""
    return stored(folder, "bare_rows.npy", "bare.npy")


def _without_hair(job: tuple[Array, int]) -> Array:
    codes, size = job
    drawn = []
    for code in codes:
        person = world.decode(code)
        bald = world.truth(person, shape=BALD)
        maps = world.geometry(bald, size).maps
        drawn.append(np.clip(maps * 255 + 0.5, 0, 255).astype(np.uint8))
    return np.stack(drawn)
