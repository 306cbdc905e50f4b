"""Sweeps over strengths are grids of results."""

from __future__ import annotations

import json

import pytest

LONG = 300.0


def messages(session):
    session.wait(LONG)
    return [one.text for one in session.snapshot().messages]


# --- sweeps -------------------------------------------------------------------------------
def test_a_sweep_is_a_grid_of_results(mapped, recorder):
    mapped.set_text("appearance", "red")
    mapped.sweep({"shape": [0, 0.7, 1], "appearance": [0.5, 1]})
    mapped.wait(LONG)
    now = mapped.snapshot()
    grid = now.sweep
    assert (grid.across, grid.down) == ("toy.shape", "toy.appearance")
    assert [len(row) for row in grid.cells] == [3, 3]
    for row, appearance in zip(grid.cells, grid.rows, strict=True):
        for cell, shape in zip(row, grid.columns, strict=True):
            recipe = json.loads(now.sweep_cells[cell].recipe)
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
    assert (grid.down, grid.rows, len(grid.cells)) == ("", (), 1)
    assert all(grid.cells[0])


@pytest.mark.parametrize(
    ("strengths", "sentence"),
    [
        ({}, "one or two"),
        ({"shape": [1], "appearance": [1], "finer_style": [1]}, "one or two"),
        ({"appearance": [0, 1]}, "Nothing is asked of Appearance"),
        ({"shape": []}, "names no strengths"),
        ({"shape": [0] * 101}, "at most 100"),
        ({"shape": [0, 9]}, "from 0 to 1"),
    ],
)
def test_a_sweep_that_cannot_be_is_a_sentence(mapped, strengths, sentence):
    mapped.sweep(strengths)
    assert sentence in messages(mapped)[-1]
    assert mapped.snapshot().sweep is None


def test_stop_ends_a_whole_sweep(ready, recorder):
    ready.set_steps(20_000)
    ready.sweep({"shape": [0, 0.5, 1]})
    recorder.until(lambda one: one.progress.done > 1 and one.progress.queued == 2)
    ready.stop()
    assert ready.wait(LONG)
    (cells,) = ready.snapshot().sweep.cells
    assert [bool(one) for one in cells] == [True, False, False]
