"""What commands write: never over what a result is made of, nor over a run that is not finished."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from styleforge.errors import UserError
from styleforge.prepare.images import load_image, read_recipe
from styleforge.run import checkpoint
from styleforge.run.checkpoint import read_header
from styleforge.run.course import Course
from styleforge.run.events import Step
from styleforge.run.executor import Inline
from styleforge.run.job import Job
from styleforge.run.result import Result


@pytest.fixture
def own(tmp_path, monkeypatch, cli):
    """A folder of one's own with the pictures, to work in."""
    for name in ("identity", "shape", "appearance"):
        shutil.copy(f"{name}.png", tmp_path)
    monkeypatch.chdir(tmp_path)
    return cli


START = ("--identity", "identity.png", "--shape", "shape.png")


@pytest.mark.parametrize("command", ["transfer", "edit"])
@pytest.mark.parametrize("name", ["identity.png", "shape.png", "linked.png", "./identity.png"])
def test_no_picture_of_the_edit_is_overwritten(own, refused, command, name):
    os.link("shape.png", "linked.png")
    before = Path(name).read_bytes()
    refused(own(command, "toy", *START, "-o", name), "would overwrite", "another name")
    assert Path(name).read_bytes() == before


def test_nor_is_a_result_that_is_read(own, refused):
    assert (
        own("edit", "toy", "--identity", "identity.png", "--shape", "tall", "-o", "a.png")[0] == 0
    )
    before = Path("a.png").read_bytes()
    towards = ("edit", "toy", *START, "--interpolate", "a.png", "-o", "a.png")
    refused(own(*towards), "-o a.png would overwrite a.png")
    refused(own("reproduce", "a.png", "-o", "a.png"), "-o a.png would overwrite a.png")
    refused(own("reproduce", "a.png", "-o", "identity.png"), "would overwrite identity.png")
    assert Path("a.png").read_bytes() == before


@pytest.fixture
def stopped(own, forge):
    """A run of the toy that was stopped after 3 of 8 steps, kept beside out.png."""
    code, _, err = own("transfer", "toy", *START, "--save-recipe", "r.json", "-o", "out.png")
    assert code == 0, err
    job = Job(forge, read_recipe("r.json"), checkpoint="out.png.resume")
    for event in job:
        if isinstance(event, Step) and event.done == 3:
            job.stop()
    return own


def test_a_new_run_leaves_a_stopped_one_alone(stopped, refused):
    kept = Path("out.png.resume").read_bytes()
    again = "styleforge transfer toy --resume out.png.resume -o out.png"
    same = stopped("transfer", "toy", *START, "-o", "out.png")
    refused(same, "out.png.resume holds this run, which ended after 3 of 8 steps", again, "delete")
    other = stopped("transfer", "toy", *START, "--seed", 1, "-o", "out.png")
    refused(other, "out.png.resume holds another run, which ended after 3 of 8", again, "delete")
    refined = ("edit", "toy", *START, "--refine", "toy-look", "-o", "out.png")
    refused(stopped(*refined), "out.png.resume holds another run")
    assert Path("out.png.resume").read_bytes() == kept
    code, _, err = stopped(*again.split()[1:])
    assert code == 0, err
    assert not Path("out.png.resume").exists()
    code, _, err = stopped("transfer", "toy", *START, "--seed", 1, "-o", "out.png")
    assert code == 0, err


def test_what_is_no_checkpoint_is_in_the_way(own, refused):
    Path("out.png.resume").write_text("mine")
    refused(own("transfer", "toy", *START, "-o", "out.png"), "not a checkpoint", "move it")
    assert Path("out.png.resume").read_text() == "mine"


def test_stopped_before_the_first_step_leaves_nothing(own, monkeypatch, refused):
    begun = Course.events

    def stopped_at_once(self):
        self.stop.set()
        return begun(self)

    monkeypatch.setattr(Course, "events", stopped_at_once)
    refused(own("transfer", "toy", *START, "-o", "out.png"), "before the first step")
    assert not list(Path().glob("out.png*"))


def test_two_runs_of_one_name_leave_both_results(own, monkeypatch):
    """The second one to end does not replace what it did not see when it began."""
    begun = Course.events
    Path("out.png").write_bytes(b"older")  # which the first one may replace

    def beside_another(self):
        yield from begun(self)
        Path("out.png").write_bytes(b"of another run")

    with monkeypatch.context() as two:
        two.setattr(Course, "events", beside_another)
        code, _, err = own("transfer", "toy", *START, "-o", "out.png")
    assert code == 0, err
    assert "out.png was written by something else meanwhile; this result goes to out-2.png." in err
    assert Path("out.png").read_bytes() == b"of another run"
    assert own("transfer", "toy", *START, "-o", "out.png")[0] == 0
    assert load_image("out-2.png").equal(load_image("out.png"))


# --- a full disk -------------------------------------------------------------------------------
def cannot(*_: object, **__: object) -> None:
    msg = "out.png cannot be written: No space left on device."
    raise UserError(msg)


def test_a_result_that_cannot_be_saved_is_kept_as_a_run(own, monkeypatch, refused):
    with monkeypatch.context() as full:
        full.setattr(Result, "save", cannot)
        answer = own("transfer", "toy", *START, "-o", "out.png")
    refused(answer, "No space left", "The run is kept in out.png.resume", "--resume")
    assert read_header("out.png.resume")[1] == 8
    code, _, err = own("transfer", "toy", "--resume", "out.png.resume")
    assert code == 0, err
    whole = load_image("out.png")
    assert own("transfer", "toy", *START, "-o", "again.png")[0] == 0
    assert load_image("again.png").equal(whole)


class Elsewhere:
    """A run of another executor, which is no `Job`."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.stop, self.result, self.keep = job.stop, job.result, job.keep

    def __iter__(self):
        return iter(self.job)


def test_a_run_of_another_executor_is_kept_too(own, monkeypatch, refused):
    submit = Inline.submit
    with monkeypatch.context() as full:
        full.setattr(Inline, "submit", lambda *of, **how: Elsewhere(submit(*of, **how)))
        full.setattr(Result, "save", cannot)
        answer = own("transfer", "toy", *START, "-o", "out.png")
    refused(answer, "No space left", "The run is kept in out.png.resume")
    assert read_header("out.png.resume")[1] == 8


def test_neither_result_nor_checkpoint_can_be_saved(own, monkeypatch, refused):
    def full(*_: object) -> None:
        msg = "No space left on device"
        raise OSError(28, msg)

    monkeypatch.setattr(Result, "save", cannot)
    monkeypatch.setattr(checkpoint, "save_file", full)
    answer = own("transfer", "toy", *START, "-o", "out.png")
    refused(answer, "out.png cannot be written", "checkpoint out.png.resume cannot be written")
    assert "--resume" not in answer[2]


def test_a_failed_run_says_how_to_go_on(own, monkeypatch, refused):
    from styleforge.errors import Diverged
    from styleforge.run import engine

    checked = engine._Run._check_finite

    def diverge(self, losses, stage):
        if self.state.done == 5:
            msg = "It diverged."
            raise Diverged(msg)
        checked(self, losses, stage)

    with monkeypatch.context() as broken:
        broken.setattr(engine._Run, "_check_finite", diverge)
        answer = own("transfer", "toy", *START, "-o", "out.png")
    refused(answer, "failed after 5 steps", "Once that is mended", "--resume out.png.resume")
    assert Path("out.png").exists()
    code, _, err = own("transfer", "toy", "--resume", "out.png.resume")
    assert code == 0, err
    assert "8 steps" in err


def test_a_recipe_is_whole_or_as_it_was(own, monkeypatch, refused):
    Path("r.json").write_text("older")
    write = Path.write_bytes

    def half(self, data):
        if "r.json" in self.name:
            write(self, data[:10])
            raise OSError(28, "No space left on device")
        return write(self, data)

    monkeypatch.setattr(Path, "write_bytes", half)
    answer = own("edit", "toy", *START, "--save-recipe", "r.json", "-o", "out.png")
    refused(answer, "r.json cannot be written: No space left")
    assert Path("r.json").read_text() == "older"
    assert [path.name for path in Path().iterdir() if "r.json" in path.name] == ["r.json"]
