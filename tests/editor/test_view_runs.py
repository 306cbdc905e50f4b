"""The view without a browser: runs, candidates, history and sweeps."""

from __future__ import annotations

import ipywidgets as widgets
from viewing import html, settled

from styleforge.editor.view.find import every, find
from styleforge.editor.view.wiring import is_shown
from styleforge.editor.widgets import Compare


def test_run_progress_stop(chosen, recorder):
    find(chosen, "Steps").value = 4000
    settled(chosen)
    run, stop = find(chosen, "Run"), find(chosen, "Stop")
    shares = []
    bar = find(chosen, "How much of the run is done")
    bar.observe(lambda change: shares.append(change["new"]), names="value")
    said = next(one for one in every(chosen) if "sf-progress-words" in one._dom_classes)
    sentences = []
    said.observe(lambda change: sentences.append(change["new"]), names="value")
    run.click()
    recorder.until(lambda snapshot: snapshot.progress.step > 5)
    while len(set(shares)) < 3:
        chosen._pump.wait(1)
        recorder.until(lambda snapshot: snapshot.progress.step > 5)
    assert not stop.disabled
    stop.click()
    snapshot = settled(chosen)
    assert [one.status for one in snapshot.candidates] == ["stopped"]
    assert shares == [*sorted(shares[:-1]), 0.0]
    assert any("Structure (1 of 2): step" in one for one in sentences)
    assert "Stopped, best kept after" in said.value
    assert stop.disabled
    assert not html(chosen, "sf-figure")  # folded away
    find(chosen, "Details").value = True
    settled(chosen)
    assert "Losses" in html(chosen, "sf-figure")
    assert not find(chosen, "Accept").disabled
    resume = find(chosen, "Resume")
    assert is_shown(resume)
    before = snapshot.candidates[0].steps
    resume.click()
    recorder.until(lambda snapshot: snapshot.progress.done > before)
    stop.click()
    assert len(settled(chosen).candidates) == 2


def test_look_accept_undo_discard(quick):
    find(quick, "Run").click()
    snapshot = settled(quick)
    compare = next(one for one in every(quick) if isinstance(one, Compare))
    assert compare.before_label == "Identity: identity"
    assert compare.after_label.startswith("Result")
    assert len(compare.before)
    assert len(compare.after)
    assert bytes(compare.before) != bytes(compare.after)
    before = snapshot.identity.id
    find(quick, "Accept").click()
    snapshot = settled(quick)
    assert snapshot.identity.id == snapshot.pictures[snapshot.identity.id].id != before
    assert not snapshot.candidates
    find(quick, "Undo: Accept").click()
    assert settled(quick).identity.id == before
    find(quick, "Discard").click()
    assert not settled(quick).candidates
    find(quick, "Undo: Discard").click()
    assert len(settled(quick).candidates) == 1


def test_candidates_are_pressed(quick):
    for strength in (1.0, 0.5):
        find(quick, "Shape strength").value = strength
        find(quick, "Run").click()
        settled(quick)
    first = next(
        one for one in every(quick)
        if isinstance(one, widgets.Button) and one.description.startswith("1 ")
    )  # fmt: skip
    first.click()
    snapshot = settled(quick)
    assert snapshot.shown == snapshot.candidates[0].id
    assert first.description == "▸ 1 done"
    quick.children[0]._handle_custom_msg({"kind": "key", "command": "next"}, [])
    snapshot = settled(quick)
    assert snapshot.shown == snapshot.candidates[1].id


def test_history_goes_anywhere(chosen):
    find(chosen, "Shape strength").value = 0.4
    settled(chosen)
    start = find(chosen, "Go to: Start")
    start.click()
    snapshot = settled(chosen)
    assert snapshot.identity is None
    assert start.description == "● Start (now)"
    find(chosen, "Preset").value = "toy-mapper"
    settled(chosen)
    assert "↳ from “Start”" in find(chosen, "Go to: Preset: Mapper").description
