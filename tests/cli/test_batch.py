"""``styleforge batch``: tables, folders, and what is said of them."""

from __future__ import annotations

import shutil
import signal
from pathlib import Path

import pytest

from styleforge.batches.manifest import Manifest
from styleforge.run.course import Course
from styleforge.run.events import Step


@pytest.fixture
def here(cli, pictures, tmp_path, monkeypatch):
    """A folder with a table beside its pictures."""
    folder = tmp_path / "here"
    shutil.copytree(pictures, folder / "people")
    (folder / "jobs.csv").write_text(
        "identity;shape;strength\npeople/identity.png;tall;0,5\npeople/gone.png;tall;\n"
        "people/shape.png;people/shape.png;\n",
        encoding="utf-8-sig",
    )
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def batch(cli, here):
    return lambda *arguments: cli("batch", *arguments)


def names(folder="out") -> set[str]:
    return {path.name for path in Path(folder).glob("*.png")}


def test_a_table_from_elsewhere(batch, here, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    code, _, err = batch("here/jobs.csv", "--out", "out")
    assert code == 2  # a row failed, which a script should know
    assert names() == {"001-identity.png", "003-shape.png"}
    assert "002-gone: There is no file here/people/gone.png" in err
    assert "Editing: 3 of 3, 1 failed" in err
    assert "out/index.html shows all rows: 2 done now, 1 failed." in err
    assert "1 row failed" in err
    assert "--failed" in err


def test_the_same_command_goes_on_and_failed_runs_the_rest(batch, here):
    batch("jobs.csv", "--out", "out")
    code, _, err = batch("jobs.csv", "--out", "out")
    assert code == 0
    assert "1 row failed before and will be left as they are" in err
    assert "3 of 3 rows were there already." in err
    shutil.copy("people/identity.png", "people/gone.png")
    code, _, err = batch("jobs.csv", "--out", "out", "--failed")
    assert code == 0
    assert "1 done now, 0 failed" in err
    assert "002-gone.png" in names()


def test_folders_all_with_all_and_one_by_one(batch, here):
    (here / "looks").mkdir()
    for name in ("a", "b"):
        shutil.copy("people/shape.png", f"looks/{name}.png")
    folders = ("--identities", "people", "--shape", "looks", "--appearance", "red")
    code, _, err = batch(*folders, "--out", "out")
    assert code == 0, err
    assert len(names()) == 8
    code, _, err = batch(*folders, "--out", "zip", "--zip")
    assert code == 2
    assert "there are identity 4, shape 2" in err
    shutil.copytree("people", "four")
    code, _, err = batch(
        "--identities", "people", "--shape", "four", "--out", "zip", "--zip",
        "--preset", "toy-loho", "--steps", "2", "--seed", "3", "--strength", "0.5",
    )  # fmt: skip
    assert code == 0, err
    outcomes = Manifest(Path("zip")).outcomes.values()
    assert {(one.steps, one.asked["seed"], one.asked["strength"]) for one in outcomes} == {
        (2, "3", "0.5")
    }


def test_options_fill_what_a_table_leaves_empty(batch, here):
    Path("jobs.csv").write_text("identity\npeople/identity.png\n")
    code, _, err = batch("jobs.csv", "--out", "out", "--shape", "tall", "--format", "webp")
    assert code == 0, err
    (one,) = Manifest(Path("out")).outcomes.values()
    assert (one.asked["shape"], one.file) == ("tall", "001-identity.webp")


def test_words_that_were_not_understood_are_said(batch):
    Path("jobs.csv").write_text("identity,shape\npeople/identity.png,tall \N{HAIRCUT}\n")
    code, _, err = batch("jobs.csv", "--out", "out")
    assert code == 0, err
    assert "1 of them has notes" in err
    assert "'\N{HAIRCUT}' is not known and left out." in Path("out/results.csv").read_text()


def test_what_cannot_be_done_is_a_sentence(batch, refused):
    refused(batch("--out", "out"), "or --identities FOLDER; there was none")
    refused(batch("jobs.csv", "--identities", "people", "--out", "out"), "there was both")
    refused(batch("jobs.csv", "--zip", "--out", "out"), "--zip is for folders")
    refused(batch("--identities", "people", "--out", "out"), "Nothing to change was asked for")
    refused(batch("none.csv", "--out", "out"), "There is no file none.csv")
    nowhere = ("--identities", "nowhere", "--shape", "tall", "--out", "out")
    refused(batch(*nowhere), "There is no folder nowhere")
    refused(batch("jobs.csv", "--out", "out", "--hape", "x"), "--hape", "Did you mean --shape?")
    refused(batch("jobs.csv", "--out", "out", "--domain", "tox"), "There is no domain 'tox'")
    refused(batch("jobs.csv"), "--out")
    Path("jobs.csv").write_text("identity,shpe\npeople/identity.png,tall\n")
    refused(batch("jobs.csv", "--out", "out"), "column 'shpe'", "Did you mean 'shape'?")
    assert not Path("out").exists()


def test_ctrl_c_stops_and_the_same_command_goes_on(batch, here, monkeypatch):
    Path("jobs.csv").write_text(
        "identity,shape,preset\npeople/identity.png,people/shape.png,toy-loho\n"
        "people/shape.png,tall,\n"
    )
    events = Course.events

    def interrupted(self):
        for event in events(self):
            yield event
            if isinstance(event, Step) and event.done == 2:
                signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(Course, "events", interrupted)
    code, _, err = batch("jobs.csv", "--out", "out")
    assert code == 0
    assert "Stopped with 2 rows left; the same command goes on with them." in err
    assert names() == set()
    monkeypatch.setattr(Course, "events", events)
    code, _, err = batch("jobs.csv", "--out", "out")
    assert code == 0, err
    assert names() == {"001-identity.png", "002-shape.png"}
