"""Two domains in one editor: a tab for each, and one picture that goes from one to the other."""

from __future__ import annotations

import pytest
from viewing import html, settled, use

from styleforge.editor import Editor, EditSession
from styleforge.editor.view.find import every, find
from styleforge.editor.widgets import Tabs
from styleforge.errors import UserError
from styleforge.forge import Forge


@pytest.fixture(scope="module")
def installed():
    forge = Forge()
    if "portraits" not in forge.packs or not {"hair", "clothing"} <= set(forge.domains):
        pytest.skip("Hair, clothing and the portraits are not all installed.")
    return forge


@pytest.fixture
def editor(installed, tmp_path, monkeypatch):
    monkeypatch.setenv("STYLEFORGE_HOME", str(tmp_path))
    made = Editor("hair+clothing", forge=installed, pack="portraits")
    yield made
    made.close()


def domains(editor):
    return next(one for one in every(editor) if isinstance(one, Tabs) and not one.beside)


def test_what_is_accepted_in_one_domain_is_what_the_next_one_changes(editor):
    assert domains(editor).titles == ["Hair", "Clothing"]
    assert editor.session.domain.name == "hair"
    use(editor, "ada", "identity")
    find(editor, "Appearance in words").value = "red"
    find(editor, "Preset").value = "mapper"
    settled(editor)
    find(editor, "Run").click()
    settled(editor)
    find(editor, "Accept").click()
    red = settled(editor).identity
    hair = editor.session

    domains(editor).selected_index = 1
    snapshot = settled(editor)
    assert editor.session.domain.name == "clothing"
    assert domains(editor).selected_index == 1
    assert snapshot.identity.sha256 == red.sha256
    assert not html(editor, "sf-message-text")
    titles = [one.title for one in editor.session.attributes]
    assert all(find(editor, title) for title in titles)
    find(editor, "Appearance in words").value = "green"
    find(editor, "Preset").value = "mapper"
    settled(editor)
    find(editor, "Run").click()
    settled(editor)

    domains(editor).selected_index = 0  # what was not accepted stays behind
    assert settled(editor).identity.sha256 == red.sha256
    assert editor.session is hair
    assert editor.session.snapshot().undo_label
    domains(editor).selected_index = 1
    assert len(settled(editor).candidates) == 1
    find(editor, "Accept").click()
    both = settled(editor).identity
    domains(editor).selected_index = 0
    assert settled(editor).identity.sha256 == both.sha256


def test_a_result_that_was_not_accepted_is_said_to_stay(editor):
    use(editor, "ada", "identity")
    find(editor, "Appearance in words").value = "red"
    find(editor, "Preset").value = "mapper"
    settled(editor)
    find(editor, "Run").click()
    settled(editor)
    domains(editor).selected_index = 1
    assert settled(editor).identity.name == "ada"
    assert "was not accepted, so it is not part of this picture" in html(editor, "sf-message-text")


def test_closing_ends_the_sessions_of_both(editor):
    use(editor, "ada", "identity")
    settled(editor)
    hair = editor.session
    domains(editor).selected_index = 1
    settled(editor)
    clothing = editor.session
    editor.close()
    for session in (hair, clothing):
        with pytest.raises(UserError, match="closed"):
            session.recipe()


def test_domains_that_are_not_there_are_refused(installed):
    with pytest.raises(UserError, match="hats"):
        Editor("hair+hats", forge=installed)
    with pytest.raises(UserError, match="each once"):
        Editor("hair+hair", forge=installed)
    with pytest.raises(UserError, match="edits them in turns"):
        EditSession("hair+clothing", forge=installed)
