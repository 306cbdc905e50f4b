"""Landmarks of photographs: of who is meant, and none where the network sees none."""

from __future__ import annotations

import numpy as np
import torch
from skimage import data
from styleforge_photo.landmarks import PhotoLandmarks
from styleforge_photo.layout import Face
from styleforge_photo.subjects import subject_of

from styleforge.pack.protocols import LandmarksOfSubjects

ASTRONAUT = torch.from_numpy(data.astronaut()).permute(2, 0, 1)[None] / 127.5 - 1


def corners(picture: np.ndarray, face: Face) -> np.ndarray:
    """68 points at the face's upper left."""
    assert picture.dtype == np.uint8
    return np.tile([face.left, face.top], (68, 1))


def test_they_are_of_the_subject_that_is_meant():
    finder = PhotoLandmarks(corners)
    assert isinstance(finder, LandmarksOfSubjects)
    found = finder.of(ASTRONAUT, subject_of(Face(30, 40, 100)))
    assert found is not None
    assert found.shape == (1, 68, 2)
    assert found[0, 0].tolist() == [30.0, 40.0]


def test_the_largest_face_is_looked_at_where_nobody_is_named():
    x, y = PhotoLandmarks(corners)(ASTRONAUT)[0, 0].tolist()
    assert 150 < x < 220  # of 512: the face begins about there
    assert 40 < y < 100


def test_none_where_the_network_sees_none():
    finder = PhotoLandmarks(lambda picture, face: None)
    assert finder.of(ASTRONAUT, subject_of(Face(30, 40, 100))) is None
    assert finder(torch.zeros(1, 3, 64, 48))[0, 5].tolist() == [24.0, 32.0]
