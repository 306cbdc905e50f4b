"""Clothing whose outline is made up is doubted."""

from __future__ import annotations

import numpy as np
import torch
from skimage import data
from styleforge_photo.doubts import Alike
from styleforge_photo.layout import Face
from styleforge_photo.outlines import loose
from styleforge_photo.regions import PhotoRegions
from styleforge_photo.subjects import subject_of

SQUARE = np.zeros((200, 200), np.float32)
SQUARE[60:140, 60:140] = 1


def test_an_outline_along_edges_is_not_loose_and_one_that_fades_is() -> None:
    assert loose(SQUARE, 100) == 0
    faded = SQUARE.copy()
    faded[60:140, 80:140] = np.linspace(1, 0, 60)
    assert 0.2 < loose(faded, 100) < 0.5
    assert loose(np.zeros_like(SQUARE), 100) == 0


def test_the_picture_s_border_is_not_looked_at() -> None:
    assert loose(np.ones_like(SQUARE), 100) == 0


def test_the_outline_is_looked_at_in_one_size_of_the_face() -> None:
    faded = SQUARE.copy()
    faded[60:140, 100:140] = np.linspace(1, 0, 40)
    large = faded.repeat(2, axis=0).repeat(2, axis=1)
    assert abs(loose(large, 200) - loose(faded, 100)) < 0.05


def test_half_a_helmet_that_is_taken_for_clothing_is_told() -> None:
    values = torch.from_numpy(np.array(data.astronaut())).permute(2, 0, 1)[None].float() / 127.5 - 1
    doubts = PhotoRegions().doubts(values, subject_of(Face(173, 66, 101)))
    assert "of its outline follows no edge" in doubts["clothing"]
    assert "hair" not in doubts
    assert Alike(0, 0, 40, loose=0.1).doubt_of_clothing == ""
