"""Looking at pictures: framed alike whatever their size, or left out with a reason."""

from __future__ import annotations

import math
import shutil
from dataclasses import replace

import numpy as np
import pytest
import torch

import styleforge as sf
from styleforge.errors import PluginError, UserError
from styleforge.measure.look import EYES, Looking, look
from styleforge.measure.tuples import LeftOut
from styleforge.pack.models import Models
from styleforge.pack.subjects import Subject
from styleforge.prepare.folder import pictures_in
from styleforge.prepare.images import save_image
from styleforge.recipe.selection import Selection
from styleforge.testing import toy

BY = Selection(compared="face", least=0.02)


class Discs:
    """Regions of a face that is a blue disc under red hair; everything else is background."""

    names = ("background", "face", "hair")

    def __call__(self, image):
        red, _, blue = (image > 0).float().unbind(1)
        face, hair = blue * (1 - red), red * (1 - blue)
        return torch.stack((1 - face - hair, face, hair), 1)

    def of(self, image, subject):
        return self(image)

    def doubts(self, image, subject):
        return {"hair": "it is green"} if bool((image[:, 1] > 0).any()) else {}


def blue(image):
    rows, columns = np.nonzero((image[0, 2] > 0).numpy())
    return rows, columns


class Finder:
    """Finds the blue disc, as a square about it; two where there are green pixels at the left."""

    noun = "face"

    def __call__(self, image):
        rows, columns = blue(image)
        if not len(rows):
            return ()
        x, y, side = columns.mean() + 0.5, rows.mean() + 0.5, 2 * math.sqrt(len(rows) / math.pi)
        place = ((1 / side, 0.0, 0.5 - x / side), (0.0, 1 / side, 0.5 - y / side))
        one = Subject(score=0.9, place=place)
        return (one, one.moved(1, 0)) if bool((image[0, 1, :, :2] > 0).any()) else (one,)

    def score(self, image):
        return 0.9


class Eyes:
    """68 landmarks: the eyes a quarter of the disc's width from its middle, the rest in it."""

    def __call__(self, image):
        raise AssertionError("who is meant was not said")

    def of(self, image, subject):
        if bool((image[0, 1, :, -2:] > 0).any()):
            return None
        points = torch.full((68, 2), 0.0) + torch.tensor(subject.middle)
        points[36:42, 0] -= subject.width / 4
        points[42:48, 0] += subject.width / 4
        return points[None]


def photo_models(**components) -> Models:
    kinds = {"regions": Discs, "subjects": Finder, "landmarks": Eyes} | components
    pack = replace(
        toy.toy_pack(),
        components={name: one for name, one in kinds.items() if one},
        size=None,
        landmark_layout="ibug68",
        brings={"landmarks": ("face-landmarks",)},
    )
    return Models(pack)


def person(path, *, side=160, at=(0.5, 0.5), radius=0.15, green=None) -> str:
    """A disc of face under a disc of hair, in a photograph of a size."""
    y, x = np.mgrid[:side, :side] / side
    image = np.full((3, side, side), -1.0, np.float32)
    face = (x - at[0]) ** 2 + (y - at[1]) ** 2 < radius**2
    hair = ((x - at[0]) ** 2 + (y - at[1] + radius) ** 2 < radius**2) & ~face
    image[2][face], image[0][hair] = 1, 1
    if green is not None:
        image[1][(slice(None), green)] = 1
    save_image(torch.from_numpy(image)[None], path)
    return str(path)


def looking(**changes) -> Looking:
    return Looking(**{"models": photo_models(), "region": "hair", "selection": BY, **changes})


def test_photographs_of_any_size_are_framed_alike(tmp_path):
    one, part = look(person(tmp_path / "a.png"), looking())
    two, other = look(person(tmp_path / "b.png", side=320, at=(0.3, 0.6), radius=0.1), looking())
    assert np.abs(one.landmarks - two.landmarks).max() < 1
    assert (one.mask ^ two.mask).mean() < 0.01
    assert part.share == pytest.approx(other.share, abs=0.01)
    right, left = one.landmarks[36:42].mean(0), one.landmarks[42:48].mean(0)
    assert np.allclose([right, left], np.array(EYES) * 256)


def test_without_landmarks_the_subject_is_the_frame(tmp_path):
    plain = looking(models=photo_models(landmarks=None), masks_alone=True)
    one, _ = look(person(tmp_path / "a.png"), plain)
    two, _ = look(person(tmp_path / "b.png", side=320, at=(0.3, 0.6), radius=0.1), plain)
    assert one.landmarks is None
    assert (one.mask ^ two.mask).mean() < 0.01
    columns = np.nonzero(one.mask)[1]
    assert np.ptp(columns) == pytest.approx(0.6 * 256, abs=3)


def test_landmarks_are_not_done_without_in_silence():
    with pytest.raises(UserError, match=r"no landmarks.*face-landmarks.*--masks-alone"):
        looking(models=photo_models(landmarks=None))


def test_a_region_that_the_pack_does_not_find_is_refused():
    with pytest.raises(UserError, match="finds no region 'hat'"):
        looking(selection=Selection(compared="hat"))


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("too little hair", {"selection": replace(BY, least=0.5)}),
        ("hair doubted", {"picture": {"green": slice(80, 82)}}),
        ("several faces", {"picture": {"green": slice(0, 2)}}),
        ("no landmarks", {"picture": {"green": slice(-2, None)}, "doubted": True}),
        ("no face", {"picture": {"radius": 0.0}}),
        ("unreadable", {"picture": None}),
    ],
)
def test_every_reason(tmp_path, kind, given):
    path, picture = tmp_path / "a.png", given.pop("picture", {})
    if picture is None:
        path.write_bytes(b"no picture")
    else:
        person(path, **picture)
    found = look(path, looking(**given))
    assert isinstance(found, LeftOut)
    assert found.kind == kind
    assert found.reason.endswith(".")
    assert "a.png" in found.reason


def test_doubted_pictures_take_part_where_asked(tmp_path):
    seen, _ = look(person(tmp_path / "a.png", green=slice(80, 82)), looking(doubted=True))
    assert seen.landmarks is not None


def test_a_fault_of_the_pack_is_not_the_pictures(tmp_path):
    def broken():
        raise RuntimeError("out of order")

    with pytest.raises(PluginError, match="out of order"):
        look(person(tmp_path / "a.png"), looking(models=photo_models(landmarks=broken)))


@pytest.fixture
def folder(pictures, tmp_path):
    """Four pictures of the toy world, one of them twice, in two folders, and other files."""
    there = tmp_path / "photos"
    (there / "more").mkdir(parents=True)
    (there / ".hidden").mkdir()
    for name, to in (
        ("identity", "a"), ("shape", "b"), ("appearance", "more/c"), ("finer_style", "more/d"),
        ("identity", "more/again"), ("shape", ".hidden/e"),
    ):  # fmt: skip
        shutil.copy(pictures / f"{name}.png", there / f"{to}.png")
    (there / "broken.jpg").write_bytes(b"no")
    (there / "notes.txt").write_text("none")
    return there


def test_a_folder(folder, forge):
    said = []
    found = sf.tuples(
        folder, "toy", least=0, each=2, levels=["any=0,1,0,99"], forge=forge,
        told=lambda *one: said.append(one),
    )  # fmt: skip
    assert [name.removeprefix(f"{folder}/") for name in found.pictures] == [
        "a.png", "b.png", "more/c.png", "more/d.png",
    ]  # fmt: skip
    assert [one.kind for one in found.left_out] == ["unreadable", "repeated"]
    assert len(found.triples) == 2
    assert found.triples[0].domain == "toy"
    assert found.notes == (f"1 other file is in {folder}, and not looked at.",)
    assert said[-2:] == [("Looking at pictures", 6, 6), ("Sorting pairs", 1, 1)]


def test_it_is_the_same_wherever_the_folder_is(folder, forge, tmp_path, monkeypatch):
    once = sf.tuples(folder, "toy", least=0, each=1, levels=["any=0,1,0,99"], forge=forge)
    shutil.copytree(folder, tmp_path / "elsewhere")
    monkeypatch.chdir(tmp_path / "elsewhere")
    again = sf.tuples(".", "toy", least=0, each=1, levels=["any=0,1,0,99"], forge=forge)
    names = [[str(folder / one) for one in triple.pictures] for triple in again.triples]
    assert names == [list(triple.pictures) for triple in once.triples]


def test_looking_can_be_stopped(folder, forge):
    found = sf.tuples(folder, "toy", least=0, forge=forge, told=lambda what, done, of: done < 5)
    assert "1 of 6 pictures were not looked at" in found.notes[1]
    assert len(found.pictures) == 4 - 1


def test_too_few_pictures_say_why(folder, forge):
    with pytest.raises(UserError, match=r"None of the pictures.*5 too little thing.*1 unreadable"):
        sf.tuples(folder, "toy", least=0.99, forge=forge)
    with pytest.raises(UserError, match=r"no folder|not there"):
        sf.tuples(folder / "none", "toy", forge=forge)
    with pytest.raises(UserError, match="1 at least"):
        sf.tuples(folder, "toy", each=0, forge=forge)


def test_missing_levels_are_said(folder, forge):
    found = sf.tuples(folder, "toy", least=0, each=3, levels=["far=0,0.01,90,99"], forge=forge)
    assert found.triples == ()
    assert "None of 3 triples could be far" in found.notes[-1]


def test_an_empty_folder_is_refused(tmp_path):
    (tmp_path / "a.txt").write_text("x")
    with pytest.raises(UserError, match="no picture in"):
        pictures_in(tmp_path)
