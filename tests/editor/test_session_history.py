"""Accept, discard, undo, redo, and branches."""

from __future__ import annotations

import numpy as np
import pytest
from sessions import LONG

from styleforge.editor.history import History
from styleforge.editor.state import Edit
from styleforge.errors import UserError


def test_undo_and_redo_move_along_a_branch():
    history = History.begin(Edit())
    for seed in (1, 2, 3):
        history = history.add(f"Seed {seed}", Edit(seed=seed))
    assert (history.undo_label, history.redo_label) == ("Seed 3", "")
    back = history.undo().undo()
    assert (back.edit.seed, back.redo_label) == (1, "Seed 2")
    branch = back.add("Seed 9", Edit(seed=9))
    assert branch.undo().redo().edit.seed == 9
    old = branch.go_to(history.current)
    assert old.edit.seed == 3
    assert old.undo().undo().redo().edit.seed == 2  # redo follows the branch gone to
    assert len(old.nodes) == 5
    assert old.undo().undo().undo().undo().undo().edit == Edit()
    with pytest.raises(UserError, match="no step"):
        old.go_to("x")


def test_moving_one_control_twice_is_one_step():
    history = History.begin(Edit())
    for seed in (1, 2, 3):
        history = history.add(f"Seed {seed}", Edit(seed=seed), touches="seed")
    assert len(history.nodes) == 2
    assert (history.edit.seed, history.undo_label) == (3, "Seed 3")
    history = history.add("3 steps", Edit(seed=3, steps=3), touches="steps")
    back = history.undo().add("Seed 4", Edit(seed=4), touches="seed")
    assert len(back.nodes) == 4  # a step that was left for another is not overwritten
    assert history.add("Same", history.edit) is history


def test_accepting_chains_edits_and_undo_goes_back(mapped):
    mapped.lock("shape")
    mapped.set_text("appearance", "red")
    mapped.run(wait=True)
    before = mapped.snapshot()
    mapped.accept()
    mapped.wait(LONG)
    after = mapped.snapshot()
    assert after.identity == after.pictures[before.candidates[0].picture]
    assert after.identity.origin == "result"
    assert after.candidates == ()
    assert after.attribute("shape").asked  # locked
    assert not after.attribute("appearance").asked  # done
    assert after.attribute("appearance").text == "red"  # and not forgotten
    assert after.undo_label == "Accept Result 1"
    mapped.set_text("appearance", "blue")
    result = mapped.run(wait=True)
    assert result.recipe.identity.path == after.identity.source
    mapped.undo()  # the words
    mapped.undo()  # accepting
    mapped.wait(LONG)
    assert mapped.snapshot().identity == before.identity
    assert mapped.snapshot().candidates == before.candidates
    mapped.redo()
    mapped.redo()
    mapped.wait(LONG)
    assert [one.id for one in mapped.snapshot().candidates] == ["r2"]


def test_a_branch_keeps_both_results(mapped):
    mapped.run(wait=True)
    mapped.set_strength("shape", 0.5)
    mapped.run(wait=True)
    mapped.accept("r1")
    mapped.undo()
    mapped.accept("r2")
    mapped.wait(LONG)
    now = mapped.snapshot()
    accepted = [one for one in now.history if one.label.startswith("Accept")]
    assert [one.label for one in accepted] == ["Accept Result 1", "Accept Result 2"]
    assert accepted[0].parent == accepted[1].parent
    assert [one.milestone for one in accepted] == [True, True]
    assert now.identity == accepted[1].picture
    mapped.go_to(accepted[0].id)
    mapped.wait(LONG)
    assert mapped.snapshot().identity == accepted[0].picture
    assert next(one for one in mapped.snapshot().history if one.current).id == accepted[0].id


def test_a_discarded_candidate_comes_back_with_undo(mapped):
    mapped.run(wait=True)
    mapped.discard()
    mapped.wait(LONG)
    assert mapped.snapshot().candidates == ()
    assert mapped.snapshot().shown == ""
    mapped.undo()
    mapped.wait(LONG)
    assert [one.id for one in mapped.snapshot().candidates] == ["r1"]


def test_another_identity_is_a_step_too(mapped, pictures):
    first = mapped.snapshot().identity
    mapped.set_identity(pictures / "appearance.png")
    mapped.wait(LONG)
    assert mapped.snapshot().identity != first
    mapped.undo()
    mapped.wait(LONG)
    assert mapped.snapshot().identity == first


def test_compare_takes_any_two_pictures(mapped):
    mapped.run(wait=True)
    now = mapped.snapshot()
    mapped.compare(now.tray[0].id, now.candidates[0].picture)
    mapped.wait(LONG)
    assert mapped.snapshot().compare == (now.tray[0], now.pictures[now.candidates[0].picture])
    mapped.compare()
    mapped.wait(LONG)
    assert mapped.snapshot().compare == now.compare


def test_a_result_of_an_earlier_picture_says_so(ready, recorder, pictures):
    ready.set_steps(20_000)
    ready.run()
    recorder.until(lambda one: one.progress.done > 1)
    ready.set_identity(pictures / "appearance.png")
    ready.stop()
    ready.wait(LONG)
    assert ready.snapshot().candidates == ()
    assert "another picture" in ready.snapshot().messages[-1].text
    ready.undo()
    ready.wait(LONG)
    assert len(ready.snapshot().candidates) == 1


def test_each_change_has_the_picture_that_it_brought(mapped):
    mapped.add_reference(np.zeros((40, 40, 3), np.uint8), "black", "appearance")
    mapped.set_strength("shape", 0.5)
    mapped.set_mask("identity", np.tri(32))
    mapped.run(wait=True)
    mapped.accept()
    mapped.wait(LONG)
    now = mapped.snapshot()
    brought = {one.label: one.picture and one.picture.name for one in now.history}
    assert brought == {
        "Start": None,
        "Edit identity": "identity",
        "Shape: shape": "shape",
        "Preset: Mapper": None,
        "Appearance: black": "black",
        "Shape: strength 0.5": None,
        "Paint the thing of identity": "painted mask",
        "Accept Result 1": "Result 1",
    }


def test_history_says_what_a_person_did(ready):
    def label():
        ready.wait(LONG)
        return ready.snapshot().undo_label

    ready.set_colour("appearance", "#FF7F50")
    assert label() == "Colour: coral"
    ready.set_colour("appearance", "#123456")
    assert label() == "Colour: #123456"
    ready.set_text("appearance", "dark  red")
    assert label() == "Colour: dark red"
    ready.set_kind("shape", "none")
    assert label() == "Shape: as before"
    ready.set_kind("shape", "text")
    assert label() == "Shape: from words"
    ready.set_text("shape", "tall")
    assert label() == "Shape: tall"
    ready.set_enabled("shape", False)
    assert label() == "Shape switched off"
    ready.set_steps(12)
    assert label() == "Steps: 12"
    ready.set_preset("toy-mapper")
    assert label() == "Preset: Mapper"


def test_the_strokes_of_a_brush_are_one_row(ready):
    before = len(ready.snapshot().history)
    for rows in (4, 8, 16):
        mask = np.zeros((32, 32), np.uint8)
        mask[:rows] = 255
        ready.set_mask("identity", mask)
    ready.wait(LONG)
    assert len(ready.snapshot().history) == before + 1
    assert ready.snapshot().undo_label == "Paint the thing of identity"
    ready.set_mask("shape", mask)  # another picture is another row
    ready.wait(LONG)
    assert len(ready.snapshot().history) == before + 2
