"""Photographs are aligned as FFHQ's are: its square by its formula, and where the picture lands."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from PIL import Image
from styleforge_ffhq import components
from styleforge_ffhq.faces import AlignedFaces, FaceLandmarks, corners, usual

from styleforge.errors import UserError
from styleforge.pack.subjects import Subject
from styleforge.prepare.prepare import prepare

pytest.importorskip("styleforge_photo")


def square(points):
    """FFHQ's square by its published formula, as four corners from the upper left."""
    left, right = points[36:42].mean(0), points[42:48].mean(0)
    eyes, mouth = (left + right) / 2, (points[48] + points[54]) / 2
    x = (right - left) - np.flipud(mouth - eyes) * [-1, 1]
    x = x / np.hypot(*x)
    x = x * max(np.hypot(*(right - left)) * 2.0, np.hypot(*(mouth - eyes)) * 1.8)
    y = np.flipud(x) * [-1, 1]
    c = eyes + (mouth - eyes) * 0.1
    return np.stack([c - x - y, c - x + y, c + x + y, c + x - y])


@pytest.mark.parametrize("stretch", [(1, 1), (1.4, 1), (1, 1.4)])
@pytest.mark.parametrize("turn", [0, 20, -70, 180])
def test_the_square_is_ffhqs(turn, stretch):
    angle = np.deg2rad(turn)
    matrix = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]) * 300
    points = (usual() * stretch) @ matrix.T + [500, 600]
    wanted = square(points)
    assert corners(points) == pytest.approx(wanted[[0, 2]], abs=1e-6)


def test_a_face_that_is_not_there_is_as_ffhqs_are():
    found = FaceLandmarks(lambda picture, face: None, None)(torch.zeros(2, 3, 64, 64))
    assert found.shape == (2, 70, 2)
    assert found[:, 68:].numpy() == pytest.approx(np.array([[[0, 0], [64, 64]]] * 2), abs=0.1)


def test_a_face_s_square_becomes_ffhqs_about_its_middle():
    face = Subject(score=0.9, place=((0.01, 0, 0.2), (0, 0.01, -0.3)))

    class Faces:
        def __call__(self, image):
            return (face,)

    nobody = FaceLandmarks(lambda picture, face: None, None)
    finder = AlignedFaces(Faces(), nobody)
    (found,) = finder(torch.zeros(1, 3, 64, 64))
    assert finder.score(torch.zeros(1, 3, 64, 64)) == 0
    assert found.middle == pytest.approx(face.middle)
    assert found.width == pytest.approx(2.4 * face.width)


def test_what_is_lacking_is_said(bring, monkeypatch):
    monkeypatch.setattr(components, "faces_found_by", lambda: ())
    pack = bring("ffhq", "my-cats").packs["ffhq"]
    assert (pack.alignment, pack.brings["landmarks"]) == (None, ("face-landmarks",))
    monkeypatch.setattr(components, "faces_found_by", lambda: None)
    assert "landmarks" not in bring().packs["ffhq"].brings
    assert "landmarks" not in bring().packs["my-cats"].brings


@pytest.fixture
def astronaut(tmp_path):
    data = pytest.importorskip("skimage.data")
    if not components.faces_found_by():
        pytest.skip("MediaPipe's package (0.10.21 or older) carries the networks, and is not there")
    return Image.fromarray(data.astronaut())


@pytest.mark.parametrize(("turn", "size"), [(0, 512), (-18, 900), (12, 300)])
def test_a_portrait_is_aligned_as_the_formula_says(bring, astronaut, turn, size):
    picture = astronaut.rotate(turn, Image.Resampling.BICUBIC, fillcolor=(190, 185, 180))
    picture = picture.resize((size, size), Image.Resampling.LANCZOS)
    models = bring("ffhq", "face-parsing").models("ffhq")
    found = prepare(picture, models, name="astronaut")
    assert found.image.shape == (1, 3, 1024, 1024)
    assert any("was aligned" in note for note in found.notes)
    points = models.get("landmarks")(found.image)[0, :68].numpy()
    assert square(points) / 1024 == pytest.approx(
        np.array([[0, 0], [0, 1], [1, 1], [1, 0]]), abs=0.02
    )
    whole = models.get("landmarks")(
        torch.from_numpy(np.array(picture)).permute(2, 0, 1)[None] / 127.5 - 1
    )
    matrix = np.array(found.placement.matrix)
    there = square(whole[0, :68].numpy()) @ matrix[:, :2].T + matrix[:, 2]
    assert there / 1024 == pytest.approx(np.array([[0, 0], [0, 1], [1, 1], [1, 0]]), abs=0.05)


def test_several_people_are_numbered_and_none_is_refused(bring, astronaut):
    data = pytest.importorskip("skimage.data")
    models = bring("ffhq", "face-parsing").models("ffhq")
    with pytest.raises(UserError, match="No face was found in coffee"):
        prepare(Image.fromarray(data.coffee()), models, name="coffee")
    both = Image.new("RGB", (800, 400))
    both.paste(astronaut.crop((0, 0, 400, 400)), (0, 0))
    both.paste(
        astronaut.crop((0, 0, 400, 400)).transpose(Image.Transpose.FLIP_LEFT_RIGHT), (400, 0)
    )
    with pytest.raises(UserError, match="2 faces"):
        prepare(both, models, name="both")
    found = [prepare(both, models, name="both", subject=one) for one in (1, 2)]
    across = [np.array(one.placement.matrix)[0, 2] for one in found]
    assert across[0] - across[1] > 500
