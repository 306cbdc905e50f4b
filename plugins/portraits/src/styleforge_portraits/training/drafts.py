"""The generator's pictures of the dataset's people with their hair left to the latent.

What the refiner learns from: drafts, the true pictures, the true hair. The noise maps carry the
detail of everything but the hair, as they do where an edit changes the hair.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional
from tqdm import tqdm

from styleforge.losses.noise import normalize_noise
from styleforge.training.precision import autocast
from styleforge_portraits import world
from styleforge_portraits.models.detail import detail_maps
from styleforge_portraits.models.latent import code_to_z

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from torch import Tensor, nn

    from styleforge.models.stylegan2 import Generator
    from styleforge_portraits.training.dataset import Dataset

Array = NDArray[Any]
DRAFTS = (4000, 200)  # to train on, and held out
GROUP = 8
REACH = 6  # pixels around hair that carry no detail either
OTHERS = 0.6  # part of the drafts whose noise misses the place of another person's hair as well
BLANK = 0.1  # part whose noise carries nothing


@dataclass(frozen=True)
class Drafts:
    """Drafts and truths ``(N, S, S, 3)``, hair ``(N, S, S)``, all uint8, and w ``(N, 512)``."""

    images: Array
    truths: Array
    hair: Array
    w: Array


def build_drafts(
    folder: Path,
    data: Dataset,
    generator: Generator,
    inverter: nn.Module,
    *,
    train: int = DRAFTS[0],
    held: int = DRAFTS[1],
    seed: int = 0,
) -> None:
    """Generate the drafts of the first people of ``train`` and ``held``, where not on disk yet."""
    size = generator.size[0]
    for index, (name, count) in enumerate((("held", held), ("train", train))):
        place = folder / name
        if (place / "drafts.npy").exists():
            continue
        rng = np.random.default_rng((seed, index))
        chance = torch.Generator().manual_seed(seed + index)
        shapes = {"partial": (count, size, size, 3), "truths": (count, size, size, 3)}
        shapes["drafts_hair"] = (count, size, size)
        stores = {
            key: np.lib.format.open_memmap(place / f"{key}.npy", "w+", np.uint8, shape)
            for key, shape in shapes.items()
        }
        rows = np.zeros((count, generator.width), np.float32)
        for start in tqdm(range(0, count, GROUP), desc=f"{name} drafts"):
            picks = np.arange(start, min(start + GROUP, count))
            made = _draft(rng, chance, data, name, picks, generator, inverter)
            for store, value in zip(stores.values(), made[:3], strict=True):
                store[picks] = value
            rows[picks] = made[3]
        for store in stores.values():
            store.flush()
        np.save(place / "drafts_w.npy", rows)
        (place / "partial.npy").rename(place / "drafts.npy")


def load_drafts(folder: Path) -> dict[str, Drafts]:
    """The drafts of ``train`` and ``held``."""
    files = ("drafts", "truths", "drafts_hair", "drafts_w")
    return {
        name: Drafts(*(np.load(folder / name / f"{file}.npy", mmap_mode="r") for file in files))
        for name in ("train", "held")
    }


@torch.no_grad()
def _draft(
    rng: np.random.Generator,
    chance: torch.Generator,
    data: Dataset,
    part: str,
    picks: Array,
    generator: Generator,
    inverter: nn.Module,
) -> tuple[Array, Array, Array, Array]:
    count, size = len(picks), generator.size[0]
    paint = rng.integers(len(data.palettes), size=count)
    flips = rng.random(count) < 0.5
    batch = data.assemble(part, size, picks, paint, flips, truth=True)
    stored = data.parts[part].regions
    assert batch.regions is not None
    assert stored is not None
    hair = batch.regions[:, world.REGIONS.index("hair")][:, None]
    others = torch.from_numpy(
        stored[np.sort(rng.integers(len(stored), size=count)), world.REGIONS.index("hair")]
    )
    more = torch.from_numpy(rng.random(count) < OTHERS)[:, None, None, None]
    hidden = torch.maximum(hair, others[:, None].float() / 255 * more)
    hidden = functional.max_pool2d(hidden, 2 * REACH + 1, 1, REACH)
    hidden[torch.from_numpy(rng.random(count) < BLANK)] = 1.0
    with autocast(batch.image.device):
        known = torch.from_numpy(rng.random(count) < 0.5)[:, None, None]
        latent = torch.where(
            known,
            generator.map(code_to_z(batch.code))[:, None].expand(-1, generator.rows, -1),
            inverter(batch.image.contiguous(memory_format=torch.channels_last)),
        ).float()
        noise = hidden_noise(batch.image, hidden, generator.random_noise(chance, count=count))
        image = generator.synthesize(latent, noise).float()
    return _bytes(image), _bytes(batch.image), _bytes(2 * hair - 1)[..., 0], latent.mean(1).numpy()


def hidden_noise(image: Tensor, hidden: Tensor, chance: Sequence[Tensor]) -> list[Tensor]:
    """Noise maps: the picture's detail, and chance where ``hidden`` ``(N, 1, H, W)`` is one."""
    maps = []
    for one, fine in zip(
        chance, detail_maps(image, [(c.shape[-2], c.shape[-1]) for c in chance]), strict=True
    ):
        if fine is None:
            maps.append(one)
            continue
        away = functional.adaptive_avg_pool2d(hidden, fine.shape[-2:])
        maps.append(torch.lerp(normalize_noise(fine), one, away))
    return maps


def _bytes(image: Tensor) -> Array:
    """``(N, C, H, W)`` in [-1, 1] to uint8 ``(N, H, W, C)``."""
    scaled = ((image.clamp(-1, 1) + 1) * 127.5).round().to(torch.uint8)
    return np.asarray(scaled.permute(0, 2, 3, 1).numpy())
