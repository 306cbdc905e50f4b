"""The view with what is installed: every domain has an editor, and a portrait goes through it."""

from __future__ import annotations

import numpy as np
import pytest

from styleforge.editor import Editor
from styleforge.editor.view.find import every, find
from styleforge.editor.widgets import Compare
from styleforge.forge import Forge

LONG = 300.0


@pytest.fixture(scope="module")
def installed():
    forge = Forge()
    if "portraits" not in forge.packs:
        pytest.skip("The pack of portraits is not installed.")
    return forge


def test_every_domain_has_an_editor(installed, tmp_path):
    for name in installed.domains:
        editor = Editor(name, forge=installed)
        roles = [item.title for item in editor.session.attributes]
        assert all(find(editor, title) for title in roles)
        editor.close()


def test_the_gallery_is_shown_in_part_then_whole(installed, tmp_path):
    editor = Editor("hair", forge=installed, folder=tmp_path / "s")
    gallery = editor.session.gallery

    def cards():
        return sum(
            "sf-picture-card" in one._dom_classes
            for one in every(editor)
            if hasattr(one, "_dom_classes")
        )

    assert cards() == 12 < len(gallery)
    find(editor, f"All {len(gallery)} pictures").click()
    assert editor.settle(LONG)
    assert cards() == len(gallery)
    editor.close()


def test_words_and_a_picture_by_the_mapper(installed, tmp_path):
    editor = Editor("hair", forge=installed, folder=tmp_path / "s")
    find(editor, "Use ada as").value = "identity"
    find(editor, "Use cleo as").value = "shape"
    find(editor, "Appearance in words").value = "red"
    find(editor, "Preset").value = "mapper"
    assert editor.settle(LONG)
    find(editor, "Run").click()
    assert editor.settle(LONG)
    snapshot = editor.session.snapshot()
    assert [one.status for one in snapshot.candidates] == ["done"]
    before, after = (
        np.asarray(editor.session.image(one.id), dtype=float) for one in snapshot.compare
    )
    changed = np.abs(before - after).max(axis=-1) > 40
    assert 0.05 < changed.mean() < 0.6  # hair, not the whole picture
    compare = next(one for one in every(editor) if isinstance(one, Compare))
    assert compare.before_label == "Identity: ada"
    assert len(compare.after)
    editor.close()
