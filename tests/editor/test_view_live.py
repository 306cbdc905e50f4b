"""The view of previews, of a run's preparation and of how it ended."""

from __future__ import annotations

from dataclasses import replace

import ipywidgets as widgets
from viewing import html, settled

from styleforge.editor.state import Progress
from styleforge.editor.view.find import every, find
from styleforge.editor.view.running import Running
from styleforge.editor.widgets import Compare
from styleforge.run import beside


def compare(editor):
    return next(one for one in every(editor) if isinstance(one, Compare))


def said(editor):
    return html(editor, "sf-progress-words")


def test_words_are_seen_before_anything_is_run(chosen):
    find(chosen, "Shape in words").value = "tall"
    settled(chosen)
    assert compare(chosen).after_label == "Preview"
    assert len(compare(chosen).after)
    assert "A preview, made in" in said(chosen)
    assert "Run refines it." in said(chosen)
    assert find(chosen, "Accept", widgets.Button).disabled or not chosen.session.snapshot().shown
    find(chosen, "Run").click()
    settled(chosen)
    assert compare(chosen).after_label == "Result 1"
    find(chosen, "Shape in words").value = "wide"
    settled(chosen)
    assert compare(chosen).after_label == "Preview"
    find(chosen, "Look at Result 1").click()
    settled(chosen)
    assert compare(chosen).after_label == "Result 1"
    find(chosen, "Look at the preview").click()
    settled(chosen)
    assert compare(chosen).after_label == "Preview"


def test_a_run_that_failed_is_not_done(quick, monkeypatch):
    find(quick, "Run").click()
    settled(quick)
    assert "Done" in said(quick)

    def fails(forge, recipe):
        raise ZeroDivisionError("by chance")

    with monkeypatch.context() as patched:
        patched.setattr(beside, "problem_steps", fails)
        find(quick, "Run").click()
        settled(quick)
    assert "Done" not in said(quick)
    assert "Accept" not in said(quick)
    assert "The run failed; the message says why." in said(quick)


def test_one_clock(editor, monkeypatch):
    from styleforge.editor.view import running

    now = 1000.0
    monkeypatch.setattr(running.time, "monotonic", lambda: now)
    part = next(one for one in editor._parts if isinstance(one, Running))
    snapshot = editor.session.snapshot()

    def words(**progress):
        from dataclasses import replace

        given = Progress(**{"status": "running", "began": 940.0, **progress})
        part.draw(replace(snapshot, progress=given))
        return html(editor, "sf-progress-words")

    assert words(status="preparing") == "Reading what was asked for… 1 min 0 s so far."
    aligning = words(status="preparing", preparing="Aligning ada", prepared=1, to_prepare=4)
    assert aligning == "Aligning ada… 1 min 0 s so far."
    assert part.bar.value == 0.25
    last = words(
        stage="toy.look", stage_index=1, stage_count=2, step=3, steps=5, done=8, total=10,
        stage_left=2.0, left=30.0,
    )  # fmt: skip
    assert last == "Look (2 of 2): step 3 of 5. 1 min 0 s so far, about 30 s left."


def test_a_preview_that_no_longer_follows_is_said_to_be_from_before(chosen):
    find(chosen, "Shape in words").value = "tall"
    settled(chosen)
    seen = chosen.session.snapshot()
    assert seen.previewing
    running = replace(seen, progress=Progress(status="preparing", run="r1", label="Result 1"))
    chosen._draw(running)
    assert compare(chosen).after_label == "Preview, from before the run"
    chosen._draw(seen)
    assert compare(chosen).after_label == "Preview"
