"""Runs: progress, stop, queue and failures."""

from __future__ import annotations

import threading
import time

import pytest
import torch
from sessions import LONG, MANY, messages

from styleforge.errors import Refused, UserError
from styleforge.hookspecs import hookimpl


def test_a_run_shows_its_progress_and_ends_as_a_candidate(ready, recorder, monkeypatch):
    told, take = [], ready._take_progress
    # Subscribers see what is newest; a busy machine may leave out steps between.
    monkeypatch.setattr(ready, "_take_progress", lambda one: (told.append(one), take(one)))
    result = ready.run(wait=True)
    now = ready.snapshot()
    (made,) = now.candidates
    assert result.status == made.status == "done"
    assert (made.steps, made.base) == (8, now.identity.id)
    assert now.shown == made.id
    assert now.candidate == made
    assert now.compare == (now.identity, now.pictures[made.picture])
    assert set(made.losses) >= {"toy.shape", "toy.appearance"}
    assert made.cosines
    assert any(one.progress.status == "running" for one in recorder.seen)
    told = [one for one in told if one.status == "running"]
    assert told[0].stage == "toy.structure"
    assert told[-1].stage == "toy.look"
    assert (told[-1].done, told[-1].total) == (8, 8)
    assert 0.9 < told[-1].share < 1  # the picture is still to be composed
    assert told[-1].left == 0
    assert told[-1].losses["toy.appearance"].steps[-1] == 8
    assert told[-1].preview.startswith(b"\xff\xd8")  # a JPEG
    assert recorder.seen[-1].progress.status == "idle"


def test_a_candidate_is_the_result_of_its_recipe(ready):
    result = ready.run(wait=True)
    (made,) = ready.snapshot().candidates
    assert torch.equal(ready.result().photo, result.photo)
    from styleforge.prepare.images import load_image, read_recipe

    path = ready.snapshot().pictures[made.picture].source
    assert read_recipe(path) == result.recipe
    assert (load_image(path) - result.photo).abs().max() <= 1.01 / 127.5


def test_a_command_returns_before_anything_runs(ready):
    ready.set_steps(MANY)
    began = time.monotonic()
    ready.run()
    ready.set_strength("shape", 0.5)
    assert time.monotonic() - began < 0.5
    ready.stop()
    assert ready.wait(LONG)


def test_stop_keeps_the_best_and_the_run_can_go_on(ready, recorder):
    ready.set_steps(MANY)
    ready.run()
    recorder.until(lambda one: one.progress.done > 3)
    ready.set_strength("shape", 0.5)  # the controls live on meanwhile
    ready.stop()
    assert ready.wait(LONG)
    (made,) = ready.snapshot().candidates
    assert made.status == "stopped"
    assert 3 < made.steps < MANY
    assert made.edit.attributes["toy.shape"].strength == 1
    assert ready.snapshot().attribute("shape").strength == 0.5
    recorder.seen.clear()
    ready.resume(made.id)
    recorder.until(lambda one: one.progress.done > made.steps)
    ready.stop()
    assert ready.wait(LONG)
    assert ready.snapshot().candidates[-1].steps > made.steps


def test_stopped_before_the_first_step_is_no_error(ready):
    class Stopper:
        @hookimpl
        def before_run(self):
            ready.stop()
            time.sleep(0.5)  # the session's thread passes it on

    ready.forge.use(Stopper(), "stopper")
    ready.run()
    assert ready.wait(LONG)
    assert ready.snapshot().candidates == ()
    said = [one for one in ready.snapshot().messages if "before the first step" in one.text]
    assert [one.level for one in said] == ["note"]
    with pytest.raises(UserError, match="before the first step"):
        ready.run(wait=True)


def test_previews_come_at_most_four_times_a_second(ready, recorder):
    ready.set_steps(MANY)
    began = time.monotonic()
    ready.run()
    recorder.until(lambda one: one.progress.done > 10)
    time.sleep(1.5)
    ready.stop()
    ready.wait(LONG)
    took = time.monotonic() - began
    previews = [one.progress.preview for one in recorder.seen if one.progress.preview]
    assert 2 <= len(set(previews)) <= 4 * took + 2


def test_runs_wait_for_each_other(mapped):
    for seed in range(3):
        mapped.set_seed(seed)
        mapped.run()
    mapped.wait(LONG)
    assert [one.edit.seed for one in mapped.snapshot().candidates] == [0, 1, 2]


def test_a_run_may_replace_the_one_in_progress(ready, recorder):
    ready.set_steps(MANY)
    ready.run()
    ready.run()
    recorder.until(lambda one: one.progress.done > 1 and one.progress.queued == 1)
    ready.set_steps(2)
    ready.run(replace=True)
    assert ready.wait(LONG)
    assert [one.status for one in ready.snapshot().candidates] == ["stopped", "done"]
    assert ready.snapshot().progress.queued == 0


def test_a_run_that_cannot_start_says_why(session):
    session.run()
    session.wait(LONG)
    assert "Choose the picture that is edited." in messages(session)[0]
    with pytest.raises(UserError, match="Choose the picture"):
        session.run(wait=True)


def test_a_failed_run_is_a_sentence_and_the_next_one_works(mapped, monkeypatch):
    from styleforge.run import beside

    def broken(*_):
        raise ZeroDivisionError("by chance")

    with monkeypatch.context() as patch:
        patch.setattr(beside, "problem_steps", broken)
        with pytest.raises(UserError, match="ZeroDivisionError: by chance"):
            mapped.run(wait=True)
    assert "ZeroDivisionError" in messages(mapped)[-1]
    assert mapped.snapshot().progress.status == "idle"
    assert mapped.run(wait=True).status == "done"
    assert not [one for one in mapped.snapshot().messages if one.level == "error"]  # it is over


def test_a_run_that_worked_hides_no_failure_that_came_after_it_was_asked_for(mapped, monkeypatch):
    from styleforge.run import beside

    begin, hold = threading.Event(), beside.problem_steps

    def broken(*given):
        begin.wait(LONG)
        monkeypatch.setattr(beside, "problem_steps", hold)
        raise ZeroDivisionError("by chance")

    monkeypatch.setattr(beside, "problem_steps", broken)
    mapped.run()
    mapped.run()  # waits behind it
    begin.set()
    mapped.wait(LONG)
    assert len(mapped.snapshot().candidates) == 1
    (error,) = (one for one in mapped.snapshot().messages if one.level == "error")
    assert "ZeroDivisionError" in error.text


def test_a_plugin_may_refuse_a_run(mapped, forge):
    class Policy:
        @hookimpl
        def before_run(self, recipe):
            raise Refused("Not this picture.")

    forge.use(Policy())
    mapped.run()
    mapped.wait(LONG)
    assert messages(mapped)[-1] == "Not this picture."
    assert mapped.snapshot().candidates == ()


def test_pictures_are_prepared_once(mapped, monkeypatch):
    from styleforge.prepare import cache as prepared

    calls = []
    monkeypatch.setattr(prepared, "prepare", _counting(prepared.prepare, calls))
    mapped.run(wait=True)
    mapped.set_strength("shape", 2)
    mapped.run(wait=True)
    assert len(calls) == 2  # the identity and the reference


def _counting(function, calls):
    def count(*args, **named):
        calls.append(args)
        return function(*args, **named)

    return count
