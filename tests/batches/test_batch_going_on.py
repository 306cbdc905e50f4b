"""A batch goes on: after a stop, a kill, other rows, another place."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
import torch
from batched import LOCK, ROWS, files, states

import styleforge as sf
from styleforge.batches.manifest import Manifest
from styleforge.errors import UserError
from styleforge.run.events import Step


def test_what_is_done_is_not_run_again(run, counted):
    run()
    assert len(counted.recipes) == 2
    found = run()
    assert len(counted.recipes) == 2
    assert [one.earlier for one in found] == [True, True, True]
    assert states(found) == [("001-identity", "done"), ("002-gone", "failed"), ("half", "done")]


def test_those_that_failed_are_run_when_asked_for(run, counted, folder):
    run()
    shutil.copy("identity.png", "gone.png")
    assert [one.state for one in run()] == ["done", "failed", "done"]
    found = run(failed=True)
    assert len(counted.recipes) == 3
    assert {one.name: (one.state, one.earlier) for one in found} == {
        "001-identity": ("done", True), "half": ("done", True), "002-gone": ("done", False),
    }  # fmt: skip
    assert "002-gone.png" in files()


def test_a_mended_row_is_run_with_those_that_failed(run, forge):
    run()
    rows = [ROWS[0], {**ROWS[1], "identity": "finer_style.png"}, ROWS[2]]
    added = [*rows, {"identity": "shape.png", "shape": "wide"}]
    made = sf.batch(added, "toy", out="out", forge=forge, failed=True)
    assert made.notes == (
        "1 row is new and is left; without --failed, in Python failed=True, such rows are run.",
    )
    assert [(one.name, one.state) for one in made if not one.earlier] == [
        ("002-finer_style", "done"),
    ]  # fmt: skip


def test_a_line_that_was_cut_off_by_a_full_disk_costs_no_other(run, folder, forge, monkeypatch):
    def full(number):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(UserError, match="No space left on device"):
            run()
    assert LOCK not in files()
    found = run()
    assert [one.state for one in found] == ["done", "failed", "done"]
    assert len(Manifest(Path("out")).outcomes) == 3


def test_rows_that_were_added_moved_or_mended(run, counted):
    run()
    rows = [
        {"identity": "finer_style.png", "shape": "wide"},
        ROWS[2],
        {"identity": "identity.png", "shape": "wide"},
        ROWS[0],
    ]
    found = run(rows)
    assert len(counted.recipes) == 4
    assert {one.name for one in found if not one.earlier} == {"001-finer_style", "003-identity"}
    assert {one.name for one in found if one.earlier} == {"half", "001-identity"}
    assert "gone" not in Path("out/results.csv").read_text()  # it is no row any more


def test_a_result_that_was_deleted_is_made_again(run, counted):
    run()
    Path("out/half.png").unlink()
    run()
    assert len(counted.recipes) == 3
    assert "half.png" in files()


def test_a_batch_that_was_killed_goes_on(run, counted):
    run()
    manifest = Path("out/manifest.jsonl")
    lines = manifest.read_text().splitlines()
    kept = [line for line in lines if '"half"' not in line or '"running"' in line]
    manifest.write_text("\n".join(kept) + '\n{"key": "cut o')
    Path("out/half.png").unlink()
    found = run()
    assert {one.name: one.state for one in found}["half"] == "done"
    assert len(counted.recipes) == 3
    assert Manifest(Path("out")).outcomes.keys() == {one.key for one in found}


def test_a_result_that_was_saved_before_the_batch_was_killed_is_no_stranger(run):
    """Between a result and its line of the manifest a batch may be killed, or the disk be full."""
    run([ROWS[0]])
    manifest = Path("out/manifest.jsonl")
    lines = manifest.read_text().splitlines(keepends=True)
    assert '"done"' in lines[-1]
    manifest.write_text("".join(lines[:-1]))  # which says that the row began
    (one,) = run([ROWS[0]])
    assert (one.state, one.error) == ("done", "")


def test_a_batch_that_ended_meanwhile_is_not_overruled(run, folder, forge):
    """Looked at before another one ran: what it did is not known, and would be called a failure."""
    early = sf.batch(ROWS[:1], "toy", out="out", forge=forge)
    run(ROWS[:1])
    with pytest.raises(
        UserError, match="Another batch wrote to out meanwhile; begin this one anew"
    ):
        list(early)
    assert [one.state for one in Manifest(Path("out")).outcomes.values()] == ["done"]
    twice = sf.batch(ROWS[:1], "toy", out="out", forge=forge)
    assert states(twice) == states(twice)


def test_a_stopped_run_goes_on_from_its_checkpoint(run, counted, forge):
    row = {"identity": "identity.png", "shape": "shape.png", "preset": "toy-loho"}
    whole = run([row], out="whole")
    seen = []

    def stop_at_third(planned, event):
        seen.append(event)
        return not (isinstance(event, Step) and event.done == 3)

    assert run([row, ROWS[0]], watch=stop_at_third) == []
    assert files() >= {"unfinished", "manifest.jsonl", "index.html"}
    assert [one.state for one in Manifest(Path("out")).outcomes.values()] == ["stopped"]
    steps = []
    found = run([row, ROWS[0]], watch=lambda planned, event: steps.append(event))
    assert [(one.state, one.error) for one in found] == [("done", ""), ("done", "")]
    assert next(event.done for event in steps if isinstance(event, Step)) == 4
    assert torch.equal(found[0].result.pasted, whole[0].result.pasted)
    assert "unfinished" not in files()


def test_a_picture_that_changed_while_its_run_was_stopped_is_said(run, folder):
    row = {"identity": "identity.png", "shape": "shape.png", "preset": "toy-loho"}
    run([row], watch=lambda planned, event: not (isinstance(event, Step) and event.done == 3))
    shutil.copy("finer_style.png", "identity.png")
    (found,) = run([row])
    assert found.state == "done"
    assert [one for one in found.notes if "identity.png has changed since it was chosen" in one]


def test_leaving_the_loop_stops_the_batch(folder, forge):
    for one in sf.batch(ROWS, "toy", out="out", forge=forge):
        assert one.state == "done"
        break
    assert "half.png" not in files()
    assert "index.html" in files()
    assert LOCK not in files()


def test_a_folder_can_be_moved_with_its_results(run, folder, counted, tmp_path, monkeypatch):
    run()
    shutil.copytree(folder, tmp_path / "there")
    monkeypatch.chdir(tmp_path)
    Path("there/jobs.jsonl").write_text("\n".join(json.dumps(row) for row in ROWS))
    found = run("there/jobs.jsonl", out="there/out")
    assert len(counted.recipes) == 2
    assert all(one.earlier for one in found)


def test_a_manifest_of_a_later_version_is_refused(folder, forge):
    Path("out").mkdir()
    Path("out/manifest.jsonl").write_text('{"styleforge": "batch", "format": 99}\n')
    with pytest.raises(UserError, match="later version"):
        sf.batch(ROWS, "toy", out="out", forge=forge)
