"""The view without a kernel and without a browser: controls are found by what they are called."""

from __future__ import annotations

import io

import ipywidgets as widgets
import pytest
from PIL import Image
from viewing import CONTROLS, html, pictures_of, settled, use

from styleforge.editor.view.find import every, find, name_of
from styleforge.editor.view.wiring import is_shown
from styleforge.editor.widgets import DroppedFile
from styleforge.errors import UserError


def test_first_sight(editor):
    assert find(editor, "Run").disabled
    assert "Choose the picture that is edited" in html(editor, "sf-missing")
    assert find(editor, "Stop").disabled
    assert find(editor, "Undo: nothing").disabled
    assert [one.description for one in every(editor) if isinstance(one, widgets.Checkbox)][:3] == [
        "Shape", "Appearance", "Finer style",
    ]  # fmt: skip


def test_every_control_is_called_something(quick):
    find(quick, "Run").click()
    settled(quick)
    nameless = [one for one in every(quick) if isinstance(one, CONTROLS) and not name_of(one)]
    assert not nameless
    texts = [one.value for one in every(quick) if isinstance(one, widgets.HTML)]
    assert sum(text.count("<img") for text in texts) > 5
    assert all(text.count("<img") == text.count("<img alt=") for text in texts)
    assert not [one for one in every(quick) if isinstance(one, widgets.Image)]


def test_a_control_appears_with_its_value(quick):
    """Or what is typed at once into a field that appears is written over by what comes behind."""
    steps, preset = find(quick, "Steps"), find(quick, "Preset")
    titles = dict(preset.options)
    preset.value = titles["Mapper"]
    settled(quick)
    assert not is_shown(steps)
    seen = []
    steps.observe(lambda change: seen.append((is_shown(steps), steps.value)), "_dom_classes")
    preset.value = titles["LOHO"]
    settled(quick)
    assert seen == [(True, 8)]


def test_controls_of_one_kind_have_different_names(quick):
    names = [name_of(one) for one in every(quick) if isinstance(one, widgets.Dropdown)]
    assert len(names) == len(set(names))


def test_a_dropped_picture_is_the_identity_then_a_reference(editor, pictures):
    zone = find(editor, "Drop pictures here")
    data = (pictures / "identity.png").read_bytes()
    zone._hand_over(DroppedFile("me.png", "image/png", data))
    assert zone.message == "Opening me.png as the picture to edit."
    assert settled(editor).identity.name == "me"
    zone._hand_over(DroppedFile("ref.png", "image/png", (pictures / "shape.png").read_bytes()))
    assert [one.name for one in settled(editor).tray] == ["me", "ref"]
    use(editor, "ref", "shape")
    assert settled(editor).attribute("shape").asked
    assert pictures_of(editor)["ref"]["used"] == ["Shape"]


def test_of_pictures_dropped_at_once_the_first_is_the_identity(editor, pictures):
    zone = find(editor, "Drop pictures here")
    zone._hand_over(DroppedFile("bad.png", "image/png", b"\x89PNG\r\n\x1a\n" + bytes(99)))
    assert "bad is not a picture" in settled(editor).messages[-1].text
    for name in ("identity", "shape", "appearance"):
        data = (pictures / f"{name}.png").read_bytes()
        zone._hand_over(DroppedFile(f"{name}.png", "image/png", data))
    snapshot = settled(editor)
    assert snapshot.identity.name == "identity"
    assert [one.name for one in snapshot.tray] == ["identity", "shape", "appearance"]
    source = snapshot.identity.source
    assert editor.session._pictures.by_name(f"{source} is large.") == "identity is large."


def test_references_are_taken_from_the_tray(chosen):
    choice = find(chosen, "Appearance picture")
    assert not is_shown(choice)
    find(chosen, "Appearance from").value = "image"
    settled(chosen)
    assert is_shown(choice)
    choice.value = dict(choice.options)["appearance"]
    snapshot = settled(chosen)
    assert snapshot.pictures[snapshot.attribute("appearance").picture].name == "appearance"


def test_one_picture_for_all_references(chosen):
    use(chosen, "appearance", "all")
    used = {one.picture for one in settled(chosen).attributes}
    assert len(used) == 1
    assert used != {""}


def test_words_and_colours(chosen):
    find(chosen, "Shape in words").value = "round"
    find(chosen, "Appearance colour").value = "#102030"
    snapshot = settled(chosen)
    assert snapshot.attribute("shape").text == "round"
    assert snapshot.attribute("appearance").colour == "#102030"
    assert find(chosen, "Appearance from").value == "swatch"
    assert find(chosen, "Shape in words").options
    assert "round" in html(chosen, "sf-beside")
    with pytest.raises(UserError, match="no control 'Finer style words'"):
        find(chosen, "Finer style words")


def test_a_lock_holds_and_the_control_goes_back(chosen):
    find(chosen, "Lock Shape").value = True
    settled(chosen)
    slider = find(chosen, "Shape strength")
    assert slider.disabled
    assert find(chosen, "Unlock Shape").description == "Locked"
    slider.value = 0.25  # as a script or a slow browser might
    snapshot = settled(chosen)
    assert snapshot.attribute("shape").strength == 1.0
    assert slider.value == 1.0
    assert "Error:</b> Shape is locked" in html(chosen, "sf-message-text")
    find(chosen, "Dismiss this message").click()
    assert not settled(chosen).messages
    assert not html(chosen, "sf-message-text")


def test_strength_undo_redo(chosen):
    slider = find(chosen, "Shape strength")
    slider.value = 0.4
    assert settled(chosen).attribute("shape").strength == 0.4
    find(chosen, "Undo: Shape: strength").click()
    settled(chosen)
    assert slider.value == 1.0
    find(chosen, "Redo: Shape: strength").click()
    settled(chosen)
    assert slider.value == 0.4


def test_keys_post_commands(chosen):
    find(chosen, "Shape strength").value = 0.4
    settled(chosen)
    bridge = chosen.children[0]
    bridge._handle_custom_msg({"kind": "key", "command": "undo"}, [])
    assert settled(chosen).attribute("shape").strength == 1.0
    bridge._handle_custom_msg({"kind": "key", "command": "accept"}, [])
    settled(chosen)
    assert "Error:" in html(chosen, "sf-message-text")
    keys = next(one for one in every(chosen) if "sf-help" in one._dom_classes)
    assert not is_shown(keys)
    bridge._handle_custom_msg({"kind": "key", "command": "help"}, [])
    assert is_shown(keys)


def test_recipes_come_back_from_a_png(quick, monkeypatch):
    saved = []

    def send(said, buffers=()):
        saved.append((said, buffers))

    monkeypatch.setattr(quick.children[0], "send", send)
    find(quick, "Shape strength").value = 0.5
    find(quick, "Run").click()
    settled(quick)
    find(quick, "Export").click()
    settled(quick)
    said, buffers = saved[-1]
    assert (said["kind"], said["name"]) == ("download", "toy.png")
    assert Image.open(io.BytesIO(buffers[0])).text
    find(quick, "Shape strength").value = 1.0
    settled(quick)
    find(quick, "Drop a result")._hand_over(DroppedFile("toy.png", "image/png", buffers[0]))
    settled(quick)
    assert find(quick, "Shape strength").value == 0.5
    find(quick, "With the recipe inside").value = False
    find(quick, "Export").click()
    settled(quick)
    assert not Image.open(io.BytesIO(saved[-1][1][0])).text


def test_the_same_as_python(quick):
    find(quick, "Copy as Python").click()
    settled(quick)
    code = find(quick, "As Python").value
    compile(code, "copied", "exec")
    assert "shape=" in code


def test_seed_and_its_lock(chosen):
    seed = find(chosen, "Seed")
    seed.value = "7"
    assert settled(chosen).seed == 7
    find(chosen, "Lock the seed").value = True
    assert settled(chosen).seed_locked
    assert find(chosen, "Another seed").disabled
    seed.value = "seven"
    settled(chosen)
    assert seed.value == "7"
    assert "The seed is &#x27;seven&#x27;" in html(chosen, "sf-message-text")


def test_the_history_shows_what_each_change_brought(chosen):
    (timeline,) = (one for one in every(chosen) if "sf-timeline" in one._dom_classes)
    shown = [
        (entry.children[1].description, is_shown(entry.children[0])) for entry in timeline.children
    ]
    assert shown == [
        ("● Add appearance (now)", True),
        ("Shape: shape", True),
        ("Edit identity", True),
        ("Start", False),
    ]
