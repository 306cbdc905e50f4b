"""Two domains in one editor: a tab for each, one picture, one run."""

from __future__ import annotations

import pytest
from viewing import html, settled, use

from styleforge.editor import Editor
from styleforge.editor.view.find import every, find
from styleforge.editor.widgets import Tabs
from styleforge.errors import UserError


@pytest.fixture
def editor(installed, tmp_path, monkeypatch):
    monkeypatch.setenv("STYLEFORGE_HOME", str(tmp_path))
    made = Editor("hair+clothing", forge=installed, pack="portraits")
    yield made
    made.close()


def domains(editor):
    return next(one for one in every(editor) if isinstance(one, Tabs) and not one.beside)


def ask(editor, words):
    find(editor, "Appearance in words").value = words
    find(editor, "Preset").value = "mapper"
    settled(editor)


def test_what_is_asked_in_both_tabs_is_one_run(editor):
    session = editor.session
    assert domains(editor).titles == ["Hair", "Clothing"]
    assert repr(editor) == "Editor('hair+clothing')"
    use(editor, "ada", "identity")
    ask(editor, "red")
    domains(editor).selected_index = 1
    settled(editor)
    assert editor.session is session
    assert session.domain.name == "clothing"
    assert domains(editor).selected_index == 1
    assert all(find(editor, one.title) for one in session.attributes)
    ask(editor, "green")
    beside = html(editor, "sf-beside")
    assert "Hair, appearance" in beside
    assert "Clothing, appearance" in beside
    find(editor, "Run").click()
    snapshot = settled(editor)
    (made,) = snapshot.candidates
    assert find(editor, f"Look at {made.label} (done): ada; Hair: Colour: red; Clothing")
    domains(editor).selected_index = 0  # the same result, from both tabs
    assert [one.id for one in settled(editor).candidates] == [made.id]
    assert find(editor, "Appearance in words").value == "red"
    find(editor, "Accept").click()
    accepted = settled(editor)
    assert accepted.identity.id == made.picture
    assert not any(one.asked for one in (*accepted.attributes, *accepted.beside))
    find(editor, "Undo: Accept").click()
    undone = settled(editor)
    assert undone.identity.name == "ada"
    assert len([one for one in (*undone.attributes, *undone.beside) if one.asked]) == 2
    assert not html(editor, "sf-error")


def test_switching_tabs_lets_go_of_what_was_shown(editor):
    import ipywidgets.widgets.widget as widget_module

    use(editor, "ada", "identity")
    settled(editor)
    counts = []
    for at in (1, 0, 1, 0):
        domains(editor).selected_index = at
        settled(editor)
        counts.append(len(widget_module._instances))
    assert counts[:2] == counts[2:]
    assert not html(editor, "sf-message-text")


def test_closing_ends_the_session(editor):
    use(editor, "ada", "identity")
    settled(editor)
    domains(editor).selected_index = 1
    settled(editor)
    session = editor.session
    editor.close()
    with pytest.raises(UserError, match="closed"):
        session.recipe()


def test_domains_that_are_not_there_are_refused(installed):
    with pytest.raises(UserError, match="hats"):
        Editor("hair+hats", forge=installed)
    with pytest.raises(UserError, match="each once"):
        Editor("hair+hair", forge=installed)
