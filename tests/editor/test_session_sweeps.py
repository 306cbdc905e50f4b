"""Sweeps are grids of results, over strengths, pictures, words, colours and seeds."""

from __future__ import annotations

import io
import json
import zipfile

import numpy as np
import pytest
from PIL import Image
from sessions import LONG, messages

from styleforge.editor import EditSession
from styleforge.editor.grid_text import CHUNK
from styleforge.editor.storage import FILE
from styleforge.prepare.images import read_recipe
from styleforge.recipe.condition import Swatch, Text


def recipes(session):
    """What the cells' recipes say, row by row."""
    now = session.snapshot()
    return [[json.loads(now.sweep_cells[one].recipe) for one in row] for row in now.sweep.cells]


def test_a_sweep_is_a_grid_of_results(mapped, recorder):
    mapped.set_text("appearance", "red")
    mapped.sweep({"shape": [0, 0.7, 1], "appearance": [0.5, 1]})
    mapped.wait(LONG)
    now = mapped.snapshot()
    grid = now.sweep
    assert (grid.across.attribute, grid.down.attribute) == ("toy.shape", "toy.appearance")
    assert (grid.columns, grid.rows) == (("0", "0.7", "1"), ("0.5", "1"))
    assert [len(row) for row in grid.cells] == [3, 3]
    for row, appearance in zip(recipes(mapped), (0.5, 1), strict=True):
        for recipe, shape in zip(row, (0, 0.7, 1), strict=True):
            given = {"toy.shape": shape, "toy.appearance": appearance}
            assert {name: recipe["strengths"].get(name, 1) for name in given} == given
    assert now.candidates == ()
    grids = [one.sweep.cells for one in recorder.seen if one.sweep]
    assert any(cells[0][0] and not cells[1][2] for cells in grids)  # one by one
    mapped.open_cell(grid.cells[1][2])
    mapped.wait(LONG)
    assert mapped.snapshot().shown == grid.cells[1][2]
    assert mapped.snapshot().candidate.label == "Shape 1, Appearance 1"
    assert mapped.snapshot().attribute("shape").strength == 1  # the controls did not move


def test_a_sweep_over_one_attribute_is_a_row(mapped):
    mapped.sweep({"shape": (0, 0.5)})
    mapped.wait(LONG)
    grid = mapped.snapshot().sweep
    assert (grid.down, grid.rows, len(grid.cells)) == (None, (), 1)
    assert grid.title == "Shape, strength"
    assert all(grid.cells[0])


def test_words_and_colours_by_seeds(mapped):
    mapped.sweep({"appearance": ["red", "#0000ff", Swatch("#00ff00")], "seed": [3, 4]})
    mapped.wait(LONG)
    grid = mapped.snapshot().sweep
    assert grid.title == "Appearance by Seed"
    assert grid.rows == ("3", "4")
    assert grid.columns[0] == "red"
    made = recipes(mapped)
    assert [[one["seed"] for one in row] for row in made] == [[3] * 3, [4] * 3]
    for row in made:
        asked = [one["conditions"]["toy.appearance"] for one in row]
        assert asked[0] == {"text": "red", "kind": "text"}
        assert [one["colour"] for one in asked[1:]] == ["#0000ff", "#00ff00"]
        assert all("toy.shape" in one["conditions"] for one in row)  # all else as it is
    name = mapped.snapshot().sweep_cells[grid.cells[0][0]].label
    assert name == "Colour: red, Seed 3"


def test_pictures_by_the_strength_of_the_same_attribute(session, pictures):
    session.set_identity(pictures / "identity.png")
    session.set_preset("toy-mapper")
    session.add_reference(pictures / "shape.png")
    session.wait(LONG)
    (known,) = (one.id for one in session.snapshot().tray if one.name == "shape")
    in_memory = np.asarray(Image.open(pictures / "appearance.png").convert("RGB"))
    session.sweep({"shape": [known, in_memory], "shape strength": [0.5, 1]})
    session.wait(LONG)
    now = session.snapshot()
    assert (now.sweep.columns[0], now.sweep.rows) == ("shape", ("0.5", "1"))
    assert now.sweep.title == "Shape by Shape, strength"
    made = recipes(session)
    paths = [[one["conditions"]["toy.shape"]["path"] for one in row] for row in made]
    assert paths[0] == paths[1]
    assert len(set(paths[0])) == 2
    assert [row[0]["strengths"].get("toy.shape", 1) for row in made] == [0.5, 1]
    assert now.attribute("shape").kind == "none"  # the controls did not move


def test_seeds_of_a_loaded_recipe_can_be_swept_and_nothing_else(mapped, forge):
    recipe = forge.recipe(
        "toy", "toy-mapper", pack="toy", conditions={"toy.shape": Text("tall")},
        strengths={"toy.shape": 1.5},
    )  # fmt: skip
    mapped.load_recipe(recipe, keep_identity=True)
    mapped.wait(LONG)
    assert mapped.snapshot().custom
    mapped.sweep({"shape": [0, 1]})
    assert "of it only the seed can be swept" in messages(mapped)[-1]
    mapped.sweep({"seed": range(2)})
    mapped.wait(LONG)
    assert [one["seed"] for one in recipes(mapped)[0]] == [0, 1]
    assert [one["strengths"] for one in recipes(mapped)[0]] == [{"toy.shape": 1.5}] * 2


@pytest.mark.parametrize(
    ("axes", "sentence"),
    [
        ({}, "one or two"),
        ({"shape": [1], "appearance": [1], "finer_style": [1]}, "one or two"),
        ({"appearance": [0, 1]}, "Nothing is asked of Appearance"),
        ({"shape": []}, "names no values"),
        ({"shape": [0] * 101}, "at most 100"),
        ({"shape": [0, 9]}, "from 0 to 1"),
        ({"shape": [0], "shape strength": [1]}, "Shape, strength twice"),
        ({"shape strength": ["much"]}, "numbers from 0 to 1"),
        ({"shape colour": ["red"]}, "write seed, shape, or shape strength"),
        ({"seed": ["three"]}, "give a whole number"),
        ({"appearance": ["#nocolour"]}, "#nocolour"),
        ({"hat": [1]}, "no attribute 'hat'"),
    ],
)
def test_a_sweep_that_cannot_be_is_a_sentence(mapped, axes, sentence):
    mapped.sweep(axes)
    assert sentence in messages(mapped)[-1]
    assert mapped.snapshot().sweep is None
    assert mapped.snapshot().queue == ()


def test_what_is_locked_is_not_swept(mapped):
    mapped.lock("shape")
    mapped.sweep({"shape": ["tall"]})
    assert "Shape is locked" in messages(mapped)[-1]


def test_stop_ends_a_whole_sweep_until_it_is_gone_on_with(ready, recorder):
    ready.set_steps(20_000)
    ready.sweep({"shape": [0, 0.5, 1]})
    recorder.until(lambda one: one.progress.done > 1 and one.progress.queued == 2)
    ready.stop()
    assert ready.wait(LONG)
    (cells,) = ready.snapshot().sweep.cells
    assert [bool(one) for one in cells] == [True, False, False]
    (waiting,) = ready.snapshot().queue
    assert (waiting.label, waiting.runs, waiting.state) == (
        "Sweep over Shape, strength", 2, "hold",
    )  # fmt: skip


# --- what is taken out of it --------------------------------------------------------------
@pytest.fixture
def swept(mapped):
    mapped.sweep({"shape": [0, 1], "seed": [1, 2]})
    mapped.wait(LONG)
    return mapped


def test_the_grid_is_one_picture_with_every_recipe(swept, pictures):
    data = swept.sweep_png(side=64)
    with Image.open(io.BytesIO(data)) as picture:
        kept = json.loads(picture.text[CHUNK])
        size = picture.size
    assert size[0] > 2 * 64
    assert (kept["columns"], kept["rows"]) == (["0", "1"], ["1", "2"])
    assert [(one["row"], one["column"]) for one in kept["cells"]] == [
        (0, 0), (0, 1), (1, 0), (1, 1),
    ]  # fmt: skip
    assert [json.loads(one["recipe"])["seed"] for one in kept["cells"]] == [1, 1, 2, 2]
    assert CHUNK not in Image.open(io.BytesIO(swept.sweep_png(recipe=False))).text
    shared = Image.open(io.BytesIO(swept.sweep_png(share=True))).text[CHUNK]
    assert str(pictures) not in shared
    assert str(pictures) in json.dumps(kept)


def test_all_results_are_a_folder_or_a_zip(swept, tmp_path):
    files = swept.export_sweep(tmp_path / "all")
    assert [one.name for one in files] == [
        "grid.png",
        "01-01 Shape 0, Seed 1.png", "01-02 Shape 1, Seed 1.png",
        "02-01 Shape 0, Seed 2.png", "02-02 Shape 1, Seed 2.png",
    ]  # fmt: skip
    assert [read_recipe(one).seed for one in files[1:]] == [1, 1, 2, 2]
    (archive,) = swept.export_sweep(tmp_path / "all.zip")
    with zipfile.ZipFile(archive) as opened:
        assert opened.namelist() == [one.name for one in files]
        assert opened.read(files[1].name) == files[1].read_bytes()
    (grid,) = swept.export_sweep(tmp_path / "grid.png")
    assert grid.read_bytes() == swept.sweep_png()


def test_a_grid_that_is_dropped_brings_its_first_recipe(swept, tmp_path):
    swept.set_seed(9)
    swept.load_recipe(swept.sweep_png())
    assert (
        "a grid of results; the recipe of its first, Shape 0, Seed 1, is loaded"
        in (messages(swept)[-1])
    )
    assert (swept.snapshot().seed, swept.snapshot().attribute("shape").strength) == (1, 0)
    swept.export_sweep(tmp_path / "grid.png")
    swept.load_recipe(tmp_path / "grid.png")
    assert "grid of results" in messages(swept)[-1]


def test_without_a_sweep_there_is_nothing_to_take_out(mapped):
    from styleforge.errors import UserError

    with pytest.raises(UserError, match="run one first"):
        mapped.sweep_png()


def test_a_sweep_of_an_earlier_version_still_opens(swept, forge):
    swept.save()
    swept.close()
    path = swept.folder / FILE
    saved = json.loads(path.read_text())
    cells = saved["sweep"]["cells"]
    saved["sweep"] = {
        "id": "s1", "across": "toy.shape", "columns": [0.0, 0.5], "down": "", "rows": [],
        "cells": cells[:1],
    }  # fmt: skip
    path.write_text(json.dumps(saved))
    with EditSession.restore(swept.folder, forge) as again:
        grid = again.snapshot().sweep
        assert (grid.title, grid.columns, grid.rows) == ("Shape, strength", ("0", "0.5"), ())
        assert len(again.snapshot().sweep_cells) == 2
