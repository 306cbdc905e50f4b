"""Hats are no hair: what does not look like hair is doubted, and hair is not."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from PIL import Image
from skimage import data
from styleforge_photo.hats import unlike_hair
from styleforge_photo.layout import Face
from styleforge_photo.regions import PhotoRegions
from styleforge_photo.subjects import Faces

import styleforge
from styleforge.forge import Forge
from styleforge.pack.subjects import Subject

FACE = Face(40, 60, 80)
ASTRONAUT = np.asarray(data.astronaut())


def values_of(picture: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(np.array(picture)).permute(2, 0, 1)[None].float() / 127.5 - 1


def doubt(picture: np.ndarray, face: Subject | None = None) -> str:
    """Of the hair of a face, the largest where none is named."""
    values = values_of(picture)
    face = max(Faces()(values), key=lambda one: one.width) if face is None else face
    return PhotoRegions().doubts(values, face).get("hair", "")


@pytest.fixture(scope="module")
def under_cap() -> Subject:
    """The face as it is found below a cap, which takes seconds; the same below them all."""
    (face,) = Faces()(values_of(capped((28, 28, 32))))
    return face


def capped(colour: tuple[int, int, int], badge: bool = False) -> np.ndarray:
    """The astronaut in a cap with a peak, shaded and with the grain of cloth."""
    cap, peak = (np.zeros(ASTRONAUT.shape[:2], np.float32) for _ in range(2))
    cv2.ellipse(cap, (225, 75), (46, 60), 0, 180, 360, 1, -1, cv2.LINE_AA)
    cv2.ellipse(peak, (225, 74), (44, 12), 0, 0, 360, 1, -1, cv2.LINE_AA)
    rows, columns = np.indices(cap.shape)
    shade = 1.05 - 0.9 * ((columns - 203) / 90) ** 2 - 0.15 * (rows - 75) / 90
    grain = 1 + 0.02 * np.random.default_rng(0).normal(size=cap.shape)
    cloth = np.multiply.outer((shade * grain).clip(0.25, 1.2), np.array(colour))
    if badge:
        for x in range(205, 250, 12):
            cv2.line(cloth, (x, 35), (x + 8, 58), (235, 205, 120), 2, cv2.LINE_AA)
            cv2.line(cloth, (x + 8, 35), (x, 58), (235, 205, 120), 2, cv2.LINE_AA)
    worn = ASTRONAUT * (1 - cap[..., None]) + cloth * cap[..., None]
    worn = worn * (1 - peak[..., None]) + 0.75 * cloth * peak[..., None]
    return worn.clip(0, 255).astype(np.uint8)


def knitted(stitch: float, ribs: bool) -> np.ndarray:
    """The astronaut in a brown cap with stitches of so many pixels, which are not all alike."""
    rng = np.random.default_rng(0)
    rows, columns = np.indices(ASTRONAUT.shape[:2]).astype(np.float32)
    off = cv2.GaussianBlur(rng.normal(size=rows.shape), (0, 0), 8)
    rows, columns = (one + off / off.std() * 0.15 * stitch for one in (rows, columns))
    slant = 0 if ribs else np.abs(columns / stitch % 1 - 0.5)
    light = 1 + 0.15 * np.cos(2 * np.pi * (slant + (columns if ribs else rows) / stitch))
    light += cv2.GaussianBlur(rng.normal(size=rows.shape), (0, 0), 0.7) * 0.1
    cap = np.zeros(rows.shape, np.float32)
    cv2.ellipse(cap, (225, 85), (64, 78), 0, 180, 360, 1, -1, cv2.LINE_AA)
    cloth = np.multiply.outer(light, np.array((95, 70, 50)))
    return (ASTRONAUT * (1 - cap[..., None]) + cloth * cap[..., None]).clip(0, 255).astype(np.uint8)


@pytest.mark.parametrize(("stitch", "ribs"), [(3.5, False), (5, False), (8, False), (6, True)])
def test_a_knitted_cap_repeats_itself(stitch: float, ribs: bool, under_cap: Subject) -> None:
    assert "it repeats itself" in doubt(knitted(stitch, ribs), under_cap)


@pytest.mark.parametrize("colour", [(28, 28, 32), (200, 180, 145), (95, 65, 45)])
def test_a_cap_has_no_strands(colour: tuple[int, int, int], under_cap: Subject) -> None:
    assert "no strands, and hats" in doubt(capped(colour), under_cap)


@pytest.mark.parametrize("colour", [(170, 30, 35), (35, 45, 90), (40, 110, 60)])
def test_a_cap_in_a_colour_that_hair_does_not_have(
    colour: tuple[int, int, int], under_cap: Subject
) -> None:
    assert "a colour that no hair grows in" in doubt(capped(colour), under_cap)


def test_a_badge_on_a_cap() -> None:
    assert "sharp marks" in doubt(capped((28, 28, 32), badge=True))


def test_hair_is_not_doubted_however_the_picture_was_kept(tmp_path: Path) -> None:
    assert doubt(ASTRONAUT) == ""
    Image.fromarray(ASTRONAUT).save(tmp_path / "small.jpg", quality=20)
    assert doubt(np.asarray(Image.open(tmp_path / "small.jpg"))) == ""
    assert doubt(cv2.GaussianBlur(ASTRONAUT, (0, 0), 2)) == ""
    for size in (256, 1024):
        assert doubt(cv2.resize(ASTRONAUT, (size, size), interpolation=cv2.INTER_AREA)) == ""
    grey = np.asarray(Image.fromarray(ASTRONAUT).convert("L").convert("RGB"))
    assert "hats" not in doubt(grey)


def test_the_result_of_a_portrait_in_a_cap_says_so(forge: Forge) -> None:
    cbook = pytest.importorskip("matplotlib.cbook")
    path = Path(cbook.get_sample_data("grace_hopper.jpg", asfileobj=False))
    made = styleforge.edit("hair", path, forge=forge, pack="photo", appearance="#7a1f3d")
    (note,) = [one for one in made.notes if "hats are taken for hair" in one]  # type: ignore[union-attr]
    assert "paint the hair: --mask FILE" in note


def test_strands_are_told_by_the_contrast_of_the_face() -> None:
    rng = np.random.default_rng(0)
    hair, skin = (np.zeros((180, 160), np.float32) for _ in range(2))
    hair[10:70], skin[80:140, 40:120] = 1, 1
    picture = np.full((180, 160, 3), 0.5, np.float32)
    picture[80:140] += rng.normal(0, 0.05, (60, 160, 1)).astype(np.float32)
    assert "no strands" in unlike_hair(picture, hair, skin, FACE)
    picture[10:70] += rng.normal(0, 0.05, (60, 160, 1)).astype(np.float32)
    assert unlike_hair(picture, hair, skin, FACE) == ""
    assert unlike_hair(picture, 0 * hair, skin, FACE) == ""
