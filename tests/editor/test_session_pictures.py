"""Pictures of a session: from anywhere, in any mode, upright and with their profile."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image
from profiles import rgb_profile
from sessions import LONG, errors

from styleforge.prepare.images import load_image, to_picture
from styleforge.prepare.photo import to_rgb


def png_of(picture):
    file = io.BytesIO()
    picture.save(file, format="PNG")
    return file.getvalue()


def test_pictures_come_from_anywhere_and_are_one_by_their_contents(session, pictures):
    path = pictures / "shape.png"
    picture = to_picture(load_image(path))
    mirrored = picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    session.add_reference(path)
    session.add_reference(path.read_bytes(), "uploaded")
    session.add_reference(memoryview(path.read_bytes()), "again")
    session.add_reference(mirrored)
    session.add_reference(np.asarray(mirrored))
    session.wait(LONG)
    tray = session.snapshot().tray
    assert [one.origin for one in tray] == ["file", "upload"]
    assert tray[0].source == str(path)
    assert tray[1].source.startswith(str(session.folder))
    for one, wanted in zip(tray, (picture, mirrored), strict=True):
        assert np.array_equal(np.asarray(session.image(one.id)), np.asarray(wanted))
        assert max(Image.open(io.BytesIO(one.thumbnail)).size) <= 128


def test_what_is_no_picture_is_a_sentence_and_changes_nothing(session, tmp_path):
    (tmp_path / "words.png").write_text("no picture")
    session.set_identity(tmp_path / "words.png")
    session.set_identity(tmp_path / "nothing.png")
    session.add_reference(b"nothing", "upload.png")
    session.add_reference(np.zeros((4, 4)))
    session.add_reference(np.zeros((8, 8, 3), np.uint8), "tiny.png")
    found = errors(session)
    assert len(found) == 5
    assert "not a picture that can be read" in found[0]
    assert "There is no file" in found[1]
    assert "upload.png" in found[2]
    assert "(H, W, 3)" in found[3]
    assert "at least 32" in found[4]
    assert session.snapshot().identity is None
    assert len(session.snapshot().history) == 1


def test_upload_of_a_picture_with_exif_stands_upright(session, pictures):
    picture = to_picture(load_image(pictures / "shape.png")).resize((64, 32))
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side
    file = io.BytesIO()
    picture.save(file, format="JPEG", exif=exif)
    session.add_reference(file.getvalue(), "phone.jpg")
    session.wait(LONG)
    (one,) = session.snapshot().tray
    assert session.image(one.id).size == (32, 64)
    assert Image.open(io.BytesIO(one.thumbnail)).size == (32, 64)


@pytest.mark.parametrize("mode", ["CMYK", "LAB", "F", "YCbCr", "P", "LA", "I;16", "1", "HSV"])
def test_a_picture_in_memory_is_taken_in_any_mode(session, mode):
    plain = Image.new("RGB", (64, 48), (200, 120, 40))
    picture = {
        "F": lambda: Image.new("F", (64, 48), 0.5),
        "LAB": lambda: Image.new("LAB", (64, 48), (130, 140, 150)),
        "I;16": lambda: Image.new("I;16", (64, 48), 30_000),
    }.get(mode, lambda: plain.convert(mode))()
    session.add_reference(picture)
    assert errors(session) == []
    added = session.snapshot().tray[0].id
    assert session.image(added).size == (64, 48)
    assert session.image(added).mode == "RGB"


def test_a_picture_in_memory_keeps_its_turn_and_its_profile(session):
    exif = Image.Exif()
    exif[0x0112] = 6
    file = io.BytesIO()
    Image.new("RGB", (64, 48), (200, 120, 40)).save(
        file, "PNG", exif=exif, icc_profile=rgb_profile("Display P3")
    )
    opened = Image.open(io.BytesIO(file.getvalue()))
    session.add_reference(opened)
    assert errors(session) == []
    added = session.snapshot().tray[0].id
    assert session.image(added).size == (48, 64)
    assert session.image(added).getpixel((0, 0)) == to_rgb(opened).getpixel((0, 0))
    assert session.image(added).getpixel((0, 0)) != (200, 120, 40)
