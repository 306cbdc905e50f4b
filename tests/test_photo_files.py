"""What a picture's file holds beside eight bits of colour: depth, modes, turns and frames."""

from __future__ import annotations

import io

import numpy as np
import pytest
import torch
from PIL import Image
from soft import SOFT, chance, of

from styleforge.errors import UserError
from styleforge.prepare.photo import lost, read_photo, to_rgb
from styleforge.prepare.prepare import prepare


@pytest.mark.parametrize("value", [0, 100, 250, 257, 40_000, 65_535])
@pytest.mark.parametrize("suffix", ["png", "tif"])
def test_sixteen_bits_whatever_the_values(tmp_path, value, suffix):
    Image.fromarray(np.full((40, 40), value, np.uint16)).save(tmp_path / f"a.{suffix}")
    assert (read_photo(tmp_path / f"a.{suffix}").image == round(value / 257)).all()


@pytest.mark.parametrize("value", [0.0, 0.002, 0.5, 1.0])
def test_floats_go_from_0_to_1(tmp_path, value):
    Image.fromarray(np.full((40, 40), value, np.float32)).save(tmp_path / "a.tif")
    assert (read_photo(tmp_path / "a.tif").image == round(value * 255)).all()


@pytest.mark.parametrize("values", [(0.0, 200.0), (-0.5, 1.0), (0.0, np.inf), (np.nan, 1.0)])
def test_other_floats_are_refused(values):
    picture = Image.fromarray(np.array([values] * 20, np.float32).repeat(20, axis=1))
    with pytest.raises(UserError, match=r"from 0 to 1 were expected|not numbers"):
        read_photo(picture)
    with pytest.raises(UserError, match="and 16 bits were expected"):
        read_photo(Image.fromarray(np.full((40, 40), 70_000, np.int32)))


@pytest.mark.parametrize(("suffix", "channels"), [("png", 3), ("png", 4), ("tif", 3)])
def test_sixteen_bits_are_read_as_eight_and_said(tmp_path, suffix, channels):
    cv2 = pytest.importorskip("cv2")
    path = tmp_path / f"a.{suffix}"
    deep = chance(0, 65536, channels, np.uint16)
    cv2.imwrite(str(path), deep)
    photo = read_photo(path)
    assert photo.of_result[0] == "has 16 bits a channel; the result has 8."
    if channels == 3:
        assert np.abs(of(photo.image)[..., ::-1].astype(float) - deep / 257).max() <= 1
    with Image.open(path) as opened:
        assert "has 16 bits a channel; the result has 8." in lost(opened)


def test_grey_of_sixteen_bits_is_said_where_it_is_read():
    deep = Image.new("I;16", (40, 48), 30_000)
    assert read_photo(deep).of_result == ("has 16 bits a channel; the result has 8.",)
    assert lost(deep) == ()  # a PNG holds it


def modes():
    base = Image.fromarray(SOFT)
    for mode in ("1", "L", "P", "RGB", "RGBA", "LA", "PA", "CMYK", "YCbCr", "HSV", "RGBX", "La"):
        yield base.convert("LA").convert(mode) if mode == "La" else base.convert(mode)
    yield Image.fromarray(SOFT[..., 0].astype(np.uint16) * 257)
    yield Image.fromarray(SOFT[..., 0].astype(np.float32) / 255)
    yield Image.fromarray(SOFT[..., 0].astype(np.int32))


@pytest.mark.parametrize("picture", tuple(modes()), ids=lambda one: one.mode)
def test_every_mode_is_read(picture):
    assert to_rgb(picture).size == (48, 40)


@pytest.mark.parametrize("turn", range(1, 9))
def test_a_picture_in_memory_is_turned_as_its_file_is(turn):
    exif = Image.Exif()
    exif[0x0112] = turn
    file = io.BytesIO()
    Image.fromarray(SOFT).save(file, "PNG", exif=exif)
    opened = Image.open(io.BytesIO(file.getvalue()))
    assert torch.equal(read_photo(opened).image, read_photo(file.getvalue()).image)


def framed(form, count=3, **options):
    kept = io.BytesIO()
    frames = [Image.new("RGB", (40, 50), (60 * number, 20, 90)) for number in range(count)]
    frames[0].save(kept, form, save_all=True, append_images=frames[1:], **options)
    return kept.getvalue()


@pytest.mark.parametrize("form", ["GIF", "TIFF", "WEBP", "PNG"])
def test_of_several_frames_the_first_is_used_and_a_note_says_so(form):
    photo = read_photo(framed(form, **({"lossless": True} if form == "WEBP" else {})))
    assert photo.notes == ("has 3 frames, of which only the first is used.",)
    assert of(photo.image)[0, 0].tolist() == [0, 20, 90]
    assert read_photo(framed(form, count=1)).notes == ()


def test_a_later_frame_that_is_damaged_does_no_harm():
    data = framed("GIF")
    assert read_photo(data[: len(data) - 30]).image.shape == (1, 3, 50, 40)


def test_a_phone_s_preview_is_no_frame():
    assert read_photo(framed("MPO", count=2)).notes == ()


def test_frames_are_noted_in_the_result(models, tmp_path):
    (tmp_path / "many.gif").write_bytes(framed("GIF"))
    reference = prepare(tmp_path / "many.gif", models)
    said = f"{tmp_path / 'many.gif'} has 3 frames, of which only the first is used."
    assert said in reference.notes
