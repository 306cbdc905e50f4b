"""Faces, and the regions around them, in real photographs."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import torch
from PIL import Image
from skimage import data
from styleforge_photo import NAMES
from styleforge_photo.edges import Guide, applied, shared_out
from styleforge_photo.faces import find_faces
from styleforge_photo.layout import Face, upright, usual
from styleforge_photo.regions import PhotoRegions, grown_on
from styleforge_photo.subjects import Faces, face_of, subject_of
from styleforge_photo.tints import coloured

# Points of NASA's portrait of Eileen Collins, x and y, read off by eye.
POINTS = {
    "hair": [(220, 35), (170, 80), (280, 75), (200, 30), (255, 40)],
    "face": [(225, 100), (225, 140), (205, 120)],
    "clothing": [(150, 330), (80, 420), (250, 420), (330, 300)],
    "background": [(330, 60), (60, 40), (450, 250), (120, 120)],
}


def group(faces: tuple[int, ...]) -> Image.Image:
    """A table in a cafe, 3,000 x 2,000, with people whose faces are so wide, from left to right."""
    scene = Image.fromarray(np.asarray(data.coffee())).resize((3000, 2000))
    astronaut, left = Image.fromarray(data.astronaut()).crop((60, 0, 400, 340)), 100
    for face in faces:
        side = round(340 * face / 110)
        head = astronaut.resize((side, side), Image.Resampling.LANCZOS)
        scene.paste(head, (left, 1900 - side))
        left += side + 30
    return scene


def regions_of(picture: np.ndarray) -> torch.Tensor:
    values = torch.from_numpy(np.array(picture)).permute(2, 0, 1)[None].float() / 127.5 - 1
    return PhotoRegions()(values)[0]


@pytest.fixture(scope="module")
def astronaut() -> np.ndarray:
    return np.asarray(data.astronaut())


@pytest.mark.parametrize("size", [256, 512, 1100])
def test_each_region_is_where_a_person_sees_it(astronaut: np.ndarray, size: int) -> None:
    picture = np.asarray(Image.fromarray(astronaut).resize((size, size), Image.Resampling.LANCZOS))
    found = regions_of(picture)
    torch.testing.assert_close(found.sum(0), torch.ones(size, size), rtol=0, atol=1e-4)
    for name, points in POINTS.items():
        for x, y in points:
            at = (round(y * size / 512), round(x * size / 512))
            assert NAMES[int(found[:, at[0], at[1]].argmax())] == name, (name, x, y)


def test_hair_does_not_spill_on_the_cheek_and_the_fringe_is_whole(astronaut: np.ndarray) -> None:
    hair = regions_of(astronaut)[NAMES.index("hair")]
    for x, y in ((269, 135), (266, 110), (243, 89), (243, 100)):  # cheek in the shade, brow, eye
        assert float(hair[y, x]) < 0.4, (x, y)
    for x, y in ((230, 75), (240, 68), (222, 66)):
        assert float(hair[y, x]) > 0.7, (x, y)


def test_what_does_not_begin_on_the_head_is_no_hair() -> None:
    """A black collar below black hair, and brows: of those colours, yet joined to none of it."""
    face = Face(40, 40, 40)
    x, y = upright(face, (160, 120))
    marks = np.zeros((5, 160, 120), np.float32)
    hair = (np.hypot(x, y + 0.16) < 0.75) & (np.hypot(x, y - 0.1) > 0.55) & (y < 0.1)
    brow = (np.abs(np.abs(x) - 0.2) < 0.12) & (np.abs(y + 0.15) < 0.04)
    collar = (np.abs(x) < 0.5) & (y > 0.5) & (y < 1.2)
    marks[NAMES.index("hair")] = 0.9 * hair + 0.9 * collar + 0.3 * brow
    marks[0] = 1 - marks.sum(axis=0)
    kept = grown_on(marks, face)[NAMES.index("hair")]
    assert kept[hair].min() == pytest.approx(0.9)
    assert kept[collar].max() == 0
    assert kept[brow].max() == 0


def test_there_is_doubt_where_the_background_is_coloured_like_hair(astronaut: np.ndarray) -> None:
    found = PhotoRegions()
    values = torch.from_numpy(np.array(astronaut)).permute(2, 0, 1)[None].float() / 127.5 - 1
    (face,) = Faces()(values)
    assert "hair" not in found.doubts(values, face)
    hair = values[..., 25:65, 180:260]
    wall = hair.repeat(1, 1, 13, 7)[..., :512, :512]
    behind = found.of(values, face)[:, :1]
    camouflaged = behind * wall + (1 - behind) * values
    assert "colours of hair" in found.doubts(camouflaged, face)["hair"]


def test_a_mirrored_picture_has_mirrored_regions(astronaut: np.ndarray) -> None:
    one = regions_of(astronaut).argmax(0)
    other = regions_of(np.ascontiguousarray(astronaut[:, ::-1])).argmax(0).flip(1)
    assert float((one == other).float().mean()) > 0.93


@pytest.mark.parametrize("turn", [-20, 20])
def test_a_head_that_is_turned_is_found(astronaut: np.ndarray, turn: int) -> None:
    picture = Image.fromarray(astronaut).rotate(turn, Image.Resampling.BICUBIC, fillcolor=(99,) * 3)
    faces = find_faces(np.asarray(picture))
    assert faces
    largest = max(faces, key=lambda one: one.side)
    angle = np.deg2rad(turn)
    away = np.array([225.0, 115.0]) - 256
    x, y = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]]) @ away + 256
    assert np.hypot(largest.centre[0] - x, largest.centre[1] - y) < 25


@pytest.mark.parametrize("name", ["coffee", "cat", "rocket", "brick"])
def test_nobody_is_seen_where_there_is_nobody(name: str) -> None:
    picture = np.asarray(getattr(data, name)())
    picture = picture if picture.ndim == 3 else np.repeat(picture[..., None], 3, axis=2)
    assert find_faces(picture) == ()
    values = torch.from_numpy(np.array(picture)).permute(2, 0, 1)[None].float() / 127.5 - 1
    assert float(PhotoRegions().of(values, None)[0, 0].min()) == 1


def test_a_grey_reflection_in_a_coloured_picture_is_no_face(astronaut: np.ndarray) -> None:
    """Under a hat the cascade took a glimmer in the visor for one, and the helmet was coloured."""
    hatted = astronaut.copy()
    hatted[:115, 110:360] = (30, 40, 90)
    assert find_faces(hatted) == ()
    grey = np.repeat(hatted.mean(axis=2, keepdims=True), 3, axis=2).astype(np.uint8)
    glimmer = Face(405, 425, 50)
    assert not coloured(hatted)(glimmer)
    face = Face(173, 65, 105)
    assert find_faces(astronaut, lambda picture: [face, glimmer]) == (face,)  # a network's finds
    assert find_faces(astronaut, lambda picture: [glimmer]) == (glimmer,)  # which may be glare
    assert coloured(grey)(glimmer)  # where all is grey that says nothing
    assert coloured((astronaut * 0.2).astype(np.uint8))(face)  # a face in the dark


def test_a_small_face_in_a_panorama(astronaut: np.ndarray) -> None:
    """It has 23 pixels where the longer side has 1280."""
    wide = np.full((700, 4600, 3), (150, 170, 200), np.uint8)
    wide[250:650, 3000:3400] = cv2.resize(astronaut, (400, 400), interpolation=cv2.INTER_AREA)
    (found,) = find_faces(wide)
    assert found.centre == pytest.approx((3000 + 223 * 0.78, 250 + 115 * 0.78), abs=12)


def test_two_people_are_told_from_left_to_right(astronaut: np.ndarray) -> None:
    both = np.concatenate([astronaut[:300, 100:400], astronaut[:300, 100:400]], axis=1)
    one, two = find_faces(both)
    assert abs(two.left - one.left - 300) < 15


def test_usual_places_sum_to_one_and_turn_with_the_head() -> None:
    upright, turned = (usual(Face(80, 60, 40, turn), (200, 200)) for turn in (0, 90))
    assert np.allclose(upright.sum(0), 1, atol=1e-5)
    hair = NAMES.index("hair")
    above = upright[hair, 80 - 32, 100]
    assert above > 0.5
    assert turned[hair, 80 - 32, 100] != pytest.approx(above, abs=0.01)


def test_a_strip_at_a_time_is_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    picture = rng.random((40, 30, 3), np.float32)
    masks = rng.random((3, 20, 15), np.float32)
    functions = Guide(np.ascontiguousarray(picture[::2, ::2]), 2, 1e-2).functions(masks)
    whole = applied(picture, functions)
    monkeypatch.setattr("styleforge_photo.edges.STRIP", 7)
    assert np.allclose(applied(picture, functions), whole, atol=1e-5)


def test_a_mask_that_is_a_function_of_the_picture_is_found_again() -> None:
    """Guided filtering is exact where a mask is linear in the colours."""
    rng = np.random.default_rng(0)
    picture = rng.random((40, 30, 3), np.float32)
    mask = 0.2 * picture[..., 0] + 0.5 * picture[..., 1] + 0.1 * picture[..., 2] + 0.05
    found = applied(picture, Guide(picture, 3, 1e-6).functions(mask[None]))[0]
    assert np.allclose(found, mask, atol=1e-3)


def test_what_is_no_region_s_is_background() -> None:
    """With networks a pixel of a grey picture was none's, and the run was refused."""
    masks = np.zeros((3, 1, 2), np.float32)
    masks[2, 0, 1] = 0.5
    assert shared_out(masks).tolist() == [[[1, 0]], [[0, 0]], [[0, 1]]]


@pytest.mark.parametrize("turn", [0.0, 25.0, -25.0])
def test_a_face_is_a_subject_and_back(turn: float) -> None:
    face = Face(30, 40, 50, turn)
    moved = subject_of(face).moved(7, -5).scaled(2)
    assert face_of(moved) == Face(74, 70, 100, turn)


def test_landmarks_judge_what_the_cascade_finds(astronaut: np.ndarray) -> None:
    """A cat before a mirrored border was one for the cascade; what has no landmarks is none."""
    asked: list[Face] = []
    assert (
        len(find_faces(astronaut, landmarks=lambda picture, face: asked.append(face) or True)) == 1
    )
    assert abs(asked[0].centre[0] - 223) < 8
    assert find_faces(astronaut, landmarks=lambda picture, face: None) == ()


def test_a_group_is_told_down_to_children() -> None:
    """Faces from 300 to 60 pixels in a photograph 3,000 wide."""
    found = find_faces(np.asarray(group((300, 200, 60, 120, 60))))
    assert len(found) == 5
    assert [round(one.side, -1) for one in found] == pytest.approx([280, 190, 60, 110, 60], abs=60)


def test_the_regions_of_a_small_face_are_found_about_it() -> None:
    picture = group((200, 60))
    values = torch.from_numpy(np.array(picture)).permute(2, 0, 1)[None].float() / 127.5 - 1
    child = subject_of(find_faces(np.asarray(picture))[1])
    found = PhotoRegions().of(values, child)[0]
    hair = (found[NAMES.index("hair")] > 0.5).nonzero().float().mean(0)
    x, y = child.middle
    assert abs(float(hair[1]) - x) < 30
    assert abs(float(hair[0]) - y) < 50
    assert float(found[NAMES.index("hair"), round(y - 45), round(x)]) > 0.5
