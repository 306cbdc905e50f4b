"""The view of the queue without a browser: rows, order, cancel, hold."""

from __future__ import annotations

from dataclasses import replace

from sessions import MANY
from viewing import html, settled

from styleforge.editor.view.find import find
from styleforge.editor.view.wiring import is_shown


def test_runs_are_queued_ordered_cancelled_and_held(chosen, recorder):
    session = chosen.session
    waits = find(chosen, "Show the queue")
    assert not is_shown(waits)
    session.set_steps(MANY)
    run = find(chosen, "Run")
    run.click()
    recorder.until(lambda one: one.progress.done > 1)
    session.set_preset("toy-mapper")
    for colour in ("red", "blue"):
        session.set_text("appearance", colour)
        run.click()
    recorder.until(lambda one: len(one.queue) == 3)
    chosen._pump.wait(60)
    chosen._draw(session.snapshot())
    assert run.description == "Queue"
    assert (waits.description, is_shown(waits)) == ("2 waiting", True)
    rows = html(chosen, "sf-queued-text")
    assert "<b>Result 1</b> runs now<br>identity; Shape: shape" in rows
    assert rows.index("Colour: red") < rows.index("Colour: blue")
    assert find(chosen, "Earlier: Result 2").disabled
    assert find(chosen, "Later: Result 3").disabled
    waits.click()
    assert chosen._tabs.titles[chosen._tabs.selected_index] == "Queue"

    find(chosen, "Earlier: Result 3").click()
    recorder.until(lambda one: [entry.id for entry in one.queue] == ["r1", "r3", "r2"])
    find(chosen, "Cancel Result 2").click()
    recorder.until(lambda one: [entry.id for entry in one.queue] == ["r1", "r3"])
    find(chosen, "Stop").click()
    assert [one.state for one in settled(chosen).queue] == ["hold"]
    assert (run.description, waits.description) == ("Run", "1 on hold")
    assert "on hold" in html(chosen, "sf-queued-text")
    chosen._draw(replace(settled(chosen), shown=""))  # as after a reload before the first result
    assert html(chosen, "sf-progress-words") == "1 on hold: Go on is in the tab Queue."
    find(chosen, "Go on").click()
    snapshot = settled(chosen)
    assert [one.id for one in snapshot.candidates] == ["r1", "r3"]
    assert not is_shown(waits)
    assert not html(chosen, "sf-queued-text")
    assert find(chosen, "Look at Result 3 (done): identity; Shape: shape, Colour: blue")
