"""Batches: what becomes of each row, going on, and never a file that is lost."""

from __future__ import annotations

import csv
import json
import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from PIL import Image

import styleforge as sf
from styleforge.batches.manifest import Manifest, Outcome
from styleforge.batches.report import write_report
from styleforge.errors import UserError
from styleforge.files import claimed
from styleforge.prepare.images import load_image, read_recipe
from styleforge.run.events import Step
from styleforge.run.executor import Inline

LOCK = ".batch.lock"
ROWS = [
    {"identity": "identity.png", "shape": "tall"},
    {"identity": "gone.png", "shape": "tall"},
    {"identity": "shape.png", "appearance": "#ff0000", "strength": 0.5, "name": "half"},
]


@pytest.fixture
def folder(pictures, tmp_path, monkeypatch):
    """Where pictures and tables lie; results go to out."""
    here = tmp_path / "here"
    shutil.copytree(pictures, here)
    monkeypatch.chdir(here)
    return here


@pytest.fixture
def run(folder, forge):
    def run(rows=ROWS, watch=None, **changes):
        given = {"out": "out", "forge": forge, **changes}
        return list(sf.batch(rows, "toy", **given).run(watch))

    return run


def states(outcomes) -> list[tuple[str, str]]:
    return [(one.name, one.state) for one in outcomes]


def files(folder="out") -> set[str]:
    return {path.name for path in Path(folder).iterdir()}


class Counted:
    """What runs recipes here, and counts them."""

    def __init__(self, forge) -> None:
        self.inline, self.recipes = Inline(forge), []

    def submit(self, recipe, **how):
        self.recipes.append(recipe)
        return self.inline.submit(recipe, **how)


@pytest.fixture
def counted(forge, monkeypatch):
    made = Counted(forge)
    monkeypatch.setattr(type(forge), "executor", lambda self, spec="": made)
    return made


def test_a_bad_row_is_a_sentence_and_the_others_go_on(run, forge):
    found = run()
    assert states(found) == [("001-identity", "done"), ("002-gone", "failed"), ("half", "done")]
    assert found[1].error == "There is no file gone.png. Check the name and the folder."
    alone = sf.edit("toy", "shape.png", forge=forge, appearance="#ff0000", strength=0.5)
    assert torch.equal(load_image("out/half.png"), load_image_of(alone))
    assert torch.equal(found[2].result.pasted, alone.pasted)
    assert found[0].figures["changed"] >= 0
    assert found[0].seconds > 0
    assert read_recipe("out/half.png").conditions["toy.appearance"].colour == "#ff0000"


@pytest.mark.parametrize("column", ["identity", "shape", "mask", "mask.shape"])
def test_an_address_is_refused_as_it_was_written(run, column):
    Path("tables").mkdir()
    cells = {"identity": "../identity.png", "shape": "../shape.png", column: "https://a.org/b.png"}
    lines = [",".join(cells), ",".join(cells.values())]
    Path("tables/jobs.csv").write_text("\n".join(lines))
    (found,) = run("tables/jobs.csv")
    assert found.error.startswith("https://a.org/b.png is an address; nothing is fetched")
    assert "https://a.org/b.png" in Path("out/manifest.jsonl").read_text()


def load_image_of(result):
    result.save("alone.png")
    return load_image("alone.png")


def test_what_lies_beside_the_results(run):
    run()
    assert files() == {
        "001-identity.png", "half.png", "manifest.jsonl", "results.csv", "sheet.jpg", "index.html",
    }  # fmt: skip
    with Path("out/results.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["state"] for row in rows] == ["done", "failed", "done"]
    assert rows[1]["error"].startswith("There is no file gone.png")
    assert rows[0]["identity"] == "../identity.png"
    page = Path("out/index.html").read_text(encoding="utf-8")
    assert page.count("<article") == 3
    assert "There is no file gone.png" in page
    assert 'href="half.png"' in page
    assert "http" not in page.replace("http://www.w3.org", "")
    with Image.open("out/sheet.jpg") as sheet:
        assert sheet.width > 900


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


def test_the_same_row_twice_gives_two_results(run):
    found = run([ROWS[0], ROWS[0]])
    assert states(found) == [("001-identity", "done"), ("002-identity", "done")]
    assert len(run([ROWS[0], ROWS[0]])) == 2


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


def test_a_folder_can_be_moved_with_its_results(run, folder, counted, tmp_path, monkeypatch):
    run()
    shutil.copytree(folder, tmp_path / "there")
    monkeypatch.chdir(tmp_path)
    Path("there/jobs.jsonl").write_text("\n".join(json.dumps(row) for row in ROWS))
    found = run("there/jobs.jsonl", out="there/out")
    assert len(counted.recipes) == 2
    assert all(one.earlier for one in found)


def test_tables_are_read_and_defaults_fill_what_is_empty(run):
    Path("jobs.csv").write_text(
        "identity;shape;appearance\nidentity.png;;#00ff00\nshape.png;wide;\n"
    )
    found = run("jobs.csv", also={"shape": "tall", "seed": 5})
    recipes = [one.result.recipe for one in found]
    assert [one.conditions["toy.shape"].text for one in recipes] == ["tall", "wide"]
    assert {one.seed for one in recipes} == {5}


def test_cells_that_cannot_be_understood_cost_their_row_alone(run):
    Path("jobs.csv").write_text(
        "identity,shape,seed\nidentity.png,tall,x\nshape.png,wide,1\n,tall,2\n"
    )
    found = run("jobs.csv")
    assert [one.state for one in sorted(found, key=lambda one: one.number)] == [
        "failed", "done", "failed",
    ]  # fmt: skip
    errors = {one.number: one.error for one in found}
    assert "The cell seed holds 'x'" in errors[1]
    assert "does not say whose picture" in errors[3]


def test_steps_need_a_preset(run):
    found = run([{**ROWS[0], "steps": 3}, {**ROWS[0], "steps": 3, "preset": "toy-look"}])
    assert [one.state for one in found] == ["failed", "done"]
    assert found[1].steps == 3
    assert found[1].figures["loss toy.appearance"] >= 0


def test_pictures_in_memory(run):
    picture = Image.open("identity.png")
    found = run(
        [{"identity": picture, "appearance": sf.Swatch("#00ff00"), "shape": sf.Text("tall")}]
    )
    assert found[0].state == "done"
    assert found[0].result.recipe.conditions["toy.shape"].text == "tall"
    assert found[0].file == "001-identity.png"
    page = Path("out/index.html").read_text("utf-8")
    assert 'alt="identity: identity&#x27;s picture"' in page
    assert "(in memory" not in page


def test_other_formats(run):
    found = run([ROWS[0]], form="jpg")
    assert found[0].file == "001-identity.jpg"
    with pytest.raises(UserError, match="not written as 'gif'"):
        run([ROWS[0]], form="gif")


def test_two_batches_do_not_share_a_folder(run, folder):
    refused = pytest.raises(UserError, match="Another batch writes to out")
    with claimed(folder / "out", "batch"), refused:
        run()
    (folder / "out" / LOCK).write_text("999999999")  # of a process that is gone
    assert len(run()) == 3


def test_an_executor_that_does_several_at_once(run, forge, counted):
    counted.width = 3
    assert sorted(states(run())) == [
        ("001-identity", "done"), ("002-gone", "failed"), ("half", "done"),
    ]  # fmt: skip
    assert len(counted.recipes) == 2


def test_refusals_before_the_first_run(folder, forge):
    with pytest.raises(UserError, match=r"column 'shpe'.*Did you mean 'shape'"):
        sf.batch([{"identity": "a.png", "shpe": "tall"}], "toy", out="out", forge=forge)
    with pytest.raises(UserError, match="no row"):
        sf.batch([], "toy", out="out", forge=forge)
    with pytest.raises(UserError, match="is a file"):
        sf.batch(ROWS, "toy", out="identity.png", forge=forge)
    with pytest.raises(UserError, match="There is no domain 'tox'"):
        sf.batch(ROWS, "tox", out="out", forge=forge)
    assert sf.batch(ROWS, out="out", forge=forge).batcher.domain == "toy"  # the only one
    assert not Path("out").exists()


def test_a_manifest_of_a_later_version_is_refused(folder, forge):
    Path("out").mkdir()
    Path("out/manifest.jsonl").write_text('{"styleforge": "batch", "format": 99}\n')
    with pytest.raises(UserError, match="later version"):
        sf.batch(ROWS, "toy", out="out", forge=forge)


def test_what_people_write_is_text_in_page_and_table(tmp_path):
    nasty = '<script>alert(1)</script>" onerror="x'
    one = Outcome(
        key="0", number=1, name=nasty, state="failed", domain="toy", error=nasty,
        asked={"identity": f"{nasty}.png", "shape": nasty, "seed": "=1+1"}, notes=(nasty,),
    )  # fmt: skip
    write_report([one], tmp_path, None)
    page = (tmp_path / "index.html").read_text()
    assert "<script>alert" not in page
    assert '" onerror="' not in page
    assert "'=1+1" in (tmp_path / "results.csv").read_text()


def test_many_rows_make_several_pages_and_sheets(tmp_path):
    Image.new("RGB", (32, 32)).save(tmp_path / "a.png")
    one = Outcome(
        key="0", number=1, name="a", state="done", domain="toy", file="a.png",
        asked={"identity": "a.png"},
    )  # fmt: skip
    write_report([replace(one, number=n, key=str(n)) for n in range(1, 302)], tmp_path, None)
    assert (tmp_path / "index-2.html").read_text().count("<article") == 1
    assert 'href="index-2.html"' in (tmp_path / "index.html").read_text()
    assert len(list(tmp_path.glob("sheet-*.jpg"))) == 6
