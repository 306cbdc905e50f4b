"""Commands on pictures and controls."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image
from profiles import rgb_profile
from sessions import LONG, errors, state

from styleforge.editor import EditSession
from styleforge.errors import UserError
from styleforge.prepare.images import load_image, to_picture
from styleforge.prepare.photo import to_rgb


def png_of(picture):
    file = io.BytesIO()
    picture.save(file, format="PNG")
    return file.getvalue()


def test_a_new_session_says_what_is_missing(session):
    missing = session.snapshot().missing
    assert missing[0] == "Choose the picture that is edited."
    assert "shape (a picture or words)" in missing[1]
    assert not session.snapshot().can_run


def test_nothing_is_missing_once_something_is_asked_for(ready):
    assert ready.snapshot().missing == ()
    assert ready.snapshot().can_run


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


def test_a_reference_plays_roles(ready):
    own, picture = ready.snapshot().tray
    ready.assign("toy.appearance", picture.id)
    assert state(ready, "appearance").picture == picture.id
    assert state(ready, "shape").picture == picture.id
    ready.remove_reference(picture.id)
    assert not state(ready, "shape").asked
    assert not state(ready, "appearance").asked
    assert ready.snapshot().tray == (own,)
    ready.undo()
    assert state(ready, "shape").asked
    assert ready.snapshot().tray == (own, picture)


def test_kinds_change_without_losing_anything(ready):
    picture = state(ready, "appearance").picture
    ready.set_text("appearance", "red")
    ready.set_colour("appearance", "#F80")
    now = state(ready, "appearance")
    assert (now.kind, now.text, now.colour, now.picture) == ("swatch", "red", "#FF8800", picture)
    ready.set_kind("appearance", "text")
    assert state(ready, "appearance").asked
    ready.set_kind("appearance", "none")
    assert not state(ready, "appearance").asked
    assert state(ready, "appearance").text == "red"


def test_a_condition_is_read_as_on_the_command_line(ready, pictures):
    ready.set_condition("appearance", "#102030")
    assert state(ready, "appearance").kind == "swatch"
    ready.set_condition("appearance", "dark red")
    assert state(ready, "appearance").text == "dark red"
    ready.set_condition("appearance", str(pictures / "appearance.png"))
    assert state(ready, "appearance").kind == "image"
    assert state(ready, "appearance").picture in {one.id for one in ready.snapshot().tray}


@pytest.mark.parametrize(
    ("command", "arguments", "sentence"),
    [
        ("set_text", ("finer_style", "striped"), "takes a picture file"),
        ("set_colour", ("appearance", "red"), "'red' is not a colour"),
        ("set_text", ("colour", "red"), "no attribute 'colour'"),
        ("set_strength", ("shape", 1.5), "from 0 to 1"),
        ("set_strength", ("shape", float("nan")), "from 0 to 1"),
        ("set_kind", ("shape", "swatch"), "takes"),
        ("set_kind", ("shape", "song"), "no kind of condition"),
        ("assign", ("shape", "nothing"), "no picture 'nothing'"),
        ("set_preset", ("best",), "no preset 'best'"),
        ("set_steps", (1,), "2 stages"),
        ("set_seed", (-1,), "The seed is -1"),
        ("accept", (), "Run the edit first"),
        ("discard", ("r9",), "no result 'r9'"),
        ("show", ("r9",), "no result 'r9'"),
        ("go_to", ("77",), "no step '77'"),
        ("set_mask", ("appearance", None), "no picture for appearance"),
        ("resume", (), "no stopped run"),
    ],
)
def test_what_cannot_be_done_is_a_sentence(ready, command, arguments, sentence):
    before = ready.snapshot()
    getattr(ready, command)(*arguments)
    found = errors(ready)
    assert len(found) == 1
    assert sentence in found[0]
    assert ready.snapshot().attributes == before.attributes
    assert ready.snapshot().history == before.history


def test_even_nonsense_is_a_message_and_the_session_goes_on(ready):
    ready.set_strength("shape", "much")
    assert "TypeError" in errors(ready)[0]
    ready.set_strength("shape", 0.5)
    assert state(ready, "shape").strength == 0.5


def test_a_locked_attribute_is_changed_by_nothing(ready, pictures):
    ready.lock("shape")
    before = state(ready, "shape")
    ready.set_strength("shape", 0.1)
    ready.set_text("shape", "round")
    ready.remove_reference(before.picture)
    assert len(errors(ready)) == 2  # the same sentence is not said twice
    assert all("locked" in text for text in errors(ready))
    ready.add_reference(pictures / "appearance.png")
    ready.wait(LONG)
    other = ready.snapshot().tray[-1].id
    ready.assign_all({"shape": other, "appearance": other})
    assert state(ready, "shape") == before
    assert state(ready, "appearance").picture == other
    assert "Shape is locked" in ready.snapshot().messages[-1].text
    ready.lock("shape", locked=False)
    ready.set_strength("shape", 0.1)
    assert state(ready, "shape").strength == 0.1


def test_a_locked_seed_is_not_drawn(session):
    session.random_seed()
    session.wait(LONG)
    drawn = session.snapshot().seed
    session.lock_seed()
    session.random_seed()
    assert "locked" in errors(session)[0]
    assert session.snapshot().seed == drawn
    session.set_seed(5)
    session.wait(LONG)
    assert session.snapshot().seed == 5


def test_a_preset_brings_its_steps_and_strengths_stay_as_they_are(ready):
    assert ready.snapshot().preset_steps == 8
    ready.set_steps(20)
    ready.set_strength("shape", 0.7)
    for preset, steps in (("toy-mapper", 0), ("toy-loho", 8)):
        ready.set_preset(preset)
        ready.set_strength("shape", 2.5)  # one scale, whichever preset
        assert "give a number from 0 to 1" in errors(ready)[-1]
        assert state(ready, "shape").strength == 0.7
        now = ready.snapshot()
        assert (now.preset_steps, now.steps) == (steps, None)


def test_one_pass_says_which_attributes_it_leaves(mapped, pictures):
    mapped.add_reference(pictures / "finer_style.png", attribute="finer_style")
    mapped.wait(LONG)
    assert "does not change Finer style" in mapped.snapshot().missing[0]
    mapped.set_enabled("finer_style", enabled=False)
    mapped.wait(LONG)
    assert mapped.snapshot().missing == ()


def test_messages_are_dismissed(session):
    session.note("Good to know.")
    session.error("Not good.")
    session.wait(LONG)
    first, second = session.snapshot().messages
    assert (first.level, second.level) == ("note", "error")
    session.dismiss(first.id)
    session.wait(LONG)
    assert session.snapshot().messages == (second,)


def test_a_domain_without_a_session_is_refused(forge, tmp_path):
    with pytest.raises(UserError, match="no domain 'boots'"):
        EditSession("boots", forge=forge)
    with pytest.raises(UserError, match="no pack"):
        EditSession("toy", forge=forge, pack="none", folder=tmp_path)


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
