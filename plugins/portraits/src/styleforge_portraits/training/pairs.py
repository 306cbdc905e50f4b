"""Pairs of people and the true answer: one wears the hair or the clothing of the other.

The people are those of the dataset; only the answers are rendered, at the poser's size.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from styleforge_portraits import world
from styleforge_portraits.models.poser import POSED, SIDE
from styleforge_portraits.training.parts import parts_without
from styleforge_portraits.training.processes import in_processes

if TYPE_CHECKING:
    from pathlib import Path

Array = NDArray[Any]
CHUNK = 100
PAIRS = (9000, 400)  # to train on, and held out
SHOWN = 0.03  # share of the picture that a reference's hair must cover


@dataclass(frozen=True)
class Pairs:
    """Rows ``(reference, identity, index in POSED)``, the answers' pictures and soft regions."""

    rows: Array  # (M, 3)
    images: Array  # (M, 128, 128, 3) uint8
    masks: Array  # (M, 128, 128) uint8


def build_pairs(
    folder: Path, *, train: int = PAIRS[0], held: int = PAIRS[1], seed: int = 0, processes: int = 2
) -> None:
    """Render the pairs of the people in ``folder`` that are not on disk yet."""
    for people in parts_without("pairs.npz", folder, train=train, held=held):
        rows = _draw(people.rng(seed, 7), people.hair(), people.count)
        codes = people.codes
        jobs = [(codes[part[:, 0]], codes[part[:, 1]], part[:, 2]) for part in _chunks(rows)]
        done = list(in_processes(_answers, jobs, processes, f"{people.name} pairs"))
        images, masks = (np.concatenate(parts) for parts in zip(*done, strict=True))
        partial = people.folder / "pairs.partial.npz"
        np.savez(partial, rows=rows, images=images, masks=masks)
        partial.rename(people.folder / "pairs.npz")


def load_pairs(folder: Path) -> dict[str, Pairs]:
    """The pairs of the parts ``train`` and ``held``."""
    found = {}
    for name in ("train", "held"):
        with np.load(folder / name / "pairs.npz") as stored:
            found[name] = Pairs(stored["rows"], stored["images"], stored["masks"])
    return found


def _draw(rng: np.random.Generator, hair: Array, count: int) -> Array:
    people = len(hair)
    kind = rng.integers(len(POSED), size=count)
    haired = np.flatnonzero(hair > SHOWN)
    reference = np.where(
        kind == POSED.index("hair"), rng.choice(haired, count), rng.integers(people, size=count)
    )
    return np.stack([reference, rng.integers(people, size=count), kind], 1)


def _chunks(rows: Array) -> list[Array]:
    return [rows[start : start + CHUNK] for start in range(0, len(rows), CHUNK)]


def _answers(job: tuple[Array, Array, Array]) -> tuple[Array, Array]:
    images, masks = [], []
    for theirs, own, kind in zip(*job, strict=True):
        donor = world.decode(theirs)
        answer = world.truth(
            world.decode(own),
            shape=donor,
            appearance=donor,
            finer_style=donor,
            domain=POSED[int(kind)],
        )
        drawn = world.render(answer, SIDE)
        images.append(drawn.image)
        masks.append((drawn.regions[POSED[int(kind)]] * 255 + 0.5).astype(np.uint8))
    return np.stack(images), np.stack(masks)
