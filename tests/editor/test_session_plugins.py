"""What plugins add, and what they lack, while a session is open."""

from __future__ import annotations

import json

from sessions import LONG
from viewing import html, settled

from styleforge.editor import Editor, EditSession
from styleforge.editor.view.find import find
from styleforge.hookspecs import hookimpl
from styleforge.recipe.domain import Attribute, Domain, Preset


class Sheen:
    """Another attribute for the toy, as a notebook's cell would add it."""

    @hookimpl
    def register_attributes(self, register):
        register(Attribute(name="toy.sheen", title="Sheen", help="How it shines."))


def test_an_attribute_that_comes_later_joins_the_session(ready):
    ready.run(wait=True)
    ready.forge.use(Sheen(), "sheen")
    ready.set_seed(5)
    ready.wait(LONG)
    assert ready.snapshot().seed == 5
    assert ready.snapshot().attribute("sheen").kind == "none"
    ready.lock("sheen")
    ready.assign_all({"shape": ready.snapshot().tray[0].id})
    ready.accept()
    ready.undo()
    ready.sweep({"shape": [0]})
    ready.load_recipe(ready.recipe())
    ready.wait(LONG)
    assert ready.snapshot().attribute("sheen").locked
    assert ready.snapshot().messages == ()
    ready.set_condition("finer_style", ready.snapshot().tray[0].source)
    assert "toy.sheen" not in ready.recipe().conditions
    assert "sheen" not in ready.to_python()


def test_an_attribute_that_comes_later_has_a_row(editor, forge):
    forge.use(Sheen(), "sheen")
    editor.session.set_seed(5)
    settled(editor)
    find(editor, "Sheen strength")
    find(editor, "Lock Sheen").value = True
    assert settled(editor).attribute("sheen").locked


class Half:
    """A domain whose second preset needs a stage that nobody brings."""

    @hookimpl
    def register_domains(self, register):
        presets = tuple(
            Preset(name=name, title=name.title(), help="A preset.", stages=stages)
            for name, stages in (
                ("whole", ("toy.look",)),
                ("half", ("toy.look", "half.fur", "half.ears")),
            )
        )
        register(
            Domain(
                name="half", title="Half", help="Half.", region="thing", keep=("keep",),
                presets=presets,
            )
        )  # fmt: skip

    @hookimpl
    def register_attributes(self, register):
        register(Attribute(name="half.fur", title="Fur", help="Fur."))


def test_a_preset_without_its_stage_is_refused_in_a_sentence(forge, tmp_path):
    forge.use(Half(), "half")
    editor = Editor("half", forge=forge, folder=tmp_path / "s")
    find(editor, "Preset").value = "half"
    assert settled(editor).preset == "whole"
    assert "needs the stages half.fur, half.ears, which no plugin" in html(
        editor, "sf-message-text"
    )
    assert find(editor, "Preset").value == "whole"
    editor.close()


def test_a_saved_preset_that_lost_its_stage_says_so(forge, tmp_path):
    forge.use(Half(), "half")
    with EditSession("half", forge=forge, folder=tmp_path / "s") as made:
        path = made.save() / "session.json"
    value = json.loads(path.read_text())
    value["nodes"][0]["edit"]["preset"] = "half"
    path.write_text(json.dumps(value))
    with EditSession.restore(tmp_path / "s", forge) as again:
        now = again.snapshot()
        assert now.preset == "half"
        assert "half.fur, half.ears" in " ".join(now.missing)
        again.set_preset("whole")
        again.wait(LONG)
        assert again.snapshot().preset == "whole"


def test_whatever_a_snapshot_meets_its_message_is_shown(session, recorder, monkeypatch):
    from styleforge.editor import core

    def broken(*_, **__):
        raise ZeroDivisionError("by chance")

    with monkeypatch.context() as patch:
        patch.setattr(core, "snapshot_of", broken)
        session.set_seed(3)
        session.wait(LONG)
    assert "ZeroDivisionError: by chance" in session.snapshot().messages[-1].text
    assert recorder.seen[-1].messages == session.snapshot().messages
    session.set_seed(4)
    session.wait(LONG)
    assert session.snapshot().seed == 4
