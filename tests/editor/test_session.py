"""Commands on pictures and controls."""

from __future__ import annotations

import pytest
from sessions import LONG, errors, state

from styleforge.editor import EditSession
from styleforge.errors import UserError


def test_a_new_session_says_what_is_missing(session):
    missing = session.snapshot().missing
    assert missing[0] == "Choose the picture that is edited."
    assert "shape (a picture or words)" in missing[1]
    assert not session.snapshot().can_run


def test_nothing_is_missing_once_something_is_asked_for(ready):
    assert ready.snapshot().missing == ()
    assert ready.snapshot().can_run


def test_a_reference_plays_roles(ready):
    own, picture = ready.snapshot().tray
    ready.assign("toy.appearance", picture.id)
    assert state(ready, "appearance").picture == picture.id
    assert state(ready, "shape").picture == picture.id
    ready.remove_reference(picture.id)
    assert not state(ready, "shape").asked
    assert not state(ready, "appearance").asked
    assert ready.snapshot().tray == (own,)
    ready.undo()
    assert state(ready, "shape").asked
    assert ready.snapshot().tray == (own, picture)


def test_kinds_change_without_losing_anything(ready):
    picture = state(ready, "appearance").picture
    ready.set_text("appearance", "red")
    ready.set_colour("appearance", "#F80")
    now = state(ready, "appearance")
    assert (now.kind, now.text, now.colour, now.picture) == ("swatch", "red", "#FF8800", picture)
    ready.set_kind("appearance", "text")
    assert state(ready, "appearance").asked
    ready.set_kind("appearance", "none")
    assert not state(ready, "appearance").asked
    assert state(ready, "appearance").text == "red"


def test_a_condition_is_read_as_on_the_command_line(ready, pictures):
    ready.set_condition("appearance", "#102030")
    assert state(ready, "appearance").kind == "swatch"
    ready.set_condition("appearance", "dark red")
    assert state(ready, "appearance").text == "dark red"
    ready.set_condition("appearance", str(pictures / "appearance.png"))
    assert state(ready, "appearance").kind == "image"
    assert state(ready, "appearance").picture in {one.id for one in ready.snapshot().tray}


@pytest.mark.parametrize(
    ("command", "arguments", "sentence"),
    [
        ("set_text", ("finer_style", "striped"), "takes a picture file"),
        ("set_colour", ("appearance", "red"), "'red' is not a colour"),
        ("set_text", ("colour", "red"), "no attribute 'colour'"),
        ("set_strength", ("shape", 1.5), "from 0 to 1"),
        ("set_strength", ("shape", float("nan")), "from 0 to 1"),
        ("set_kind", ("shape", "swatch"), "takes"),
        ("set_kind", ("shape", "song"), "no kind of condition"),
        ("assign", ("shape", "nothing"), "no picture 'nothing'"),
        ("set_preset", ("best",), "no preset 'best'"),
        ("set_steps", (1,), "2 stages"),
        ("set_seed", (-1,), "The seed is -1"),
        ("accept", (), "Run the edit first"),
        ("discard", ("r9",), "no result 'r9'"),
        ("show", ("r9",), "no result 'r9'"),
        ("go_to", ("77",), "no step '77'"),
        ("set_mask", ("appearance", None), "no picture for appearance"),
        ("resume", (), "no stopped run"),
    ],
)
def test_what_cannot_be_done_is_a_sentence(ready, command, arguments, sentence):
    before = ready.snapshot()
    getattr(ready, command)(*arguments)
    found = errors(ready)
    assert len(found) == 1
    assert sentence in found[0]
    assert ready.snapshot().attributes == before.attributes
    assert ready.snapshot().history == before.history


def test_even_nonsense_is_a_message_and_the_session_goes_on(ready):
    ready.set_strength("shape", "much")
    assert "TypeError" in errors(ready)[0]
    ready.set_strength("shape", 0.5)
    assert state(ready, "shape").strength == 0.5


def test_a_locked_attribute_is_changed_by_nothing(ready, pictures):
    ready.lock("shape")
    before = state(ready, "shape")
    ready.set_strength("shape", 0.1)
    ready.set_text("shape", "round")
    ready.remove_reference(before.picture)
    assert len(errors(ready)) == 2  # the same sentence is not said twice
    assert all("locked" in text for text in errors(ready))
    ready.add_reference(pictures / "appearance.png")
    ready.wait(LONG)
    other = ready.snapshot().tray[-1].id
    ready.assign_all({"shape": other, "appearance": other})
    assert state(ready, "shape") == before
    assert state(ready, "appearance").picture == other
    assert "Shape is locked" in ready.snapshot().messages[-1].text
    ready.lock("shape", locked=False)
    ready.set_strength("shape", 0.1)
    assert state(ready, "shape").strength == 0.1


def test_a_locked_seed_is_not_drawn(session):
    session.random_seed()
    session.wait(LONG)
    drawn = session.snapshot().seed
    session.lock_seed()
    session.random_seed()
    assert "locked" in errors(session)[0]
    assert session.snapshot().seed == drawn
    session.set_seed(5)
    session.wait(LONG)
    assert session.snapshot().seed == 5


def test_a_preset_brings_its_steps_and_strengths_stay_as_they_are(ready):
    assert ready.snapshot().preset_steps == 8
    ready.set_steps(20)
    ready.set_strength("shape", 0.7)
    for preset, steps in (("toy-mapper", 0), ("toy-loho", 8)):
        ready.set_preset(preset)
        ready.set_strength("shape", 2.5)  # one scale, whichever preset
        assert "give a number from 0 to 1" in errors(ready)[-1]
        assert state(ready, "shape").strength == 0.7
        now = ready.snapshot()
        assert (now.preset_steps, now.steps) == (steps, None)


def test_one_pass_says_which_attributes_it_leaves(mapped, pictures):
    mapped.add_reference(pictures / "finer_style.png", attribute="finer_style")
    mapped.wait(LONG)
    assert "does not change Finer style" in mapped.snapshot().missing[0]
    mapped.set_enabled("finer_style", enabled=False)
    mapped.wait(LONG)
    assert mapped.snapshot().missing == ()


def test_messages_are_dismissed(session):
    session.note("Good to know.")
    session.error("Not good.")
    session.wait(LONG)
    first, second = session.snapshot().messages
    assert (first.level, second.level) == ("note", "error")
    session.dismiss(first.id)
    session.wait(LONG)
    assert session.snapshot().messages == (second,)


def test_a_domain_without_a_session_is_refused(forge, tmp_path):
    with pytest.raises(UserError, match="no domain 'boots'"):
        EditSession("boots", forge=forge)
    with pytest.raises(UserError, match="no pack"):
        EditSession("toy", forge=forge, pack="none", folder=tmp_path)
