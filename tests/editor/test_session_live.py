"""Previews in one pass as soon as something is asked; one clock from the click to the picture."""

from __future__ import annotations

import io
import subprocess
import sys
import threading
import time

import pytest
from PIL import Image
from sessions import LONG

from styleforge.editor import EditSession
from styleforge.errors import UserError
from styleforge.run import beside


@pytest.fixture
def live(ready):
    """A session that could run, and shows previews."""
    ready.live()
    ready.wait(LONG)
    return ready


def seen(session):
    session.wait(LONG)
    return session.snapshot()


def test_what_is_asked_is_seen_at_once_and_a_run_refines_it(live):
    snapshot = seen(live)
    assert snapshot.previewing
    picture = Image.open(io.BytesIO(snapshot.preview.picture))
    assert picture.size == live.image(snapshot.identity.id).size
    assert 0 < snapshot.preview.seconds < LONG
    assert snapshot.candidates == ()  # a preview is no result
    live.accept()
    snapshot = seen(live)
    assert "What you see is a preview. Run the edit first." in snapshot.messages[-1].text
    live.run(wait=True)
    snapshot = seen(live)
    assert not snapshot.previewing
    assert snapshot.shown == "r1"
    assert snapshot.preview.picture == b""


def test_a_preview_is_the_pass_of_the_domains_mapped_preset(live, monkeypatch):
    from styleforge.editor.one_pass import preview_recipe

    edit = live._model.edit
    recipe, notes = preview_recipe(edit, live._desk)
    assert recipe.method == "toy-mapper"
    assert not recipe.stages
    assert recipe.seed == edit.seed
    assert notes == ()
    live.set_preset("toy-mapper")
    result = live.run(wait=True)
    assert result.recipe.as_asked() == recipe.as_asked()


def test_another_preset_or_a_lock_is_no_other_preview(live):
    before = seen(live).preview
    live.set_preset("toy-mapper")
    live.lock_seed()
    assert seen(live).preview is before
    live.set_strength("shape", 0.5)
    after = seen(live).preview
    assert after.picture != before.picture


def test_a_result_that_was_made_of_it_is_shown_instead(live):
    live.run(wait=True)
    live.set_text("shape", "tall")
    assert seen(live).previewing
    live.undo()
    snapshot = seen(live)
    assert (snapshot.previewing, snapshot.shown) == (False, "r1")
    live.redo()
    assert seen(live).previewing
    live.show("r1")
    assert seen(live).shown == "r1"
    live.look_at_preview()
    assert seen(live).previewing


def test_the_newest_change_wins_and_nothing_waits_for_a_preview(live, monkeypatch):
    seen(live)
    passes, go = [], threading.Event()
    problem_steps = beside.problem_steps

    def slow(forge, recipe):
        passes.append(recipe.conditions["toy.shape"].text)
        assert go.wait(LONG)
        return problem_steps(forge, recipe)

    monkeypatch.setattr(beside, "problem_steps", slow)
    words = ["tall", "round", "narrow", "thin", "wide"]
    for text in words:
        live.set_text("shape", text)
    while not passes:
        time.sleep(0.01)
    for text in words:
        live.set_text("shape", text)
    live.set_seed(7)
    while live.snapshot().seed != 7:  # the session goes on meanwhile
        time.sleep(0.01)
    assert live.snapshot().preview.stale
    go.set()
    snapshot = seen(live)
    assert not snapshot.preview.stale
    assert len(passes) == 2
    assert passes[1] == "wide"


def test_runs_go_first(live, recorder):
    seen(live)
    live.set_steps(20_000)
    live.run()
    recorder.until(lambda one: one.progress.done > 1)
    live.set_text("shape", "tall")
    recorder.until(lambda one: one.attribute("shape").text == "tall")
    assert not live.snapshot().preview.stale
    live.stop()
    snapshot = seen(live)
    assert [one.status for one in snapshot.candidates] == ["stopped"]
    assert snapshot.previewing  # of the words that came meanwhile
    assert snapshot.preview.picture


def test_what_the_pass_cannot_do_is_said(live):
    live.set_condition("finer_style", live.snapshot().identity.source)
    snapshot = seen(live)
    assert snapshot.preview.notes[0] == "Finer style: not in the preview; a run has it."
    live.set_enabled("shape", False)
    snapshot = seen(live)
    assert snapshot.preview.problem == "There is no preview of Finer style; run the edit to see it."
    assert not snapshot.previewing


def test_a_preview_that_fails_is_a_sentence(live, monkeypatch):
    seen(live)

    def fails(forge, recipe):
        raise ZeroDivisionError("by chance")

    with monkeypatch.context() as patched:
        patched.setattr(beside, "problem_steps", fails)
        live.set_text("shape", "tall")
        snapshot = seen(live)
    assert "The preview failed (ZeroDivisionError: by chance)" in snapshot.preview.problem
    assert not snapshot.preview.picture
    live.set_text("shape", "wide")
    assert seen(live).preview.picture


def test_a_session_that_nobody_looks_at_makes_no_previews(ready):
    ready.set_text("shape", "tall")
    assert seen(ready).preview.picture == b""
    ready.look_at_preview()
    assert "There is no preview" in seen(ready).messages[-1].text
    ready.live()
    assert seen(ready).preview.picture
    ready.live(False)
    assert seen(ready).preview.picture == b""


def test_models_load_while_the_person_chooses(forge, pictures):
    with EditSession("toy", forge=forge) as session:
        assert not forge.models("toy").loaded("generator")
        session.live()
        session.wait(LONG)
        deadline = time.monotonic() + LONG
        while not forge.models("toy").loaded("mapper/toy") and time.monotonic() < deadline:
            time.sleep(0.01)
        assert forge.models("toy").loaded("generator")
        assert forge.models("toy").loaded("inverter")


# --- one clock ----------------------------------------------------------------------------
def test_seconds_count_from_the_click_to_the_picture(ready, monkeypatch):
    problem_steps = beside.problem_steps

    def slow(forge, recipe):
        time.sleep(1.0)
        return problem_steps(forge, recipe)

    monkeypatch.setattr(beside, "problem_steps", slow)
    began = time.monotonic()
    result = ready.run(wait=True)
    took = time.monotonic() - began
    ready.wait(LONG)
    (made,) = ready.snapshot().candidates
    assert 1.0 < made.seconds <= took
    assert made.seconds > result.seconds


def test_preparation_is_told_in_named_steps(session, pictures, monkeypatch):
    seen = []
    take = session._take_progress

    def taken(progress):
        take(progress)
        seen.append(session._model.progress)

    monkeypatch.setattr(session, "_take_progress", taken)
    session.set_identity(pictures / "identity.png")
    session.add_reference((pictures / "shape.png").read_bytes(), "me", attribute="shape")
    session.run(wait=True)
    session.wait(LONG)
    said = list(dict.fromkeys(one.preparing for one in seen if one.status == "preparing"))
    assert any(one.startswith("Loading the generator") for one in said)
    assert "Aligning identity.png" in said
    assert "Aligning me" in said  # by the name that the person gave it
    shares = [one.share for one in seen if one.active]
    assert shares == sorted(shares)
    assert len(set(shares)) > 4


def test_after_an_error_the_status_says_so(ready, monkeypatch):
    ready.run(wait=True)
    ready.wait(LONG)
    assert ready.snapshot().ended == "done"

    def fails(forge, recipe):
        raise ZeroDivisionError("by chance")

    with monkeypatch.context() as patched:
        patched.setattr(beside, "problem_steps", fails)
        with pytest.raises(UserError, match="by chance"):
            ready.run(wait=True)
    ready.wait(LONG)
    assert ready.snapshot().ended == "failed"
    assert ready.snapshot().shown == "r1"
    ready.show("r1")
    ready.wait(LONG)
    assert ready.snapshot().ended == ""


ENDS = """
from styleforge.editor import EditSession
session = EditSession("hair", pack="portraits")
session.live()
session.set_identity("gallery:ada")
session.set_text("shape", "curly bob")
"""


def test_a_process_that_ends_in_the_midst_of_a_preview_ends_well():
    pytest.importorskip("styleforge_portraits")
    pytest.importorskip("styleforge_hair")
    done = subprocess.run(
        [sys.executable, "-c", ENDS], capture_output=True, text=True, check=False, timeout=LONG
    )
    assert (done.returncode, done.stderr) == (0, "")
