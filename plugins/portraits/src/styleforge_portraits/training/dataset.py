"""Rendered people on disk, recoloured when they are read.

A portrait is linear in the colours of its materials (see ``world.geometry``), so the expensive
part, the geometry, is rendered once, and a training picture is the geometry of one person in the
colours of another. Their combined code describes the picture exactly.
"""

from __future__ import annotations

import json
import math
import multiprocessing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from tqdm import tqdm

from styleforge.errors import UserError
from styleforge_portraits import world

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

Array = NDArray[Any]
CHUNK = 20  # people that one process renders between two notes on disk
MARGIN = 0.4  # least lead of a chosen option's coordinate over the next one's


@dataclass(frozen=True)
class Plan:
    """What is rendered: ``people`` at the small sizes, the first ``large`` at the full size.

    ``framed`` people stand in random frames (unaligned), at the full size only; ``held_out`` and
    ``held_framed`` are never trained on. ``palettes`` is the number of colourings.
    """

    people: int = 14000
    large: int = 6000
    framed: int = 1200
    held_out: int = 500
    held_framed: int = 300
    palettes: int = 40000
    size: int = 256
    small: tuple[int, ...] = (32, 64, 128)
    seed: int = 0


@dataclass(frozen=True)
class Batch:
    """Pictures ``(N, 3, S, S)`` in [-1, 1], their codes ``(N, D)``, and truth where asked for."""

    image: torch.Tensor
    code: torch.Tensor
    maps: torch.Tensor
    regions: torch.Tensor | None = None
    landmarks: torch.Tensor | None = None


@dataclass
class Part:
    """One set of rendered people: memory maps of coefficient maps per size, and their truth."""

    codes: Array
    maps: dict[int, Array]
    regions: Array | None
    landmarks: Array | None
    frames: Array | None = None


@dataclass
class Dataset:
    """All parts of the rendered world: ``train``, ``framed``, ``held``, ``held_framed``."""

    parts: dict[str, Part]
    palettes: Array
    palette_codes: Array
    colour: Array = field(repr=False)
    mirrored: dict[str, Array] = field(default_factory=dict)

    def batch(
        self,
        rng: np.random.Generator,
        count: int,
        size: int,
        part: str = "train",
        *,
        truth: bool = False,
        device: torch.device | str = "cpu",
    ) -> Batch:
        """Random people in random colours, flipped half of the time."""
        chosen = self.parts[part]
        maps = chosen.maps[size]
        picks = np.sort(rng.integers(len(maps), size=count))
        paint = rng.integers(len(self.palettes), size=count)
        flips = rng.random(count) < 0.5
        return self.assemble(part, size, picks, paint, flips, truth=truth, device=device)

    def assemble(
        self,
        part: str,
        size: int,
        picks: Array,
        paint: Array | None,
        flips: Array | None = None,
        *,
        truth: bool = False,
        device: torch.device | str = "cpu",
    ) -> Batch:
        """The people ``picks`` in the colours ``paint`` (None: their own)."""
        chosen = self.parts[part]
        flips = np.zeros(len(picks), bool) if flips is None else flips
        codes = np.where(flips[:, None], self.mirror_codes(part)[picks], chosen.codes[picks])
        if paint is None:
            colours = np.stack([world.palette(world.decode(code)) for code in codes])
        else:
            colours = self.palettes[paint]
            codes = np.where(self.colour[None], self.palette_codes[paint], codes)
        maps = _flip(torch.from_numpy(chosen.maps[size][picks]).to(device), flips)
        image = paint_maps(maps, torch.from_numpy(colours).to(device))
        regions = landmarks = None
        if truth and chosen.regions is not None and chosen.landmarks is not None:
            regions = _flip(torch.from_numpy(chosen.regions[picks]).to(device), flips)
            regions = regions.float().div_(255)
            points = chosen.landmarks[picks].copy()
            points[flips] = mirror_landmarks(points[flips], chosen.regions.shape[-1])
            landmarks = torch.from_numpy(points).to(device)
        code = torch.from_numpy(codes.astype(np.float32)).to(device)
        return Batch(image, code, maps, regions, landmarks)

    def mirror_codes(self, part: str) -> Array:
        """The codes of the flipped people of a part: odd coordinates change sign."""
        if part not in self.mirrored:
            self.mirrored[part] = self.parts[part].codes * odd_signs()
        return self.mirrored[part]


def paint_maps(maps: torch.Tensor, colours: torch.Tensor) -> torch.Tensor:
    """Coefficient maps ``(N, K, H, W)`` uint8 and colours ``(N, K, 3)`` to pictures in [-1, 1]."""
    count, materials, height, width = maps.shape
    flat = maps.reshape(count, materials, height * width).float()
    image = torch.bmm(colours.transpose(1, 2).float() * (2 / 255), flat) - 1
    return image.reshape(count, 3, height, width).clamp_(-1, 1)


def colour_coordinates() -> Array:
    """Which coordinates of a code only move the palette, ``(D,)`` bool."""
    return np.concatenate([np.full(factor.width, factor.colour) for factor in world.FACTORS])


def odd_signs() -> Array:
    """-1 for the coordinates that change sign under a flip, else 1, ``(D,)`` float32."""
    return np.concatenate(
        [np.full(factor.width, -1.0 if factor.odd else 1.0, np.float32) for factor in world.FACTORS]
    )


MIRRORED_POINTS = np.array(
    [
        *range(16, -1, -1), *range(26, 16, -1), *range(27, 31), *range(35, 30, -1),
        45, 44, 43, 42, 47, 46, 39, 38, 37, 36, 41, 40,
        *range(54, 47, -1), *range(59, 54, -1), *range(64, 59, -1), *range(67, 64, -1),
    ]
)  # fmt: skip


def mirror_landmarks(points: Array, width: int) -> Array:
    """Landmarks ``(N, 68, 2)`` of the flipped picture, in the same order of meaning."""
    flipped = points[:, MIRRORED_POINTS].copy()
    flipped[..., 0] = width - flipped[..., 0]
    return flipped


def random_codes(rng: np.random.Generator, count: int) -> Array:
    """Gaussian codes ``(count, D)`` whose categories are not on the fence."""
    codes = rng.standard_normal((count, world.CODE_WIDTH)).astype(np.float32)
    at = 0
    for factor in world.FACTORS:
        if factor.kind == "category":
            part = codes[:, at : at + factor.width]
            order = np.argsort(part, axis=1)
            rows = np.arange(count)
            lead = part[rows, order[:, -1]] - part[rows, order[:, -2]]
            part[rows, order[:, -1]] += np.maximum(MARGIN - lead, 0)
        at += factor.width
    return codes


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
    if not jobs:
        return
    context = multiprocessing.get_context("spawn")
    with context.Pool(processes) as pool:
        for _ in tqdm(pool.imap(_render_chunk, jobs), total=len(jobs), desc="dataset"):
            pass


def load(folder: Path) -> Dataset:
    """The rendered world in a folder, memory-mapped.

    Raises:
        UserError: when nothing has been rendered there.
    """
    if not (folder / "palettes.npy").exists():
        raise UserError(
            f"There is no rendered world in {folder}; run the `dataset` command there first."
        )
    parts: dict[str, Part] = {}
    for place in sorted(path.parent for path in folder.glob("*/codes.npy")):
        maps = {
            int(path.stem.removeprefix("maps")): np.load(path, mmap_mode="r")
            for path in place.glob("maps*.npy")
        }
        frames = place / "frames.npy"
        parts[place.name] = Part(
            np.load(place / "codes.npy"),
            maps,
            np.load(place / "regions.npy", mmap_mode="r"),
            np.load(place / "landmarks.npy", mmap_mode="r"),
            np.load(frames) if frames.exists() else None,
        )
    return Dataset(
        parts,
        np.load(folder / "palettes.npy"),
        np.load(folder / "palette_codes.npy"),
        colour_coordinates(),
    )


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

    cv2.setNumThreads(1)
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
        frame = None if frames is None else world.Frame(*(float(v) for v in frames[index]))
        drawn = world.geometry(person, full, frame)
        for side, store in maps.items():
            if index < len(store):
                store[index] = _bytes(shrink(drawn.maps, full // side))
        if index < len(regions):
            regions[index] = _bytes(drawn.regions)
            landmarks[index] = drawn.landmarks
    for store in maps.values():
        store.flush()
    done = np.load(place / "done.npy", mmap_mode="r+")
    done[start // CHUNK] = True
    done.flush()


def shrink(maps: Array, factor: int) -> Array:
    """Box average ``(K, H, W)`` to ``(K, H / factor, W / factor)``."""
    if factor == 1:
        return maps
    count, height, width = maps.shape
    blocks = maps.reshape(count, height // factor, factor, width // factor, factor)
    return np.asarray(blocks.mean((2, 4)))


def _bytes(values: Array) -> Array:
    return np.asarray(np.clip(values * 255 + 0.5, 0, 255), np.uint8)


def _flip(values: torch.Tensor, flips: Array) -> torch.Tensor:
    if flips.any():
        chosen = torch.from_numpy(np.flatnonzero(flips)).to(values.device)
        values[chosen] = values[chosen].flip(-1)
    return values


def canonical(codes: torch.Tensor) -> torch.Tensor:
    """Codes ``(N, D)`` with every category at the code of its chosen option (``encode``)."""
    codes = codes.clone()
    at = 0
    for factor in world.FACTORS:
        if factor.kind == "category":
            part = codes[:, at : at + factor.width]
            chosen = torch.nn.functional.one_hot(part.argmax(1), factor.width).to(codes)
            top = (world.encode(world.Person())[at : at + factor.width]).max()
            low = -float(top) / (factor.width - 1)
            codes[:, at : at + factor.width] = low + chosen * (float(top) - low)
        at += factor.width
    return codes
