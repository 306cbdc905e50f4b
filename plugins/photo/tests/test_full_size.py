"""Photographs that are larger than what is looked at: edited at their own size."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from looks_of import FRINGE, TOP, lab_of
from PIL import Image
from skimage.color import rgb2lab

import styleforge
from styleforge.forge import Forge


@pytest.fixture
def large(photos: Path, tmp_path: Path) -> Path:
    """The portrait with 2,000 pixels to a side: more than are looked at."""
    portrait = Image.open(photos / "astronaut.png")
    portrait.resize((2000, 2000), Image.Resampling.LANCZOS).save(tmp_path / "large.png")
    return tmp_path / "large.png"


def test_a_large_photograph_is_edited_at_its_own_size(
    forge: Forge, photos: Path, large: Path
) -> None:
    ask = {"forge": forge, "pack": "photo", "appearance": "#7a1f3d"}
    result = styleforge.edit("hair", large, **ask)
    before = np.asarray(Image.open(large))
    after = np.asarray(result.picture())
    assert after.shape == before.shape
    assert result.image.shape[-1] < 1200
    changed = (before != after).any(axis=2)
    assert 0.02 < changed.mean() < 0.12
    near = np.asarray(
        Image.fromarray((result.regions["hair"][0, 0] > 0).numpy()).resize((2000, 2000))
    )
    assert not changed[~cv2.dilate(near.astype(np.uint8), np.ones((5, 5))).astype(bool)].any()
    # Strands keep what only the large one shows, and colours are those of the small one.
    small = styleforge.edit("hair", photos / "astronaut.png", **ask).picture()
    again = np.asarray(Image.fromarray(after).resize((512, 512), Image.Resampling.BOX), np.int16)
    inside = np.asarray(Image.fromarray(near).resize((512, 512)))
    assert np.abs(again - np.asarray(small))[inside].mean() < 4
    rough = np.asarray(Image.fromarray(after).resize((900, 900)).resize((2000, 2000)), np.int16)
    fine = np.asarray(Image.open(large).resize((900, 900)).resize((2000, 2000)), np.int16)
    mine, theirs = np.abs(after - rough)[near].mean(), np.abs(before - fine)[near].mean()
    assert mine > 0.5 * theirs


def test_a_mask_painted_over_a_large_photograph_holds_to_the_pixel(
    forge: Forge, large: Path, tmp_path: Path
) -> None:
    paint = np.zeros((2000, 2000), np.uint8)
    paint[301:500, 701:903] = 255
    Image.fromarray(paint).save(tmp_path / "mask.png")
    result = styleforge.edit(
        "hair", large, forge=forge, pack="photo", appearance="#2f6fd6",
        masks={"identity": tmp_path / "mask.png"},
    )  # fmt: skip
    changed = (np.asarray(result.picture()) != np.asarray(Image.open(large))).any(axis=2)
    assert not changed[paint == 0].any()
    assert changed[paint == 255].mean() > 0.98


def test_hair_and_clothing_of_a_large_photograph(forge: Forge, large: Path) -> None:
    result = styleforge.edit(
        "hair+clothing", large, forge=forge, pack="photo", hair_appearance="#2f6fd6",
        clothing_appearance="#2e5d4b",
    )  # fmt: skip
    for x, y in ((220, 35), (150, 330)):
        was = Image.open(large).getpixel((x * 4, y * 4))
        assert result.picture().getpixel((x * 4, y * 4)) != was


def test_knobs_of_a_large_photograph_are_those_of_a_small_one(
    forge: Forge, photos: Path, large: Path
) -> None:
    ask = {"forge": forge, "pack": "photo", "appearance": "#2f6fd6", "tune": {"roots": 1}}
    small = lab_of(styleforge.edit("hair", photos / "astronaut.png", **ask), np.s_[:, :])
    picture = styleforge.edit("hair", large, **ask).picture().resize((512, 512))
    again = rgb2lab(np.asarray(picture) / 255)
    for box in (TOP, FRINGE):
        assert np.abs(again[box].mean((0, 1)) - small[box].mean((0, 1))).max() < 2
