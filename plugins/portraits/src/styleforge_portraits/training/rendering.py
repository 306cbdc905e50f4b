"""Rendering the people of a dataset to disk, in processes side by side; safe to stop and go on."""

from __future__ import annotations

import json
import math
from collections import deque
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from styleforge_portraits import world
from styleforge_portraits.training.codes import random_codes
from styleforge_portraits.training.processes import in_processes

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

Array = NDArray[Any]
FEWEST = 60
CHUNK = 20  # people that one process renders between two notes on disk


@dataclass(frozen=True)
class Plan:
    """What is rendered: ``people`` at the small sizes, the first ``large`` at the full size.

    ``framed`` people stand in random frames (unaligned), at the full size only; ``held_out`` and
    ``held_framed`` are never trained on. ``palettes`` is the number of colourings.
    """

    people: int = 20000
    large: int = 7000
    framed: int = 1200
    held_out: int = 500
    held_framed: int = 300
    palettes: int = 40000
    size: int = 256
    small: tuple[int, ...] = (32, 64, 128)
    seed: int = 0

    def scaled(self, part: float) -> Plan:
        """A plan for a part of the people, at least ``FEWEST`` of each kind."""
        names = ("people", "large", "framed", "held_out", "held_framed", "palettes")
        return replace(
            self, **{name: max(round(getattr(self, name) * part), FEWEST) for name in names}
        )


def random_frame(rng: np.random.Generator) -> world.Frame:
    """An unaligned place in a square picture: roll within 25 degrees, half to full size."""
    scale = float(np.exp(rng.uniform(math.log(0.55), math.log(1.2))))
    reach = 0.08 + 0.25 * max(1 - scale, 0)
    dx, dy = rng.uniform(-reach, reach, 2)
    return world.Frame(float(dx), float(dy), scale, float(np.radians(rng.uniform(-25, 25))))


def build(folder: Path, plan: Plan | None = None, processes: int = 2) -> None:
    """Render everything that is not on disk yet; safe to stop and start again."""
    plan = Plan() if plan is None else plan
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "plan.json").write_text(json.dumps(plan.__dict__, indent=1))
    rng = np.random.default_rng(plan.seed)
    jobs: list[tuple[str, str, int, int]] = []
    layout = {
        "held": (plan.held_out, plan.held_out, (plan.size, *plan.small), False),
        "held_framed": (plan.held_framed, plan.held_framed, (plan.size,), True),
        "train": (plan.people, plan.large, (plan.size, *plan.small), False),
        "framed": (plan.framed, plan.framed, (plan.size,), True),
    }
    for name, (count, large, sizes, framed) in layout.items():
        place = folder / name
        place.mkdir(exist_ok=True)
        codes = random_codes(rng, count)
        frames = [random_frame(rng) for _ in range(count)] if framed else []
        if not (place / "codes.npy").exists():
            _allocate(place, count, large, sizes, plan.size)
            if framed:
                values = [[f.dx, f.dy, f.scale, f.roll] for f in frames]
                np.save(place / "frames.npy", np.asarray(values, np.float32))
            np.save(place / "codes.npy", codes)
        done = np.load(place / "done.npy", mmap_mode="r")
        jobs += [
            (str(place), name, start, min(start + CHUNK, count))
            for start in range(0, count, CHUNK)
            if not done[start // CHUNK]
        ]
    if not (folder / "palettes.npy").exists():
        codes = random_codes(rng, plan.palettes)
        palettes = np.stack([world.palette(world.decode(code)) for code in codes])
        np.save(folder / "palette_codes.npy", codes)
        np.save(folder / "palettes.npy", palettes.astype(np.float32))
    if jobs:
        deque(in_processes(_render_chunk, jobs, processes, "dataset"), maxlen=0)


def _allocate(place: Path, count: int, large: int, sizes: Sequence[int], size: int) -> None:
    materials = len(world.MATERIALS)
    for side in sizes:
        people = large if side == size else count
        shape: tuple[int, ...] = (people, materials, side, side)
        np.lib.format.open_memmap(place / f"maps{side}.npy", "w+", np.uint8, shape)
    shape = (large, len(world.REGIONS), size, size)
    np.lib.format.open_memmap(place / "regions.npy", "w+", np.uint8, shape)
    np.lib.format.open_memmap(place / "landmarks.npy", "w+", np.float32, (large, 68, 2))
    np.save(place / "done.npy", np.zeros(-(-count // CHUNK), bool))


def _render_chunk(job: tuple[str, str, int, int]) -> None:
    from pathlib import Path

    place, _, start, stop = Path(job[0]), *job[1:]
    codes = np.load(place / "codes.npy", mmap_mode="r")
    frames = np.load(place / "frames.npy") if (place / "frames.npy").exists() else None
    files = {int(p.stem.removeprefix("maps")): p for p in place.glob("maps*.npy")}
    maps = {side: np.load(path, mmap_mode="r+") for side, path in files.items()}
    regions = np.load(place / "regions.npy", mmap_mode="r+")
    landmarks = np.load(place / "landmarks.npy", mmap_mode="r+")
    full = max(maps)
    for index in range(start, stop):
        person = world.decode(codes[index])
        frame = None if frames is None else _frame(frames[index])
        drawn = world.geometry(person, full, frame)
        for side, store in maps.items():
            if index < len(store):
                store[index] = as_bytes(shrink(drawn.maps, full // side))
        if index < len(regions):
            regions[index] = as_bytes(drawn.regions)
            landmarks[index] = drawn.landmarks
    for store in maps.values():
        store.flush()
    done = np.load(place / "done.npy", mmap_mode="r+")
    done[start // CHUNK] = True
    done.flush()


def _frame(row: Array) -> world.Frame:
    dx, dy, scale, roll = (float(value) for value in row)
    return world.Frame(dx, dy, scale, roll)


def shrink(maps: Array, factor: int) -> Array:
    """Box average ``(K, H, W)`` to ``(K, H / factor, W / factor)``."""
    if factor == 1:
        return maps
    count, height, width = maps.shape
    blocks = maps.reshape(count, height // factor, factor, width // factor, factor)
    return np.asarray(blocks.mean((2, 4)))


def as_bytes(values: Array) -> Array:
    """Shares in [0, 1] as they are stored: whole numbers to 255."""
    return np.asarray(np.clip(values * 255 + 0.5, 0, 255), np.uint8)
