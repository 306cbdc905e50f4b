"""Pictures that lost their colours, and pictures within pictures, are doubted."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
import torch
from astronaut import astronaut, found
from PIL import Image
from styleforge_photo.doubts import FRAMED
from styleforge_photo.frames import framed
from styleforge_photo.layout import Face
from styleforge_photo.quality import lost
from styleforge_photo.regions import PhotoRegions
from styleforge_photo.subjects import Faces

import styleforge
from styleforge.forge import Forge

FACE = Face(173, 66, 101)


def as_jpeg(quality: int) -> np.ndarray:
    file = io.BytesIO()
    Image.fromarray(astronaut()).save(file, "JPEG", quality=quality)
    return np.asarray(Image.open(file))


def few(colours: int) -> np.ndarray:
    return np.asarray(Image.fromarray(astronaut()).quantize(colours).convert("RGB"))


@pytest.mark.parametrize(
    ("picture", "said"),
    [
        (as_jpeg(5), "made of blocks"),
        (few(8), "only 8 colours"),
        ((128 + (astronaut() - 128.0) * 2.2).clip(0, 255), "of the face is blown out"),
        (astronaut()[60:190, 165:285], "the face fills the picture"),
    ],
)
def test_what_is_lost_is_said(picture: np.ndarray, said: str) -> None:
    face = Face(8, 6, 101) if len(picture) < 200 else FACE
    assert said in lost(picture.astype(np.float32) / 255, face)


@pytest.mark.parametrize(
    "picture", [astronaut(), astronaut(0.2, 3), astronaut(mode="L"), as_jpeg(50)]
)
def test_of_ordinary_pictures_nothing_is(picture: np.ndarray) -> None:
    assert lost(picture.astype(np.float32) / 255, FACE) == ""


def test_it_is_a_doubt() -> None:
    assert "made of blocks" in found(as_jpeg(5))[1]


def test_a_doubt_of_a_reference_is_told(forge: Forge, photos: Path, tmp_path: Path) -> None:
    """A window beside black hair was taken for hair, and made another's hair silver in silence."""
    Image.fromarray(astronaut(mode="L")).save(tmp_path / "friend.png")
    ask = {"forge": forge, "pack": "photo", "appearance": tmp_path / "friend.png"}
    result = styleforge.transfer("hair", photos / "astronaut.png", **ask)
    (said,) = [note for note in result.notes if "may be wrong" in note]
    assert said.startswith(f"The hair in {tmp_path / 'friend.png'} may be wrong, because the pict")
    assert "--mask ROLE=FILE" in said
    paint = np.zeros((512, 512), np.uint8)
    paint[20:60, 180:270] = 255
    Image.fromarray(paint).save(tmp_path / "hair.png")
    painted = styleforge.transfer(
        "hair", photos / "astronaut.png", masks={"appearance": tmp_path / "hair.png"}, **ask
    )
    assert not any("may be wrong" in note for note in painted.notes)


def test_clothing_beyond_a_picture_s_border_is_doubted() -> None:
    """A mount of brown card below a print was taken for an orange suit, without a word."""
    mount = np.full((800, 700, 3), (120, 80, 40), np.uint8)
    mount[60:430, 60:572] = astronaut()[:370]
    values = torch.from_numpy(mount).permute(2, 0, 1)[None].float() / 127.5 - 1
    (face,) = Faces()(values)
    assert PhotoRegions().doubts(values, face)["clothing"] == FRAMED


def test_a_line_counts_that_is_straight_and_long() -> None:
    rng = np.random.default_rng(0)
    picture = (0.1 * rng.random((200, 200, 3))).astype(np.float32)
    whole = np.ones((200, 200), np.float32)
    assert not framed(picture, whole)
    picture[120:] += 0.4
    assert framed(picture, whole)
    assert framed(np.ascontiguousarray(picture.swapaxes(0, 1)), whole)
    picture[120:, :100] -= 0.4
    assert not framed(picture, whole)  # half as long
