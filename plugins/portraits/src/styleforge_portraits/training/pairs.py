"""Pairs of people and the true answer: one wears the hair or the clothing of the other.

The people are those of the dataset; only the answers are rendered, at the poser's size.
"""

from __future__ import annotations

import multiprocessing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from styleforge_portraits import world
from styleforge_portraits.models.poser import POSED, SIDE

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
    rng = np.random.default_rng([seed, 7])
    for name, count in (("held", held), ("train", train)):
        place = folder / name
        if (place / "pairs.npz").exists():
            continue
        codes = np.load(place / "codes.npy", mmap_mode="r")
        regions = np.load(place / "regions.npy", mmap_mode="r")
        rows = _draw(rng, regions, count)
        jobs = [(codes[part[:, 0]], codes[part[:, 1]], part[:, 2]) for part in _chunks(rows)]
        with multiprocessing.get_context("spawn").Pool(processes) as pool:
            done = list(tqdm(pool.imap(_answers, jobs), total=len(jobs), desc=f"{name} pairs"))
        images, masks = (np.concatenate(parts) for parts in zip(*done, strict=True))
        np.savez(place / "pairs.npz", rows=rows, images=images, masks=masks)


def load_pairs(folder: Path) -> dict[str, Pairs]:
    """The pairs of the parts ``train`` and ``held``."""
    found = {}
    for name in ("train", "held"):
        with np.load(folder / name / "pairs.npz") as stored:
            found[name] = Pairs(stored["rows"], stored["images"], stored["masks"])
    return found


def _draw(rng: np.random.Generator, regions: Array, count: int) -> Array:
    people = len(regions)
    hair = world.REGIONS.index("hair")
    share = np.array([regions[index, hair, ::8, ::8].mean() / 255 for index in range(people)])
    kind = rng.integers(len(POSED), size=count)
    haired = np.flatnonzero(share > SHOWN)
    reference = np.where(
        kind == POSED.index("hair"), rng.choice(haired, count), rng.integers(people, size=count)
    )
    return np.stack([reference, rng.integers(people, size=count), kind], 1)


def _chunks(rows: Array) -> list[Array]:
    return [rows[start : start + CHUNK] for start in range(0, len(rows), CHUNK)]


def _answers(job: tuple[Array, Array, Array]) -> tuple[Array, Array]:
    cv2.setNumThreads(1)
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
