"""Rendered people on disk, recoloured when they are read.

A portrait is linear in the colours of its materials (see ``world.geometry``), so the expensive
part, the geometry, is rendered once, and a training picture is the geometry of one person in the
colours of another. Their combined code describes the picture exactly.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray

from styleforge.errors import UserError
from styleforge_portraits import world
from styleforge_portraits.training.codes import colour_coordinates, mirror_landmarks, odd_signs

if TYPE_CHECKING:
    from pathlib import Path

Array = NDArray[Any]


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
        often: tuple[Array, float] | None = None,
    ) -> Batch:
        """Random people in random colours, flipped half of the time.

        With ``often`` a share of them is drawn from the people at these places.
        """
        chosen = self.parts[part]
        maps = chosen.maps[size]
        picks = rng.integers(len(maps), size=count)
        if often is not None:
            places, share = often
            places = places[places < len(maps)]
            from_there = rng.random(count) < (share if len(places) else 0)
            picks[from_there] = rng.choice(places, int(from_there.sum()))
        picks = np.sort(picks)
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


def _flip(values: torch.Tensor, flips: Array) -> torch.Tensor:
    if flips.any():
        chosen = torch.from_numpy(np.flatnonzero(flips)).to(values.device)
        values[chosen] = values[chosen].flip(-1)
    return values
