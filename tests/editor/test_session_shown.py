"""What a control shows is what is asked; pictures keep their place, and come in any mode."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageCms
from sessions import LONG, errors, state

from styleforge.editor.saying import plainly
from styleforge.editor.state import COLOUR
from styleforge.recipe.condition import Swatch


def test_a_colour_that_is_shown_is_asked_for(ready):
    ready.set_kind("appearance", "swatch")
    now = state(ready, "appearance")
    assert now.asked
    assert now.colour == COLOUR
    assert ready.recipe().conditions["toy.appearance"] == Swatch(COLOUR)
    ready.set_enabled("appearance", False)
    ready.set_kind("appearance", "swatch")  # whoever chooses it means it
    assert state(ready, "appearance").asked


def test_a_command_in_a_message_stays_as_it_is_typed(session):
    said = "Nothing was trained for toy.shape: `train toy.shape WORDS` does it for toy.shape."
    shape = next(one.title for one in session.attributes if one.name == "toy.shape")
    assert plainly(said, session._desk) == (
        f"Nothing was trained for {shape}: `train toy.shape WORDS` does it for {shape}."
    )


def test_a_picture_keeps_its_place(session, pictures):
    def tray():
        session.wait(LONG)
        return [one.name for one in session.snapshot().tray]

    for name in ("identity", "shape", "appearance"):
        session.set_identity((pictures / f"{name}.png").read_bytes(), name)
    assert tray() == ["identity", "shape", "appearance"]
    session.set_identity(session.snapshot().tray[0].id)
    assert tray() == ["identity", "shape", "appearance"]
    session.set_text("shape", "tall")
    session.set_preset("toy-mapper")
    session.run(wait=True)
    session.accept()
    assert tray() == ["identity", "shape", "appearance"]
    session.set_identity(session.snapshot().tray[1].id)
    assert tray() == ["identity", "shape", "appearance", "Result 1"]


@pytest.mark.parametrize("mode", ["CMYK", "LAB", "F", "HSV", "YCbCr", "I", "I;16", "P", "1", "LA"])
def test_pil_pictures_of_any_mode(session, mode):
    colour = {"F": 100.0, "1": 1, "I": 100, "I;16": 30000}.get(mode)
    picture = Image.new("RGB", (40, 60), "#c06040")
    picture = Image.new(mode, (40, 60), colour) if colour is not None else _in(picture, mode)
    session.set_identity(picture, mode)
    session.wait(LONG)
    assert errors(session) == []
    taken = session.image(session.snapshot().identity.id)
    assert (taken.mode, taken.size) == ("RGB", (40, 60))
    if mode in {"CMYK", "HSV", "YCbCr", "P", "LAB"}:
        pixel = taken.getpixel((5, 5))
        assert all(abs(a - b) < 12 for a, b in zip(pixel, (0xC0, 0x60, 0x40), strict=True)), pixel


def _in(picture, mode):
    if mode == "P":
        return picture.quantize(16)
    if mode != "LAB":
        return picture.convert(mode)
    to_lab = ImageCms.buildTransform(
        ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), "RGB", "LAB"
    )
    return ImageCms.applyTransform(picture, to_lab)


def test_pil_pictures_are_upright(session):
    picture = Image.new("RGB", (40, 60), "#c06040")
    exif = picture.getexif()
    exif[0x0112] = 6  # to be turned by a quarter
    file = io.BytesIO()
    picture.save(file, format="JPEG", exif=exif)
    session.set_identity(Image.open(io.BytesIO(file.getvalue())), "photo")
    session.wait(LONG)
    assert session.image(session.snapshot().identity.id).size == (60, 40)
