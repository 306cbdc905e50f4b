"""Runs that end in the middle of a step, or whose checkpoint cannot be written: nothing is lost."""

from __future__ import annotations

import contextlib
from dataclasses import replace

import pytest
import torch
from safetensors import SafetensorError

from styleforge.errors import UserError
from styleforge.hookspecs import hookimpl
from styleforge.recipe.objective import Term
from styleforge.run import checkpoint, course, engine, kept
from styleforge.run.checkpoint import load_checkpoint, save_checkpoint
from styleforge.run.events import Note, Step
from styleforge.run.job import Job
from styleforge.run.start import begin
from styleforge.run.state import moved


class Interrupting:
    """A plugin with a loss that raises at its n-th call."""

    def __init__(self, call: int, error: BaseException | None):
        self.call, self.error = call, error

    def loss(self, view):
        self.call -= 1
        if self.call == 0 and self.error is not None:
            raise self.error
        return view.image.square().mean()

    @hookimpl
    def register_losses(self, register):
        register(self.loss, name="glow")


@pytest.fixture
def recipe(forge):
    """The toy's LOHO with a term more in each stage."""
    made = forge.recipe("toy")
    term = Term("glow", "glow", weight=0.1)
    stages = tuple(replace(one, objective=one.objective + term) for one in made.stages)
    return replace(made, stages=stages)


@pytest.fixture
def whole(forge, recipe, problem):
    """The result of a run that nobody interrupted."""
    forge.use(Interrupting(0, None), "glow")
    return Job(forge, recipe, problem).result()


def same(first, second) -> bool:
    mine, theirs = (first.latent, *first.noise), (second.latent, *second.noise)
    return all(torch.equal(a, b) for a, b in zip(mine, theirs, strict=True))


def test_a_run_without_memory_for_its_first_step_says_so(forge, recipe, problem):
    forge.use(Interrupting(1, MemoryError()), "glow")
    with pytest.raises(UserError, match="not enough memory"):
        Job(forge, recipe, problem).result()


# 5 is the first step of the second stage: frozen regions, and layers that nobody asked for yet
@pytest.mark.parametrize("step", [2, 5, 7])
@pytest.mark.parametrize("error", [KeyboardInterrupt(), MemoryError()])
def test_a_step_that_was_cut_off_is_taken_again(
    forge, recipe, problem, whole, tmp_path, step, error
):
    forge.use(Interrupting(step, error), "glow")
    with contextlib.suppress(KeyboardInterrupt):  # the other ends with the best as the result
        Job(forge, recipe, problem, checkpoint=tmp_path / "c").result()
    assert load_checkpoint(tmp_path / "c")[0].done == step - 1
    forge.use(Interrupting(0, None), "glow")
    assert same(Job.resume(forge, tmp_path / "c", problem).result(), whole)


def test_half_an_update_is_not_kept(forge, recipe, problem, whole, tmp_path, monkeypatch):
    """Adam has moved, the step is not counted: the checkpoint before it stays."""
    calls = []

    def interrupted(item):
        calls.append(item)
        if len(calls) == 3 * len(begin(problem, recipe).noise):
            raise KeyboardInterrupt
        return normalize(item)

    normalize = engine.normalize_noise
    monkeypatch.setattr(engine, "normalize_noise", interrupted)
    monkeypatch.setattr(kept, "SAVE_EVERY", 0.0)
    with pytest.raises(KeyboardInterrupt):
        Job(forge, recipe, problem, checkpoint=tmp_path / "c").result()
    monkeypatch.setattr(engine, "normalize_noise", normalize)
    assert load_checkpoint(tmp_path / "c")[0].done == 2
    assert same(Job.resume(forge, tmp_path / "c", problem).result(), whole)


# --- checkpoints that cannot be written --------------------------------------------------------
def full(*_: object) -> None:
    msg = "I/O error: No space left on device (os error 28)"
    raise SafetensorError(msg)


def notes_of(run: Job, stop: int = 0) -> list[str]:
    notes = []
    for event in run:
        if isinstance(event, Step) and event.done == stop:
            run.stop()
        if isinstance(event, Note):
            notes.append(event.text)
    return notes


def test_a_full_disk_is_a_sentence_and_leaves_nothing(
    forge, recipe, problem, tmp_path, monkeypatch
):
    def half(tensors, path, header):
        path.write_bytes(b"half")
        full()

    monkeypatch.setattr(checkpoint, "save_file", half)
    with pytest.raises(UserError, match=r"c cannot be written: .*No space left"):
        save_checkpoint(tmp_path / "c", begin(problem, recipe), recipe)
    assert not list(tmp_path.glob("c*"))


@pytest.mark.usefixtures("whole")
def test_a_stopped_run_has_its_result_without_a_checkpoint(forge, recipe, problem, tmp_path):
    (tmp_path / "file").touch()
    run = Job(forge, recipe, problem, checkpoint=tmp_path / "file" / "c")
    (note,) = notes_of(run, stop=2)
    assert "cannot be written" in note
    assert "cannot be resumed" in note
    assert (run.result().status, run.result().steps) == ("stopped", 2)


@pytest.mark.usefixtures("whole")
def test_a_run_goes_on_where_checkpoints_fail(forge, recipe, problem, tmp_path, monkeypatch):
    monkeypatch.setattr(checkpoint, "save_file", full)
    monkeypatch.setattr(kept, "SAVE_EVERY", 0.0)
    run = Job(forge, recipe, problem, checkpoint=tmp_path / "c")
    assert len(notes_of(run)) == 1  # said once, not at every step
    assert run.result().status == "done"


def test_a_failed_run_keeps_its_best_without_a_checkpoint(
    forge, recipe, problem, tmp_path, monkeypatch
):
    forge.use(Interrupting(3, ValueError("oops")), "glow")
    monkeypatch.setattr(checkpoint, "save_file", full)
    run = Job(forge, recipe, problem, checkpoint=tmp_path / "c")
    written, failed = notes_of(run)
    assert "No space left" in written
    assert "oops" in failed
    assert (run.result().status, run.result().steps) == ("failed", 2)


def test_an_abort_stays_an_abort(forge, recipe, problem, tmp_path, monkeypatch):
    forge.use(Interrupting(3, KeyboardInterrupt()), "glow")
    monkeypatch.setattr(checkpoint, "save_file", full)
    with pytest.raises(KeyboardInterrupt) as caught:
        Job(forge, recipe, problem, checkpoint=tmp_path / "c").result()
    assert "No space left" in caught.value.__notes__[0]


# --- other devices -----------------------------------------------------------------------------
@pytest.mark.usefixtures("whole")
def test_a_state_moves_with_all_it_holds(forge, recipe, problem, tmp_path):
    run = Job(forge, recipe, problem, checkpoint=tmp_path / "c")
    notes_of(run, stop=6)
    state, _ = load_checkpoint(tmp_path / "c")
    assert moved(state, torch.device("cpu")) is state
    there = moved(state, torch.device("meta"))
    assert (there.stage, there.step, there.done) == (state.stage, state.step, state.done)
    moments = there.moments.values()
    held = [
        *(there.latent, there.start, *there.noise, there.best.latent, *there.best.noise),
        *(there.picture, *there.regions.values()),
        *(one for item in moments for one in (item.exp_avg, item.exp_avg_sq)),
    ]
    assert {item.device.type for item in held} == {"meta"}
    assert len(moments) == 1 + len(there.noise)
    assert state.latent.device.type == "cpu"


def test_a_preview_that_cannot_be_made_costs_the_previews_and_not_the_run(
    forge, problem, monkeypatch
):
    def broken(*_):
        msg = "The component 'compose/gone' drew nothing."
        raise UserError(msg)

    monkeypatch.setattr(course, "preview_of", broken)
    events = list(Job(forge, forge.recipe("toy"), problem, preview_every=1))
    steps = [one for one in events if isinstance(one, Step)]
    assert not [one for one in steps if one.preview is not None]
    result = events[-1].result
    assert result.status == "done"
    why = "The component 'compose/gone' drew nothing. The run goes on without previews."
    assert result.notes.count(why) == 1
