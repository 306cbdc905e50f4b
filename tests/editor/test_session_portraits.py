"""A session with the plugins that are installed: real pictures, a trained mapper."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sessions import LONG

from styleforge.editor import EditSession
from styleforge.editor.saying import plainly
from styleforge.forge import Forge
from styleforge.prepare.images import load_image

pytest.importorskip("styleforge_hair")
pytest.importorskip("styleforge_portraits")


def test_two_edits_of_a_portrait_in_a_chain(tmp_path: Path) -> None:
    with EditSession("hair", forge=Forge(), pack="portraits", folder=tmp_path) as session:
        first, second = session.gallery[:2]
        session.set_identity(first)
        session.add_reference(second)
        session.set_preset("mapper")
        session.set_colour("appearance", "#2a6f4e")
        session.run(wait=True)
        session.accept()
        session.wait(LONG)
        before = session.snapshot()
        session.assign("shape", before.tray[0].id)
        result = session.run(wait=True)
        made = session.snapshot().candidates[0]
        assert result.recipe.identity is not None
        assert result.recipe.identity.path == before.identity.source
        code = session.to_python(str(tmp_path / "copied.png"))
        mask = np.asarray(session.region_mask("identity"))
    assert mask.shape == result.image.shape[-2:]
    assert 0.02 < (mask > 127).mean() < 0.6
    exec(compile(code, "copied", "exec"), {})
    saved = load_image(tmp_path / "results" / f"{made.id}.png")
    assert (load_image(tmp_path / "copied.png") - saved).abs().max() == 0


def test_notes_are_in_words_that_the_editor_shows(tmp_path: Path) -> None:
    with EditSession("hair", forge=Forge(), pack="portraits", folder=tmp_path) as session:
        session.set_identity("gallery:ada")
        session.add_reference("gallery:cleo", attribute="shape")
        session.set_preset("mapper")
        session.wait(LONG)
        turned = plainly("gallery:cleo was turned, gallery:cleo-2 not.", session._desk)
        session.set_text("shape", "a red bob")
        session.run(wait=True)
        session.wait(LONG)
        said = " ".join(one.text for one in session.snapshot().messages)
    assert turned == "cleo was turned, gallery:cleo-2 not."
    assert "ask for it as Appearance" in said
    assert "hair.appearance" not in said
