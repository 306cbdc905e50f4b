"""Any picture file becomes a tensor, or one sentence says why not."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from PIL import Image

from styleforge.errors import UserError
from styleforge.prepare import images

RED = (200, 30, 60)


def level(value: float) -> float:
    return value / 127.5 - 1


def colour(image: torch.Tensor, x: int = 5, y: int = 5) -> list[float]:
    return [round((float(v) + 1) * 127.5) for v in image[0, :, y, x]]


@pytest.mark.parametrize("suffix", ["png", "bmp", "tiff", "webp", "jpg"])
def test_formats(tmp_path, suffix):
    path = tmp_path / f"a.{suffix}"
    Image.new("RGB", (48, 40), RED).save(path)
    image = images.load_image(path)
    assert image.shape == (1, 3, 40, 48)
    assert image.dtype == torch.float32
    assert np.abs(np.array(colour(image)) - RED).max() <= 4


def test_exif_orientation(tmp_path):
    picture = Image.new("RGB", (60, 40), "black")
    picture.paste(RED, (0, 0, 10, 10))  # the top left corner
    exif = Image.Exif()
    exif[0x0112] = 6  # turn clockwise to view
    picture.save(tmp_path / "a.png", exif=exif)
    image = images.load_image(tmp_path / "a.png")
    assert image.shape == (1, 3, 60, 40)
    assert colour(image, x=37, y=2) == list(RED)


def test_cmyk(tmp_path):
    Image.new("CMYK", (40, 40), (0, 255, 255, 0)).save(tmp_path / "a.jpg")
    red, green, blue = colour(images.load_image(tmp_path / "a.jpg"))
    assert red > 200
    assert max(green, blue) < 60


def test_sixteen_bits(tmp_path):
    values = np.full((40, 40), 257 * 100, dtype=np.uint16)
    Image.fromarray(values).save(tmp_path / "a.png")
    assert colour(images.load_image(tmp_path / "a.png")) == [100, 100, 100]


def test_float_tiff(tmp_path):
    Image.fromarray(np.full((40, 40), 0.4, dtype=np.float32)).save(tmp_path / "a.tiff")
    assert colour(images.load_image(tmp_path / "a.tiff")) == [102, 102, 102]
    Image.fromarray(np.full((40, 40), np.nan, dtype=np.float32)).save(tmp_path / "n.tiff")
    with pytest.raises(UserError, match="NaN"):
        images.load_image(tmp_path / "n.tiff")


def test_alpha_lies_over_white(tmp_path):
    picture = Image.new("RGBA", (40, 40), (*RED, 0))
    picture.paste((*RED, 255), (0, 0, 20, 40))
    picture.save(tmp_path / "a.png")
    image = images.load_image(tmp_path / "a.png")
    assert colour(image) == list(RED)
    assert colour(image, x=30) == [255, 255, 255]


@pytest.mark.parametrize("mode", ["L", "P", "1", "LA", "PA"])
def test_modes(tmp_path, mode):
    picture = Image.new("RGBA", (40, 40), (255, 255, 255, 255)).convert(mode)
    path = tmp_path / ("a.tiff" if mode == "PA" else "a.png")
    try:
        picture.save(path)
    except OSError:
        pytest.skip("no format for this mode")
    assert colour(images.load_image(path)) == [255, 255, 255]


def test_palette_with_transparency(tmp_path):
    picture = Image.new("P", (40, 40), 0)
    picture.putpalette([10, 20, 30] + [0] * 765)
    picture.save(tmp_path / "a.png", transparency=0)
    assert colour(images.load_image(tmp_path / "a.png")) == [255, 255, 255]


def test_round_trip_of_every_level():
    picture = Image.fromarray(np.arange(256, dtype=np.uint8).reshape(16, 16)).convert("RGB")
    again = images.to_picture(images.to_tensor(picture))
    assert np.array_equal(np.array(again), np.array(picture))


def test_what_is_no_picture(tmp_path):
    (tmp_path / "a.png").write_text("hello")
    (tmp_path / "empty.png").touch()
    for name, said in {
        "a.png": "is not a picture",
        "empty.png": "is not a picture",
        "none.png": "There is no file",
        ".": "is a folder",
    }.items():
        with pytest.raises(UserError, match=said):
            images.load_image(tmp_path / name)


def test_a_damaged_file(tmp_path):
    noise = np.random.default_rng(0).integers(0, 255, (200, 200, 3), dtype=np.uint8)
    for suffix in ("png", "jpg"):
        whole, half = tmp_path / f"a.{suffix}", tmp_path / f"b.{suffix}"
        Image.fromarray(noise).save(whole)
        half.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
        with pytest.raises(UserError, match="damaged"):
            images.load_image(half)


def test_tiny_and_huge(tmp_path, monkeypatch):
    Image.new("RGB", (31, 100)).save(tmp_path / "tiny.png")
    with pytest.raises(UserError, match="31 x 100 pixels; at least 32"):
        images.load_image(tmp_path / "tiny.png")
    Image.new("1", (12_000, 9_000)).save(tmp_path / "huge.png")
    with pytest.raises(UserError, match="100 megapixels"):
        images.load_image(tmp_path / "huge.png")
    Image.new("1", (20_000, 20_000)).save(tmp_path / "bomb.png")
    with pytest.raises(UserError, match="100 megapixels"):
        images.load_image(tmp_path / "bomb.png")


def test_nowhere_to_write(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(UserError, match="cannot be written"):
        images.save_image(torch.zeros(1, 3, 32, 32), tmp_path / "file" / "out.png")


def test_checksum(tmp_path):
    (tmp_path / "a").write_bytes(b"abc")
    assert images.file_sha256(tmp_path / "a").startswith("ba7816bf")
