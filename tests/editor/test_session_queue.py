"""The queue: what runs and what waits is seen, ordered, cancelled, held, and lost by nothing."""

from __future__ import annotations

import pytest
from sessions import LONG, MANY

from styleforge.editor import EditSession
from styleforge.editor.storage import FILE


@pytest.fixture
def three(ready, recorder):
    """A long run, and two that wait behind it: red, then blue."""
    ready.set_steps(MANY)
    ready.run()
    recorder.until(lambda one: one.progress.done > 1)
    ready.set_preset("toy-mapper")
    for colour in ("red", "blue"):
        ready.set_text("appearance", colour)
        ready.run()
    recorder.until(lambda one: len(one.queue) == 3)
    return ready


def queue(session):
    session._ask(lambda: None)  # what was posted is done
    session._ask(lambda: None)  # and told
    return session.snapshot().queue


def states(session):
    return [(one.id, one.state) for one in queue(session)]


def test_it_says_what_each_is(three):
    entries = queue(three)
    assert [one.label for one in entries] == ["Result 1", "Result 2", "Result 3"]
    assert [one.state for one in entries] == ["running", "waiting", "waiting"]
    assert entries[0].about == "identity; Shape: shape"
    assert entries[1].about.endswith("Colour: red")
    assert entries[2].about.endswith("Colour: blue")
    assert three.snapshot().progress.queued == 2


def test_the_order_is_changed_and_results_come_in_it(three):
    three.move("r3", 0)
    assert states(three) == [("r1", "running"), ("r3", "waiting"), ("r2", "waiting")]
    three.cancel("r1")  # this one alone: the next begins
    assert three.wait(LONG)
    made = three.snapshot().candidates
    assert [(one.id, one.status) for one in made] == [
        ("r1", "stopped"), ("r3", "done"), ("r2", "done"),
    ]  # fmt: skip
    assert made[1].about.endswith("Colour: blue")
    assert queue(three) == ()


def test_one_is_cancelled(three):
    three.cancel("r2")
    assert states(three) == [("r1", "running"), ("r3", "waiting")]
    three.cancel("r1")
    assert three.wait(LONG)
    assert [one.id for one in three.snapshot().candidates] == ["r1", "r3"]
    three.cancel("r2")
    three.move("r2", 0)
    three.wait(LONG)
    assert "does not wait in the queue" in three.snapshot().messages[-1].text


def test_stop_puts_what_waits_on_hold(three):
    three.stop()
    assert three.wait(LONG)  # what is on hold is not waited for
    assert states(three) == [("r2", "hold"), ("r3", "hold")]
    assert three.snapshot().progress.queued == 0
    three.set_text("appearance", "green")
    three.run(wait=True, timeout=LONG)  # what is asked for now does not wait for them
    assert states(three) == [("r2", "hold"), ("r3", "hold")]
    three.continue_queue()
    assert three.wait(LONG)
    assert [one.id for one in three.snapshot().candidates] == ["r1", "r4", "r2", "r3"]


def test_it_is_cleared(three):
    three.clear_queue()
    assert states(three) == [("r1", "running")]
    three.stop()


def test_who_waits_for_a_run_is_told_that_it_was_stopped(three):
    import threading

    from styleforge.errors import UserError

    said = []

    def wait():
        try:
            three.run(wait=True, timeout=LONG)
        except UserError as error:
            said.append(str(error))

    waiter = threading.Thread(target=wait)
    waiter.start()
    while len(queue(three)) < 4:
        pass
    three.stop()
    waiter.join(LONG)
    assert said == ["Result 4 was taken off the queue before it began."]
    assert [one.id for one in queue(three) if one.state == "hold"] == ["r2", "r3"]


def test_it_outlives_a_restart(three, forge):
    three.save()
    as_it_was = (three.folder / FILE).read_text()
    three.close()
    (three.folder / FILE).write_text(as_it_was)  # as if it had been killed
    with EditSession.restore(three.folder, forge) as again:
        now = again.snapshot()
        assert now.interrupted == ("r1",)
        assert [(one.id, one.state, one.about) for one in now.queue] == [
            ("r2", "hold", "identity; Shape: shape, Colour: red"),
            ("r3", "hold", "identity; Shape: shape, Colour: blue"),
        ]
        assert any("2 runs wait in the queue" in one.text for one in now.messages)
        again.continue_queue()
        assert again.wait(LONG)
        assert [one.id for one in again.snapshot().candidates] == ["r2", "r3"]
        assert [one.edit.attribute("toy.appearance").text for one in
                again.snapshot().candidates] == ["red", "blue"]  # fmt: skip


def test_closing_keeps_it(three, forge):
    three.close()
    with EditSession.restore(three.folder, forge) as again:
        assert [one.id for one in again.snapshot().queue] == ["r2", "r3"]
        again.clear_queue()
        again.wait(LONG)
    with EditSession.restore(three.folder, forge) as again:
        assert again.snapshot().queue == ()


def test_a_run_that_had_not_begun_its_steps_waits_again(mapped, forge):
    """Killed while it prepared: there is no checkpoint, and it is not lost."""
    from styleforge.editor import storage
    from styleforge.editor.storage import _SavedRun

    run = mapped._ask(lambda: mapped._new_run(mapped._model.edit))
    saved = mapped._ask(mapped._saved)
    mapped.close()
    from dataclasses import replace

    storage.write(replace(saved, unfinished=(_SavedRun.of(run),)), mapped.folder)
    with EditSession.restore(mapped.folder, forge) as again:
        assert [(one.id, one.state) for one in again.snapshot().queue] == [("r1", "hold")]
        again.continue_queue()
        assert again.wait(LONG)
        assert [one.id for one in again.snapshot().candidates] == ["r1"]


def test_a_sweep_is_one_entry(three):
    three.sweep({"shape": [0, 0.5, 1]})
    entry = queue(three)[-1]
    assert (entry.state, entry.runs) == ("waiting", 3)
    three.move(entry.id, 0)
    assert [one.id for one in queue(three)] == ["r1", entry.id, "r2", "r3"]
    three.cancel(entry.id)
    assert [one.id for one in queue(three)] == ["r1", "r2", "r3"]
    three.stop()
