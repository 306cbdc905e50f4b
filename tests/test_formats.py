"""Results in every format, and names of files that recipes can or cannot hold."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from styleforge.editor.files import shared_copy
from styleforge.errors import UserError
from styleforge.prepare.formats import encode, format_of, recipe_of
from styleforge.prepare.images import load_image, read_recipe, save_picture
from styleforge.prepare.inputs import file_name, without_folders
from styleforge.prepare.locate import located
from styleforge.recipe.condition import ImageRef, Mask, Text
from styleforge.recipe.recipe import Recipe

SUFFIXES = ("png", "jpg", "jpeg", "webp", "tif", "tiff")
NOT_UTF8 = b"caf\xe9.png".decode("utf-8", "surrogateescape")


@pytest.fixture
def recipe(forge) -> Recipe:
    conditions = {"toy.shape": ImageRef("grün.png"), "toy.appearance": ImageRef("b.png")}
    return forge.recipe("toy", identity=ImageRef("a.png"), conditions=conditions)


@pytest.fixture
def picture() -> Image.Image:
    values = np.random.default_rng(0).integers(0, 255, (40, 48, 3), dtype=np.uint8)
    return Image.fromarray(values)


# --- formats ------------------------------------------------------------------------------
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_recipe_travels_in_every_format(tmp_path, recipe, picture, suffix):
    path = tmp_path / f"out.{suffix}"
    assert save_picture(picture, path, recipe) == ()
    assert read_recipe(path) == recipe
    with Image.open(path) as opened:
        assert opened.format == format_of(path)
        same = np.array_equal(np.asarray(opened), np.asarray(picture))
    assert same == (format_of(path) != "JPEG")  # the others keep every pixel
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


def test_a_recipe_that_does_not_fit_lies_beside(tmp_path, recipe, picture):
    asked = {f"toy.shape{number}": ImageRef("x" * 4000) for number in range(20)}
    long = replace(recipe, conditions=asked)
    assert save_picture(picture, tmp_path / "a.webp", long) == ()
    (said,) = save_picture(picture, tmp_path / "a.jpg", long)
    assert said == "a.jpg cannot hold the recipe, which is in a.jpg.json."
    assert read_recipe(tmp_path / "a.jpg") == long
    assert read_recipe(tmp_path / "a.webp") == long


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_transparency_is_kept_or_said_to_be_lost(tmp_path, recipe, picture, suffix):
    picture.putalpha(Image.fromarray(np.tile(np.uint8([0, 255]), (40, 24))))
    notes = save_picture(picture, tmp_path / f"a.{suffix}", recipe)
    with Image.open(tmp_path / f"a.{suffix}") as opened:
        assert opened.mode == ("RGB" if notes else "RGBA")
    assert ("laid over white" in " ".join(notes)) == (format_of(f"a.{suffix}") == "JPEG")


@pytest.mark.parametrize("name", ["a.gif", "a", "a.png.exe", "a.psd"])
def test_other_formats_are_refused(tmp_path, recipe, picture, name):
    with pytest.raises(UserError, match=r"must end in \.png, \.jpg"):
        save_picture(picture, tmp_path / name, recipe)


def test_too_large_for_a_format(picture):
    with pytest.raises(UserError, match="WEBP cannot hold a picture of 20000 x 40 pixels"):
        encode(picture.resize((20_000, 40)), "WEBP", "{}")


@pytest.mark.parametrize("form", ["JPEG", "WEBP"])
@pytest.mark.parametrize("comment", [b"ASCII\0\0\0holiday", b"UNICODE\0x", b"\xff\xfe", b""])
def test_a_cameras_comment_is_no_recipe(tmp_path, form, comment, picture):
    exif = Image.Exif()
    exif[0x8769] = {0x9286: comment}
    file = io.BytesIO()
    picture.save(file, form, exif=exif)
    assert recipe_of(Image.open(io.BytesIO(file.getvalue()))) == ""
    (tmp_path / "a.img").write_bytes(file.getvalue())
    with pytest.raises(UserError, match="holds no recipe"):
        read_recipe(tmp_path / "a.img")


# --- names --------------------------------------------------------------------------------
@pytest.mark.parametrize("make", [ImageRef, Mask, Text])
def test_what_is_not_utf8_is_refused_before_the_run(make):
    with pytest.raises(UserError, match=r"is not UTF-8, and a recipe cannot hold it"):
        make(NOT_UTF8)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        (r"C:\Users\me\Pictures\me.png", "me.png"),
        (r"..\me.png", "me.png"),
        (r"\\server\share\me.png", "me.png"),
        ("/home/me/me.png", "me.png"),
        ("me.png", "me.png"),
        ("gallery:mira", "gallery:mira"),
    ],
)
def test_names_of_any_system(path, name):
    assert file_name(path) == name


def test_a_recipe_from_windows_finds_the_pictures_beside_it(recipe, models, tmp_path, pictures):
    for name in ("a.png", "b.png", "grün.png"):
        (tmp_path / name).write_bytes((pictures / "identity.png").read_bytes())
    windows = replace(
        recipe,
        identity=ImageRef(r"D:\photos\a.png"),
        conditions={key: replace(one, path="D:\\photos\\" + one.path)
                    for key, one in recipe.conditions.items()},
    )  # fmt: skip
    found = located(windows, models, tmp_path)
    assert found.identity.path == str(tmp_path / "a.png")
    assert found.conditions["toy.shape"].path == str(tmp_path / "grün.png")
    (tmp_path / "b.png").unlink()
    with pytest.raises(UserError, match="Put it beside the result"):
        located(windows, models, tmp_path)


# --- what is shared -----------------------------------------------------------------------
def test_a_shared_recipe_names_no_folders(recipe, picture):
    private = replace(
        recipe,
        identity=ImageRef("/home/ada/secret/a.png", "0" * 64),
        conditions={"toy.shape": ImageRef("../clients/b.png"), "toy.appearance": Text("red")},
        masks={"identity": Mask("/home/ada/masks/m.png")},
    )
    shared, notes = without_folders(private)
    assert notes == ()
    text = shared.to_json()
    assert not [word for word in ("home", "ada", "secret", "clients", "masks/") if word in text]
    assert shared.identity == ImageRef("a.png", "0" * 64)
    assert shared.conditions["toy.appearance"] == Text("red")
    data = shared_copy(encode(picture, "PNG", private.to_json()).data)
    assert "ada" not in recipe_of(Image.open(io.BytesIO(data)))
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(data))), np.asarray(picture))
    two = replace(private, identity=ImageRef("/home/b.png"))
    assert "Two pictures are called b.png" in without_folders(two)[1][0]


def test_pixels_survive(tmp_path, recipe):
    image = torch.linspace(-1, 1, 3 * 40 * 48).reshape(1, 3, 40, 48)
    from styleforge.prepare.images import to_picture

    save_picture(to_picture(image), tmp_path / "a.png", recipe)
    assert float((load_image(tmp_path / "a.png") - image).abs().max()) < 0.004
    assert Path(tmp_path / "a.png").is_file()


def test_the_second_of_two_domains_shares_no_folder_either():
    me = ImageRef("/home/a/me.png")
    hat = Recipe(domain="hat", method="shape", stages=(), identity=me)
    both = replace(hat, domain="lips", also=(hat,))
    assert "/home" not in without_folders(both)[0].to_json()
