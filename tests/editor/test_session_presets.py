"""Presets of a person's own in the editor: made, chosen, deleted, imported; and who sees them."""

from __future__ import annotations

import json

import pytest
from sessions import LONG
from viewing import html, settled

from styleforge.editor import EditSession
from styleforge.editor.owner import Owner
from styleforge.editor.view.find import find
from styleforge.editor.view.wiring import is_shown
from styleforge.recipe.own_presets import OwnPresets


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("STYLEFORGE_HOME", str(tmp_path / "home"))


def said(session):
    session.wait(LONG)
    return [one.text for one in session.snapshot().messages]


@pytest.fixture
def red(ready):
    """A session that asks for a shape by a picture and for red, and keeps that as a preset."""
    ready.set_steps(8)
    ready.set_text("appearance", "red")
    ready.set_strength("appearance", 0.5)
    ready.save_preset("My red")
    ready.wait(LONG)
    return ready


def test_what_the_controls_say_is_kept(red):
    now = red.snapshot()
    assert now.own == "my-red"
    assert [one.title for one in now.own_presets] == ["My red"]
    assert "Shape: a picture of your own is not part of a preset" in said(red)[-1]
    kept = OwnPresets.of_user().get("toy", "my-red")
    assert (kept.preset, kept.steps, kept.strengths) == ("toy-loho", 8, {"toy.appearance": 0.5})
    assert list(kept.conditions) == ["toy.appearance"]
    assert now.undo_label == "Preset: My red"


def test_it_is_chosen_and_leaves_what_it_says_nothing_of(red):
    red.set_preset("toy-mapper")
    red.set_colour("appearance", "#00ff00")
    red.wait(LONG)
    assert red.snapshot().own == ""
    red.set_preset("my-red")
    red.wait(LONG)
    now = red.snapshot()
    assert (now.own, now.preset, now.steps) == ("my-red", "toy-loho", 8)
    assert (now.attribute("appearance").kind, now.attribute("appearance").text) == ("text", "red")
    assert now.attribute("appearance").strength == 0.5
    assert now.attribute("shape").kind == "image"
    red.undo()
    red.wait(LONG)
    assert red.snapshot().attribute("appearance").kind == "swatch"
    red.redo()
    red.set_strength("appearance", 1)
    red.wait(LONG)
    assert red.snapshot().own == ""  # it is no longer what the controls say


def test_what_is_locked_stays(red):
    red.set_text("appearance", "blue")
    red.lock("appearance")
    red.set_preset("my-red")
    assert "Appearance is locked and stays as it is." in said(red)
    assert red.snapshot().attribute("appearance").text == "blue"


def test_one_of_the_same_name_is_replaced_and_said(red):
    red.set_text("appearance", "blue")
    red.save_preset("my red")
    assert any("is another now" in one for one in said(red))
    assert OwnPresets.of_user().get("toy", "my-red").conditions["toy.appearance"].text == "blue"


def test_refusals_are_sentences(red):
    red.save_preset("toy-mapper")
    assert "is a published preset of toy" in said(red)[-1]
    red.save_preset("  ")
    assert "can be no preset's name" in said(red)[-1]
    red.delete_preset("gold")
    assert "You have no preset 'gold'" in said(red)[-1]
    red.set_preset("gold")
    assert "no preset 'gold'" in said(red)[-1]
    red.import_preset(b"{}")
    assert "not a preset that can be read" in said(red)[-1]


def test_it_goes_to_a_file_and_back(red, tmp_path):
    text = red.preset_json("My red")
    red.delete_preset("my-red")
    red.wait(LONG)
    assert red.snapshot().own_presets == ()
    assert red.snapshot().own == ""
    assert red.snapshot().attribute("appearance").text == "red"  # the controls stay
    path = tmp_path / "mine.json"
    path.write_text(text)
    red.import_preset(path)
    red.wait(LONG)
    assert [one.name for one in red.snapshot().own_presets] == ["my-red"]
    red.delete_preset("my-red")
    red.load_recipe(text.encode())  # dropped where recipes are
    red.wait(LONG)
    assert [one.name for one in red.snapshot().own_presets] == ["my-red"]


def test_the_recipe_is_the_same_by_the_preset_in_python(red, forge, pictures):
    from styleforge.api.transfer_recipe import transfer_recipe

    made = red.recipe().as_asked()
    again = transfer_recipe(
        forge, "toy", str(pictures / "identity.png"), {"shape": str(pictures / "shape.png")},
        preset="my-red", pack="toy",
    )  # fmt: skip
    assert made == again


def test_another_session_and_a_restored_one_have_it(red, forge):
    red.close()
    with EditSession.restore(red.folder, forge) as again:
        assert (again.snapshot().own, len(again.snapshot().own_presets)) == ("my-red", 1)
    with EditSession("toy", forge=forge) as other:
        assert [one.name for one in other.snapshot().own_presets] == ["my-red"]


def test_a_visitor_sees_theirs_alone(red, forge, monkeypatch, tmp_path):
    monkeypatch.setenv("SERVER_SOFTWARE", "voila/0")
    ann, bob = Owner.visitor("a" * 32), Owner.visitor("b" * 32)
    with EditSession("toy", forge=forge, owner=ann) as first:
        assert first.snapshot().own_presets == ()
        first.save_preset("Ann's")
        first.wait(LONG)
        assert [one.title for one in first.snapshot().own_presets] == ["Ann's"]
    with EditSession("toy", forge=forge, owner=bob) as second:
        assert second.snapshot().own_presets == ()
    with EditSession("toy", forge=forge, owner=Owner.visitor("a" * 32, 2)) as third:
        assert [one.title for one in third.snapshot().own_presets] == ["Ann's"]
    assert [one.name for one in OwnPresets.of_user().of("toy")] == ["my-red"]


# --- the view -----------------------------------------------------------------------------
def test_it_is_kept_chosen_and_deleted_in_the_view(chosen):
    switch = find(chosen, "Presets of your own")
    assert switch.value is False
    switch.value = True
    find(chosen, "Appearance in words").value = "red"
    settled(chosen)
    find(chosen, "Name").value = "My red"
    find(chosen, "Keep what the controls say as a preset").click()
    settled(chosen)
    preset = find(chosen, "Preset")
    assert preset.options[-1] == ("My red (yours)", "my-red")
    assert preset.value == "my-red"
    assert "A preset of yours, which begins with LOHO" in html(chosen, "sf-note")
    sent = {}
    chosen._bridge.download = lambda name, mime, data: sent.update({name: json.loads(data)})
    find(chosen, "Save as file").click()
    settled(chosen)
    assert sent["my-red.json"]["title"] == "My red"

    preset.value = "toy-mapper"
    settled(chosen)
    assert not is_shown(find(chosen, "Delete"))
    preset.value = "my-red"
    settled(chosen)
    assert chosen.session.snapshot().preset == "toy-loho"
    find(chosen, "Delete").click()
    settled(chosen)
    assert (preset.value, preset.options[-1][1]) != ("my-red", "my-red")
    assert preset.value == "toy-loho"
