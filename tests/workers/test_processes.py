"""Runs on worker processes: as they are here, though workers are stopped, killed and closed."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import replace

import pytest
import torch

from styleforge import edit
from styleforge.errors import UserError
from styleforge.recipe.condition import ImageRef, Swatch
from styleforge.run.checkpoint import read_header
from styleforge.run.events import Finished, Note, Step
from styleforge.run.executor import Executor, Keeping, Run
from styleforge.run.many import Parallel, Task, together
from styleforge.testing import toy
from styleforge.workers.pool import Pool


@pytest.fixture(scope="module")
def kept():
    """A forge whose workers live as long as the tests of this file."""
    forge = toy.toy_forge()
    yield forge
    forge.close()


@pytest.fixture
def pool(kept, pictures, monkeypatch) -> Pool:
    """Two workers, where the toy pictures lie."""
    monkeypatch.chdir(pictures)
    return kept.executor("processes:2")


def _steps(events):
    return [event.done for event in events if isinstance(event, Step)]


def test_a_worker_gives_what_is_given_here(kept, pool, recipe):
    assert isinstance(pool, Executor)
    assert isinstance(pool, Parallel)
    assert kept.executor("processes:2") is pool
    here = kept.executor("inline").submit(recipe, preview_every=5)
    there = pool.submit(recipe, preview_every=5)
    assert isinstance(there, Run)
    assert isinstance(there, Keeping)
    events, told = list(here), list(there)
    mine, theirs = here.result(), there.result()
    for name in ("image", "pasted", "generated", "latent"):
        assert torch.equal(getattr(mine, name), getattr(theirs, name))
    same = ("recipe", "status", "steps", "history", "notes")
    assert all(getattr(mine, name) == getattr(theirs, name) for name in same)
    assert mine.encoded().data == theirs.encoded().data
    kinds = [type(event) for event in events if isinstance(event, Step | Finished)]
    assert [type(event) for event in told if isinstance(event, Step | Finished)] == kinds
    pairs = zip(
        *([one for one in each if isinstance(one, Step)] for each in (events, told)), strict=True
    )
    for one, other in pairs:
        assert one.losses == other.losses
        assert (one.preview is None) == (other.preview is None)
        assert one.preview is None or torch.equal(one.preview, other.preview)
    assert list(there)[-1].result is theirs  # asked again, it is still there


def test_stopping_keeps_the_best_and_the_checkpoint(pool, recipe, tmp_path):
    long, path = recipe.with_steps(5000), tmp_path / "run.resume"
    run = pool.submit(long, checkpoint=path)
    for event in run:
        if isinstance(event, Step) and event.done == 3:
            run.stop()
    result = run.result()
    assert result.status == "stopped"
    assert 3 <= result.steps < 1000
    assert read_header(path)[1] == result.steps
    theirs, _ = read_header(path)
    again = pool.submit(theirs, checkpoint=path, resume=True)
    for event in again:
        if isinstance(event, Step):
            assert event.done == result.steps + 1
            again.stop()
            break
    with pytest.raises(UserError, match="run of another recipe"):
        pool.submit(replace(long, seed=3), checkpoint=path, resume=True)
    with pytest.raises(UserError, match="There is no checkpoint"):
        pool.submit(long, checkpoint=tmp_path / "gone", resume=True)


def test_a_run_that_was_stopped_before_it_began(pool, recipe):
    run = pool.submit(recipe.with_steps(5000))
    run.stop()
    assert run.result().status == "stopped"


def test_closing_the_events_ends_the_run_and_leaves_its_checkpoint(pool, recipe, tmp_path):
    events = iter(pool.submit(recipe.with_steps(5000), checkpoint=tmp_path / "run"))
    for event in events:
        if isinstance(event, Step):
            break
    events.close()
    done = read_header(tmp_path / "run")[1]
    assert 1 <= done < 1000
    waiting = [pool.submit(recipe.with_steps(5000)) for _ in range(3)]
    last = iter(waiting[-1])
    for run in waiting:
        run.stop()
    assert next(last) is not None
    last.close()


def test_a_worker_that_is_killed_costs_no_picture(kept, pool, recipe):
    long = recipe.with_steps(60)
    expected = kept.executor("inline").submit(long).result()
    run = pool.submit(long)
    said, killed = [], False
    for event in run:
        said.append(event)
        if isinstance(event, Step) and event.done == 10 and not killed:
            killed = True
            for number in pool.pids:
                os.kill(number, signal.SIGKILL)
    assert _steps(said) == list(range(1, 61))
    assert torch.equal(run.result().image, expected.image)
    assert run.result().history == expected.history
    assert run.result().notes == expected.notes
    notes = [event.text for event in said if isinstance(event, Note)]
    assert len(notes) < 2
    if notes:  # else it was done already
        assert notes[0].startswith("A worker was ended by SIGKILL, perhaps for want of memory. Its")
        assert notes[0].endswith("run begins anew on another one.")


def test_a_failure_is_what_it_is_here_and_the_worker_goes_on(kept, pool, recipe):
    gone = replace(recipe, identity=ImageRef("gone.png"))
    before = pool.pids
    for _ in range(3):
        with pytest.raises(UserError) as here:
            kept.executor("inline").submit(gone).result()
        with pytest.raises(UserError) as there:
            pool.submit(gone).result()
        assert str(here.value) == str(there.value)
        assert type(here.value) is type(there.value)
    assert set(before) <= set(pool.pids)


def test_a_list_of_pictures_is_edited_by_all_workers(kept, pool):
    asked = {"forge": kept, "executor": "processes:2", "appearance": "#204080"}
    batch = edit("toy", ["identity.png"] * 4, **asked)
    one = edit("toy", "identity.png", forge=kept, appearance="#204080")
    assert len(batch) == 4
    assert all(torch.equal(each.image, one.image) for each in batch)


def test_closing_many_stops_them(pool, recipe, tmp_path):
    tasks = [Task(recipe.with_steps(5000), tmp_path / f"{at}.resume") for at in range(3)]
    stream = together(pool, tasks)
    seen = set()
    for index, event in stream:
        if isinstance(event, Step):
            seen.add(index)
        if len(seen) == 2:
            break
    began = time.monotonic()
    stream.close()
    assert time.monotonic() - began < 20
    assert sorted(path.name for path in tmp_path.iterdir()) == ["0.resume", "1.resume"]


def test_a_state_can_be_kept_elsewhere(pool, recipe, tmp_path):
    run = pool.submit(recipe)
    run.result()
    assert run.keep(tmp_path / "kept.resume")
    assert read_header(tmp_path / "kept.resume")[1] == recipe.steps
    theirs, _ = read_header(tmp_path / "kept.resume")
    again = pool.submit(theirs, checkpoint=tmp_path / "kept.resume", resume=True).result()
    assert torch.equal(again.image, run.result().image)


def test_a_mapped_edit_needs_no_checkpoint(kept, pool):
    asked = {"toy.appearance": Swatch("#204080")}
    made = kept.recipe("toy", "toy-mapper", identity=ImageRef("identity.png"), conditions=asked)
    run = pool.submit(made)
    assert run.result().steps == 0
    assert not run.keep("nowhere.resume")
