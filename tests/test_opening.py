"""Pictures of strangers: formats, limits, and one sentence for whatever is wrong with a file."""

from __future__ import annotations

import io
import os
import struct
import threading
import zlib
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from styleforge.editor.files import checked
from styleforge.errors import UserError
from styleforge.prepare import opening
from styleforge.prepare.images import load_image, read_recipe
from styleforge.prepare.opening import open_picture
from styleforge.prepare.prepare import prepare

NOISE = np.random.default_rng(0).integers(0, 255, (64, 48, 3), dtype=np.uint8)
FORMATS = ("PNG", "JPEG", "WEBP", "TIFF", "BMP", "GIF")


def encoded(form: str, **how) -> bytes:
    file = io.BytesIO()
    Image.fromarray(NOISE).save(file, form, **how)
    return file.getvalue()


@pytest.mark.parametrize("form", FORMATS)
def test_formats(form):
    assert open_picture(encoded(form)).format == form


@pytest.mark.parametrize("form", ["EPS", "PPM", "TGA", "ICO", "PCX", "SGI", "PDF"])
def test_other_formats_are_not_tried(tmp_path, form):
    """EPS would run Ghostscript; whatever the file is called."""
    path = tmp_path / "a.png"
    path.write_bytes(encoded(form))
    with pytest.raises(UserError, match=r"is not a picture that can be read\. Use PNG"):
        load_image(path)


@pytest.mark.parametrize("brand", [b"heic", b"mif1", b"avif"])
def test_formats_of_phones_say_what_they_need(brand, monkeypatch):
    monkeypatch.setattr(opening, "CAMERAS", ())
    data = b"\0\0\0\x18ftyp" + brand + bytes(100)
    with pytest.raises(UserError, match=r'pip install "styleforge\[photos\]"'):
        open_picture(data, "a.heic")


@pytest.mark.skipif("AVIF" not in Image.registered_extensions().values(), reason="no AVIF here")
def test_avif():
    assert open_picture(encoded("AVIF")).size == (48, 64)


# --- what is no picture -------------------------------------------------------------------
def test_what_is_no_regular_file_is_not_read(tmp_path):
    pipe = tmp_path / "pipe.png"
    os.mkfifo(pipe)
    (tmp_path / "empty.png").touch()
    for path, said in {
        pipe: "a pipe or a device",
        Path(os.devnull): "a pipe or a device",
        tmp_path / "empty.png": "is empty",
        tmp_path: "is a folder",
        tmp_path / ("x" * 300 + ".png"): "cannot be opened",
        "zero\0byte.png": "There is no file",
    }.items():
        found: list[str] = []

        def ask(path=path, found=found):
            with pytest.raises(UserError) as refused:
                load_image(path)
            found.append(str(refused.value))

        asking = threading.Thread(target=ask, daemon=True)
        asking.start()
        asking.join(20)  # a pipe that is read waits for ever
        assert found, path
        assert said in found[0]


def test_files_that_the_system_makes_up():
    if not Path("/proc/self/maps").exists():
        pytest.skip("no /proc here")
    with pytest.raises(UserError, match="is empty"):
        load_image("/proc/self/maps")


# --- limits -------------------------------------------------------------------------------
def claims(width: int, height: int) -> bytes:
    """A small PNG whose header says that it is large."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("size", "said"),
    [
        ((3_000_000, 33), "one side may be at most 32 times as long"),
        ((40, 40 * 33), "Crop it"),
        ((20_000, 20_000), "100 megapixels"),
        ((12_000, 9_000), "100 megapixels"),
        ((31, 100), "at least 32"),
    ],
)
def test_limits_before_anything_is_allocated(tmp_path, size, said):
    (tmp_path / "a.png").write_bytes(claims(*size))
    for read in (load_image, read_recipe):
        with pytest.raises(UserError, match=said):
            read(tmp_path / "a.png")
    with pytest.raises(UserError, match=said):
        checked(claims(*size), "an upload")


@pytest.mark.parametrize("size", [(33, 40 * 33), (31, 100)])
def test_limits_of_pictures_in_memory(models, size):
    with pytest.raises(UserError, match="pixels; "):
        prepare(torch.zeros(1, 3, *size), models)


def test_the_widest_picture(tmp_path):
    Image.new("RGB", (32 * 40, 40)).save(tmp_path / "a.png")
    assert load_image(tmp_path / "a.png").shape == (1, 3, 40, 1280)


# --- damage -------------------------------------------------------------------------------
@pytest.mark.parametrize("form", FORMATS)
def test_damaged_files_are_a_picture_or_a_sentence(form):
    """Bytes changed, cut off and repeated; whatever the decoder makes of it."""
    rng = np.random.default_rng(FORMATS.index(form))
    whole = encoded(form, **({"compression": "tiff_lzw"} if form == "TIFF" else {}))
    said = []
    for turn in range(120):
        data = bytearray(whole)
        for at in rng.integers(0, min(len(data), 600), rng.integers(1, 12)):
            data[at] = rng.integers(0, 256)
        data = bytes(data[: rng.integers(8, len(data))] if turn % 3 == 0 else data)
        try:
            with open_picture(data, "a file") as picture, opening.readable("a file"):
                picture.load()
        except UserError as error:
            said.append(str(error))
    assert len(said) > 10
    assert all(one.startswith("a file ") and "\n" not in one for one in said)


@pytest.mark.parametrize(
    "raised",
    [ValueError("x"), NotImplementedError(), KeyError("k"), struct.error("s"), OverflowError("o"),
     Image.DecompressionBombError("bomb"), EOFError(), MemoryError(), AttributeError("a")],
    ids=lambda one: type(one).__name__,
)  # fmt: skip
def test_whatever_a_decoder_raises_is_a_sentence(raised, monkeypatch, tmp_path):
    path = tmp_path / "a.png"
    path.write_bytes(encoded("PNG"))

    def load(_self):
        raise raised

    monkeypatch.setattr("PIL.PngImagePlugin.PngImageFile.load", load)
    for read in (load_image, read_recipe):
        with pytest.raises(UserError, match=r"a\.png"):
            read(path)
    with pytest.raises(UserError, match="an upload"):
        checked(path.read_bytes(), "an upload")


@pytest.mark.parametrize("given", ["http://a.org/me.png", Path("http://a.org/me.png")])
def test_an_address_is_shown_as_it_was_written(given, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UserError, match=r"^http://a\.org/me\.png is an address"):
        open_picture(given)
    Path("http:/a.org").mkdir(parents=True)
    Image.new("RGB", (40, 40)).save("http:/a.org/me.png")
    with open_picture(given) as picture:  # a file that is called so
        assert picture.size == (40, 40)


@pytest.mark.parametrize(
    "given", ["file:///tmp/my%20photo.png", Path("file:///tmp/my%20photo.png")]
)
def test_the_address_of_a_file_is_answered_with_its_path(given):
    with pytest.raises(UserError, match=r"^file:///tmp/my%20photo.png .*: /tmp/my photo.png$"):
        open_picture(given)
