"""From a value that a person typed to a condition."""

from __future__ import annotations

import pytest

from styleforge.errors import UserError
from styleforge.prepare.images import file_sha256
from styleforge.prepare.parse import condition_of, expected, image_ref
from styleforge.recipe.condition import ImageRef, Mask, Swatch, Text
from styleforge.recipe.domain import Attribute
from styleforge.testing import toy

SHAPE, APPEARANCE, FINER = toy.ATTRIBUTES
ANYTHING = Attribute(name="toy.any", title="", help="", accepts=("image", "text", "swatch", "mask"))


@pytest.fixture(autouse=True)
def beside_pictures(pictures, monkeypatch):
    monkeypatch.chdir(pictures)


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("tall and red", Text("tall and red")),
        ("red/blue", Text("red/blue")),
        ("a. b.c", Text("a. b.c")),
        ("text:#8a2be2", Text("#8a2be2")),
        ("text:shape.png", Text("shape.png")),
        ("text:", Text("")),
        ("#8a2be2", Swatch("#8a2be2")),
        ("#8Af", Swatch("#88AAff")),
        ("very " * 190 + "tall", Text("very " * 190 + "tall")),
        ("nul\0nul", Text("nul\0nul")),
    ],
)
def test_words_and_colours(models, value, wanted):
    assert condition_of(value, ANYTHING, models) == wanted


def test_pictures_come_with_their_checksum(models, pictures):
    wanted = ImageRef("shape.png", sha256=file_sha256("shape.png"))
    assert condition_of("shape.png", ANYTHING, models) == wanted
    assert image_ref("shape.png", models) == wanted
    there = str(pictures / "shape.png")
    assert condition_of(there, FINER, models) == ImageRef(there, sha256=wanted.sha256)
    masked = condition_of("mask:shape.png", ANYTHING, models)
    assert masked == Mask("shape.png", sha256=wanted.sha256)


def test_a_file_is_a_picture_whatever_it_is_called(models, pictures, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("tall", "#8a2be2"):
        (tmp_path / name).write_bytes((pictures / "shape.png").read_bytes())
        assert condition_of(name, ANYTHING, models).kind == "image"


def test_a_folder_may_be_called_like_a_word(models, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tall").mkdir()
    assert condition_of("tall", ANYTHING, models) == Text("tall")
    for path in ("tall/", ".", "./tall"):
        with pytest.raises(UserError, match="is a folder"):
            condition_of(path, ANYTHING, models)


@pytest.mark.parametrize(
    ("value", "attribute", "said"),
    [
        ("lost.png", SHAPE, "There is no file lost.png"),
        ("LOST.JPG", SHAPE, "There is no file LOST.JPG"),
        ("gallery:lost", SHAPE, "has no picture 'lost'"),
        ("mask:lost.png", ANYTHING, "There is no file lost.png"),
        ("mask:shape.png", SHAPE, "toy.shape takes .*; 'mask:shape.png' is of kind mask"),
        ("#8a2be2", SHAPE, "takes a picture file or gallery:NAME, or words; .* of kind swatch"),
        ("#8a2b", APPEARANCE, "'#8a2b' is not a colour; one is written as # and six"),
        ("#", APPEARANCE, "'#' is not a colour"),
        ("#violet", APPEARANCE, "'#violet' is not a colour"),
        ("tall", FINER, "There is no file tall"),
        ("text:tall", FINER, "takes a picture file or gallery:NAME; 'text:tall' is of kind text"),
    ],
)
def test_what_cannot_be_asked(models, value, attribute, said):
    with pytest.raises(UserError, match=said):
        condition_of(value, attribute, models)


def test_what_is_expected_is_part_of_a_sentence():
    assert expected(FINER) == "a picture file or gallery:NAME"
    assert expected(APPEARANCE).endswith("or words, or a colour as #rrggbb")
