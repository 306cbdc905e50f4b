"""The view with what is installed: every domain has an editor, and a portrait goes through it."""

from __future__ import annotations

import numpy as np
import pytest
from ipywidgets.widgets import widget as widget_module
from sessions import LONG
from viewing import pictures_of, use

from styleforge.editor import Editor
from styleforge.editor.view.find import every, find
from styleforge.editor.widgets import Compare, Gallery
from styleforge.forge import Forge


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


def test_the_gallery_is_one_widget_with_names_and_descriptions(installed, tmp_path):
    editor = Editor("hair", forge=installed, folder=tmp_path / "s")
    items = pictures_of(editor)
    assert [f"gallery:{name}" for name in items] == list(editor.session.gallery)
    assert "bob" in " ".join(one["about"] for one in items.values())
    sent = []
    (gallery,) = (one for one in every(editor) if isinstance(one, Gallery))
    gallery.send = lambda said, buffers: sent.append((said, buffers))
    gallery._handle_custom_msg({"kind": "want", "keys": ["gallery:ada", "gallery:bea"]}, [])
    assert editor.settle(LONG)
    ((said, buffers),) = sent
    assert said["keys"] == ["gallery:ada", "gallery:bea"]
    assert all(data.startswith(b"\xff\xd8\xff") for data in buffers)
    editor.close()


def test_an_editor_begins_with_few_models(installed, tmp_path):
    before = len(widget_module._instances)
    editor = Editor("hair", forge=installed, folder=tmp_path / "s")
    assert editor.settle(LONG)
    assert len(widget_module._instances) - before <= 150
    editor.close()
    assert len(widget_module._instances) <= before


def test_a_press_uses_what_is_missing(installed, tmp_path):
    editor = Editor("hair", forge=installed, folder=tmp_path / "s")
    (gallery,) = (one for one in every(editor) if isinstance(one, Gallery))
    assert gallery.target == "identity"
    gallery._handle_custom_msg({"kind": "use", "key": "gallery:ada", "role": "identity"}, [])
    assert editor.settle(LONG)
    assert gallery.target == "shape"
    find(editor, "Appearance from").value = "image"
    assert editor.settle(LONG)
    assert gallery.target == "appearance"
    gallery.use("gallery:bea")
    editor.children[0]._handle_custom_msg(
        {"kind": "drop", "key": "gallery:cleo", "role": "shape"}, []
    )
    assert editor.settle(LONG)
    items = pictures_of(editor)
    used = {name: one["used"] for name, one in items.items() if one["used"]}
    assert used == {"ada": ["Identity"], "bea": ["Appearance"], "cleo": ["Shape"]}
    assert [f"gallery:{name}" for name in items] == list(editor.session.gallery)  # in their places
    editor.close()


def test_words_and_a_picture_by_the_mapper(installed, tmp_path):
    editor = Editor("hair", forge=installed, folder=tmp_path / "s")
    use(editor, "ada", "identity")
    use(editor, "cleo", "shape")
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
