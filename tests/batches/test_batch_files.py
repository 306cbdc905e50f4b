"""A batch never loses a file: names, overwriting, other batches."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from batched import LOCK, ROWS, states

import styleforge as sf
from styleforge.errors import UserError
from styleforge.files import claimed
from styleforge.prepare.images import load_image


def test_two_rows_never_write_one_file(run):
    with pytest.raises(UserError, match=r"Rows 1 and 2 would both write Half\.png|half\.png"):
        run([ROWS[2], {**ROWS[0], "name": "Half"}])
    named = {**ROWS[0], "name": "002-shape"}
    found = run([named, {"identity": "shape.png", "shape": "tall"}])
    assert states(found) == [("002-shape", "done"), ("002-shape-2", "done")]


@pytest.mark.parametrize("name", ["a/b", "..", ".hidden", "x" * 101, "nul", "a:b", "a "])
def test_names_that_are_none(folder, forge, name):
    with pytest.raises(UserError, match=r"a name of a file|would both") as caught:
        sf.batch([{**ROWS[0], "name": f"{name}."}], "toy", out="out", forge=forge)
    assert "Row 1" in str(caught.value)


def test_nothing_is_overwritten_without_being_asked(run):
    Path("out").mkdir()
    Path("out/half.png").write_text("mine")
    Path("out/001-identity.png").write_text("mine")
    with pytest.raises(UserError, match=r"half\.png, which row 3 would write, is there already"):
        run()
    found = run([ROWS[0]])
    assert states(found) == [("001-identity-2", "done")]
    assert Path("out/001-identity.png").read_text() == "mine"
    run([ROWS[2]], overwrite=True)
    assert load_image("out/half.png").shape[1] == 3


def test_a_result_never_replaces_a_picture_it_is_made_of(run):
    before = Path("identity.png").read_bytes()
    found = run([{**ROWS[0], "name": "identity"}], out=".", overwrite=True)
    assert found[0].state == "failed"
    assert "would replace a picture that it is made of" in found[0].error
    assert Path("identity.png").read_bytes() == before


def test_pictures_that_changed_are_said(run, folder):
    run([ROWS[0]])
    os.utime("identity.png", (1, 1))  # touched, and the same
    assert run([ROWS[0]])[0].earlier
    shutil.copy("shape.png", "identity.png")
    with pytest.raises(UserError, match=r"identity\.png has changed since row 1 was done"):
        run([ROWS[0]])
    assert not run([ROWS[0]], overwrite=True)[0].earlier


def test_two_batches_do_not_share_a_folder(run, folder):
    refused = pytest.raises(UserError, match="Another batch writes to out")
    with claimed(folder / "out", "batch"), refused:
        run()
    (folder / "out" / LOCK).write_text("999999999")  # of a process that is gone
    assert len(run()) == 3


def test_the_same_row_twice_gives_two_results(run):
    found = run([ROWS[0], ROWS[0]])
    assert states(found) == [("001-identity", "done"), ("002-identity", "done")]
    assert len(run([ROWS[0], ROWS[0]])) == 2
