"""Nothing that a user made is lost, whatever goes wrong: full disks, crashes, memory."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from sessions import LONG, MANY, messages

from styleforge import files
from styleforge.editor import EditSession
from styleforge.editor.loop import Loop
from styleforge.editor.storage import FILE, read
from styleforge.errors import UserError
from styleforge.hookspecs import hookimpl
from styleforge.prepare.images import read_recipe


def saved(session, wanted):
    """The session's file, once it is as wanted."""
    deadline = time.monotonic() + LONG
    while not (session.folder / FILE).exists() or not wanted(read(session.folder)):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return read(session.folder)


@pytest.fixture
def full(mapped, monkeypatch):
    """Files that the disk has no room for, by a part of their path."""
    refused = ["results"]
    private = files.private_beside

    def beside(path: Path):
        if any(one in str(path.relative_to(mapped.folder.parent)) for one in refused):
            raise OSError(28, "No space left on device")
        return private(path)

    monkeypatch.setattr(files, "private_beside", beside)
    return refused


# --- a disk that is full ------------------------------------------------------------------
def test_a_result_that_cannot_be_written_stays_in_memory(mapped, full, tmp_path):
    result = mapped.run(wait=True)
    now = mapped.snapshot()
    (made,) = now.candidates
    assert (made.status, now.shown) == ("done", made.id)
    assert "Result 1 is only in memory: export it now" in messages(mapped)[-1]
    assert now.messages[-1].level == "error"
    assert mapped.result() is result
    mapped.image(made.picture)
    mapped.export(tmp_path / "out.png")
    assert read_recipe(tmp_path / "out.png") == result.recipe
    assert not list(mapped.folder.glob("results/*.png"))


def test_room_again_brings_it_to_the_disk(ready, full):
    result = ready.set_preset("toy-look") or ready.run(wait=True)
    checkpoint = ready.folder / "runs" / "r1.resume"
    checkpoint.parent.mkdir(exist_ok=True)
    checkpoint.touch()  # a longer run would have left one
    full.clear()
    ready.set_seed(3)
    ready.save()
    assert "Result 1 is written now" in messages(ready)[-1]
    assert read_recipe(ready.folder / "results" / "r1.png") == result.recipe
    assert not checkpoint.exists()


def test_a_copy_elsewhere_has_what_could_not_be_written(mapped, full, tmp_path, forge):
    mapped.run(wait=True)
    full[:] = ["session/results"]
    copied = mapped.save(tmp_path / "copy")
    with EditSession.restore(copied, forge) as again:
        (made,) = again.snapshot().candidates
        again.image(made.picture)
        assert messages(again) == []


def test_a_session_that_cannot_be_saved_says_so_once(mapped, full):
    full.append(FILE)
    for seed in range(3):
        mapped.set_seed(seed)
        with pytest.raises(UserError, match="cannot be saved"):
            mapped.save()
        mapped._ask(mapped._save_if_changed)
    said = [one for one in mapped.snapshot().messages if "cannot be saved" in one.text]
    assert [one.level for one in said] == ["error"]
    full.clear()
    mapped.close()  # it was not forgotten that there is something to save
    assert read(mapped.folder).nodes[-1].edit.seed == 2


# --- saved while something runs -----------------------------------------------------------
def test_what_is_posted_all_the_time_is_saved_all_the_time():
    done = []
    loop = Loop(int, done.append, within=0.1, save=lambda: done.append("saved"))
    until = time.monotonic() + LONG
    while not done and time.monotonic() < until:
        loop.post(int)
        time.sleep(0.01)
    assert done == ["saved"]
    loop.close()


def test_changes_during_a_run_are_saved(ready, recorder):
    ready.set_steps(MANY)
    ready.run()
    begun = saved(ready, lambda one: one.runs == 1)
    assert [one.id for one in begun.unfinished] == ["r1"]
    ready.set_text("appearance", "blue")
    saved(ready, lambda one: one.nodes[-1].edit.attribute("toy.appearance").text == "blue")
    assert ready.snapshot().progress.active
    ready.stop()
    ready.wait(LONG)
    assert [one.id for one in saved(ready, lambda one: one.candidates).candidates] == ["r1"]


def test_every_cell_of_a_sweep_is_saved_when_it_is_done(mapped, monkeypatch):
    told = []
    written = mapped._write

    def write():
        written()
        told.append(len(read(mapped.folder).candidates))

    monkeypatch.setattr(mapped, "_write", write)
    mapped.sweep({"shape": [0, 0.5, 1]})
    mapped.wait(LONG)
    assert {0, 1, 2, 3} <= set(told)


def test_no_file_of_a_run_is_written_over(mapped):
    old = mapped.folder / "results" / "r1.png"
    old.parent.mkdir(parents=True)
    old.write_bytes(b"of a run that the session's file does not know")
    mapped.run(wait=True)
    assert [one.id for one in mapped.snapshot().candidates] == ["r2"]
    assert old.read_bytes().startswith(b"of a run")


# --- runs that end badly ------------------------------------------------------------------
class Quitter:
    """A plugin that ends the program."""

    def __init__(self) -> None:
        self.left = 1

    @hookimpl
    def before_run(self):
        if self.left:
            self.left -= 1
            raise SystemExit("no")


def test_a_plugin_that_exits_ends_the_run_and_nothing_else(mapped, forge):
    forge.use(Quitter(), "quitter")
    mapped.run()
    mapped.run()
    assert mapped.wait(LONG)
    assert "SystemExit: no" in " ".join(messages(mapped))
    assert mapped.snapshot().progress.status == "idle"
    assert mapped.snapshot().candidates[-1].status == "done"


@pytest.mark.parametrize("where", ["run.result.Result.encoded", "editor.runs.curves_of"])
def test_a_failure_at_the_end_of_a_run_is_a_sentence(mapped, monkeypatch, where):
    def broken(*_):
        raise ZeroDivisionError("by chance")

    with monkeypatch.context() as patch:
        patch.setattr(f"styleforge.{where}", broken)
        mapped.run()
        mapped.run()
        assert mapped.wait(LONG)
    assert "ZeroDivisionError: by chance" in messages(mapped)[-1]
    assert mapped.run(wait=True).status == "done"


# --- memory -------------------------------------------------------------------------------
def test_large_results_live_as_files(mapped, monkeypatch):
    from styleforge.editor import runs

    monkeypatch.setattr(runs, "BYTES", 1)
    mapped.run(wait=True)
    mapped.set_seed(1)
    last = mapped.run(wait=True)
    assert mapped.result("r2") is last
    with pytest.raises(UserError, match="only the picture is kept"):
        mapped.result("r1")
    assert mapped.export_bytes("r1").startswith(b"\x89PNG")
