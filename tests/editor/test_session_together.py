"""Hair and clothing in one session: one run, one result, one step of the history."""

from __future__ import annotations

import numpy as np
import pytest
from sessions import LONG

from styleforge.editor import EditSession
from styleforge.errors import UserError
from styleforge.run.job import Job


@pytest.fixture
def session(installed, tmp_path):
    """Ada, with one pass for both domains."""
    with EditSession(
        "hair+clothing", forge=installed, pack="portraits", folder=tmp_path / "s"
    ) as made:
        made.set_identity("gallery:ada")
        made.set_preset("mapper")
        made.to_domain("clothing")
        made.set_preset("mapper")
        made.to_domain("hair")
        made.wait(LONG)
        yield made


def ask_both(session):
    session.set_text("appearance", "red")
    session.to_domain("clothing")
    session.set_text("appearance", "green")
    session.wait(LONG)


def said(session):
    session.wait(LONG)
    return [one.text for one in session.snapshot().messages]


def test_what_is_asked_of_both_is_one_run_with_one_result(session):
    ask_both(session)
    now = session.snapshot()
    assert (now.domain, now.attribute("appearance").text) == ("clothing", "green")
    assert [one.name for one in now.beside if one.asked] == ["hair.appearance"]
    assert now.undo_label == "Clothing, Colour: green"
    before = len(now.history)
    result = session.run(wait=True, timeout=LONG)
    assert result.recipe.domains == ("hair", "clothing")
    now = session.snapshot()
    (made,) = now.candidates
    assert made.about == "ada; Hair: Colour: red; Clothing: Colour: green"
    assert now.ended == "done"

    # The recipe does it again, to the same pixels.
    again = Job(session.forge, result.recipe.as_asked()).result()
    assert np.array_equal(again.photo, result.photo)

    # Accepted, it is one step, and what was asked of both is done; undo brings both back.
    session.accept()
    session.wait(LONG)
    now = session.snapshot()
    assert len(now.history) == before + 1
    assert now.identity.id == made.picture
    assert not any(one.asked for one in (*now.attributes, *now.beside))
    session.undo()
    session.wait(LONG)
    now = session.snapshot()
    assert now.identity.name == "ada"
    assert now.attribute("appearance").text == "green"
    assert [one.text for one in now.beside if one.asked] == ["red"]
    assert [one.id for one in now.candidates] == [made.id]


def test_what_is_asked_of_one_is_a_run_of_that_one_wherever_one_looks(session):
    session.set_text("appearance", "red")
    session.to_domain("clothing")
    result = session.run(wait=True, timeout=LONG)
    assert result.recipe.domains == ("hair",)
    assert "sf.edit(" in session.to_python()
    assert "'hair'" in session.to_python()
    session.set_text("appearance", "green")
    assert "sf.Job(" in session.to_python()


def test_the_preview_is_of_both(session):
    session.live()
    ask_both(session)
    session.wait(LONG)
    preview = session.snapshot().preview
    assert preview.picture, preview.problem
    session.to_domain("hair")  # looking elsewhere changes nothing
    session.wait(LONG)
    assert session.snapshot().preview.picture == preview.picture


def test_the_published_defaults_are_one_run(installed, tmp_path):
    with EditSession(
        "hair+clothing", forge=installed, pack="portraits", folder=tmp_path / "d"
    ) as session:
        session.set_identity("gallery:ada")
        session.set_steps(4)
        ask_both(session)
        recipe = session.recipe()
        assert recipe.domains == ("hair", "clothing")
        plain = installed.recipe("hair+clothing")
        methods = (recipe.method, *(one.method for one in recipe.also))
        assert methods == (plain.method, *(one.method for one in plain.also))
        result = session.run(wait=True, timeout=LONG)
        assert result.steps == 4


def test_presets_that_do_not_fit_are_refused_before_the_queue(session):
    ask_both(session)
    session.set_preset("loho")
    session.run()
    assert any("cannot be edited together" in one for one in said(session))
    assert session.snapshot().queue == ()
    assert session.snapshot().candidates == ()


def test_a_recipe_of_both_is_loaded_into_both(session):
    ask_both(session)
    session.set_strength("appearance", 0.5)
    recipe = session.recipe()
    session.to_domain("hair")
    session.set_text("appearance", "blond")
    session.to_domain("clothing")
    session.set_enabled("appearance", False)
    session.load_recipe(recipe.to_json())
    session.wait(LONG)
    now = session.snapshot()
    assert not now.custom, said(session)
    assert now.domain == "clothing"
    assert (now.attribute("appearance").text, now.attribute("appearance").strength) == (
        "green",
        0.5,
    )
    assert [one.text for one in now.beside if one.asked] == ["red"]
    assert session.recipe() == recipe

    alone = session.forge.recipe(
        "hair", "mapper", pack="portraits", identity=recipe.identity,
        conditions={"hair.appearance": recipe.conditions["hair.appearance"]},
    )  # fmt: skip
    session.load_recipe(alone)
    session.wait(LONG)
    assert session.recipe().domains == ("hair",)


def test_masks_and_history_are_kept_by_domain(session):
    ask_both(session)
    session.set_mask("identity", np.ones((256, 256), bool))
    session.wait(LONG)
    assert session.snapshot().painted
    session.to_domain("hair")
    session.wait(LONG)
    assert not session.snapshot().painted
    recipe = session.recipe()
    assert not recipe.masks
    assert list(recipe.also[0].masks) == ["identity"]


def test_a_restored_session_is_as_it_was(session, installed):
    ask_both(session)
    session.run()
    session.wait(LONG)
    session.close()
    with EditSession.restore(session.folder, installed) as again:
        now = again.snapshot()
        assert again.spec == "hair+clothing"
        assert (now.domain, now.attribute("appearance").text) == ("clothing", "green")
        assert [one.text for one in now.beside if one.asked] == ["red"]
        assert len(now.candidates) == 1
        assert again.recipe().domains == ("hair", "clothing")


def test_a_sweep_of_one_keeps_what_is_asked_of_the_other(session):
    ask_both(session)
    session.sweep({"appearance": ["green", "blue"]})
    session.wait(LONG)
    cells = session.snapshot().sweep_cells.values()
    assert [one.about.partition("; ")[2] for one in cells] == [
        "Hair: Colour: red; Clothing: Colour: green",
        "Hair: Colour: red; Clothing: Colour: blue",
    ]


def test_a_domain_that_is_not_edited_is_refused(session, installed):
    with pytest.raises(UserError, match="edits hair and clothing, and not 'hats'"):
        session.to_domain("hats")
    with pytest.raises(UserError, match="hats"):
        EditSession("hair+hats", forge=installed)
