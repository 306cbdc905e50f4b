"""NASA's portrait made otherwise, and how far its hair is found then."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from skimage import data
from styleforge_photo import NAMES
from styleforge_photo.regions import PhotoRegions
from styleforge_photo.subjects import Faces

Bytes = NDArray[np.uint8]
HAIR = NAMES.index("hair")


def astronaut(light: float = 1, noise: float = 0, turn: float = 0, mode: str = "RGB") -> Bytes:
    """Her portrait ``(H, W, 3)``: darkened, with noise, turned, in a mode of Pillow's or sepia."""
    picture = Image.fromarray(data.astronaut())
    picture = picture.rotate(turn, Image.Resampling.BICUBIC, fillcolor=(99,) * 3)
    if mode == "sepia":
        grey = np.asarray(picture.convert("L"), np.float32)[..., None] / 255
        picture = Image.fromarray((grey ** np.array([0.7, 1, 1.6]) * 255).astype(np.uint8))
    made = np.asarray(picture.convert("L" if mode == "L" else "RGB").convert("RGB"))
    drawn = np.random.default_rng(0).normal(0, noise, made.shape) if noise else 0
    return np.asarray((made * light + drawn).round().clip(0, 255), np.uint8)


def found(picture: Bytes) -> tuple[NDArray[np.bool_], str]:
    """Hair ``(H, W)`` as the pack finds it, and what it doubts."""
    values = torch.from_numpy(picture.copy()).permute(2, 0, 1)[None].float() / 127.5 - 1
    (face,) = Faces()(values)
    regions = PhotoRegions()
    hair = regions.of(values, face)[0, HAIR].numpy() > 0.5
    return hair, regions.doubts(values, face).get("hair", "")


def off(mine: NDArray[np.bool_], true: NDArray[np.bool_]) -> tuple[float, float]:
    """Shares of the true hair: what is taken for hair beside it, and what is missed."""
    return float((mine & ~true).sum() / true.sum()), float((true & ~mine).sum() / true.sum())
