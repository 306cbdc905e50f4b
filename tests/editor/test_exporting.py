"""Results as files for others: names, sizes, formats, with or without the recipe."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from sessions import LONG
from viewing import html, settled

from styleforge.editor.exporting import exported, file_name
from styleforge.editor.view.find import find
from styleforge.errors import UserError
from styleforge.prepare.formats import recipe_of


@pytest.fixture
def result(mapped):
    mapped.run(wait=True)
    mapped.wait(LONG)
    return mapped


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "TIFF"])
def test_every_format_holds_the_recipe_and_its_size(result, form):
    width, height = result.image(result.snapshot().candidate.picture).size
    made = result.exported(form=form, scale=2)
    opened = Image.open(io.BytesIO(made.data))
    assert opened.format == form
    assert opened.size == made.size == (2 * width, 2 * height)
    assert "Enlarged 2 times by Lanczos" in made.notes[0]
    text = recipe_of(opened)
    assert '"domain"' in text
    result.load_recipe(made.data)
    result.wait(LONG)
    assert not [one for one in result.snapshot().messages if one.level == "error"]
    plain = result.exported(form=form, recipe=False)
    assert recipe_of(Image.open(io.BytesIO(plain.data))) == ""
    assert not plain.notes


def test_enlarging_draws_nothing_new(result):
    small = result.image(result.snapshot().candidate.picture)
    large = Image.open(io.BytesIO(result.exported(scale=4).data))
    assert large.tobytes() == small.resize(large.size, Image.Resampling.LANCZOS).tobytes()


def test_a_shared_recipe_names_no_folders(result):
    folder = str(result.folder)
    shared = result.exported(share=True)
    assert folder not in recipe_of(Image.open(io.BytesIO(shared.data)))


def test_what_cannot_be_exported_is_refused():
    file = io.BytesIO()
    Image.new("RGB", (6000, 5000)).save(file, format="PNG")
    with pytest.raises(UserError, match="24000 x 20000 pixels are more than 100 million"):
        exported(file.getvalue(), scale=4)
    with pytest.raises(UserError, match="'BMP' is no format of results"):
        exported(file.getvalue(), "BMP")


def test_names_of_files_are_safe():
    assert file_name("a/b\\c: d?", "PNG") == "c d.png"
    assert file_name("..", "WEBP") == "result.webp"
    assert file_name("red hair.JPEG", "TIFF") == "red hair.tif"


def test_the_editor_exports_what_is_chosen(quick, monkeypatch):
    saved = []
    monkeypatch.setattr(
        quick.children[0], "send", lambda said, buffers=(): saved.append((said, buffers))
    )
    find(quick, "Run").click()
    settled(quick)
    labels = [label for label, _ in find(quick, "Size").options]
    assert "2 x, Lanczos (" in labels[2]
    find(quick, "Name").value = "../for a friend.png"
    find(quick, "Format").value = "JPEG"
    find(quick, "Size").value = 2.0
    find(quick, "With the recipe inside").value = False
    find(quick, "Export").click()
    settled(quick)
    said, buffers = saved[-1]
    assert (said["name"], said["mime"]) == ("for a friend.jpg", "image/jpeg")
    assert Image.open(io.BytesIO(buffers[0])).format == "JPEG"
    assert "without its recipe. Enlarged 2 times by Lanczos" in html(quick, "sf-message-text")
