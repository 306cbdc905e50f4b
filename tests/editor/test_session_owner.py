"""Whose a session is: a cell finds its own again, a visitor theirs and nobody else's."""

from __future__ import annotations

import os
import time

import pytest
from sessions import LONG

from styleforge.editor import EditSession, folders
from styleforge.editor.kept import when
from styleforge.editor.opening import open_session
from styleforge.editor.owner import Owner, new_token, own_folder
from styleforge.errors import UserError

CELL = Owner.cell("work/hair.ipynb", "a1b2", 0)


def left(forge, owner, picture, seed=5):
    """A session in which something was done, closed."""
    with open_session("toy", forge=forge, owner=owner) as made:
        made.set_identity(picture)
        made.set_seed(seed)
        made.wait(LONG)
    return made.folder


def test_a_cell_finds_its_own_session_again(forge, pictures):
    folder = left(forge, CELL, pictures / "identity.png")
    left(forge, Owner.cell("work/hair.ipynb", "other", 0), pictures / "shape.png", 6)
    left(forge, Owner.cell("copy.ipynb", "a1b2", 0), pictures / "shape.png", 7)
    with open_session("toy", forge=forge, owner=CELL) as again:
        again.wait(LONG)
        snapshot = again.snapshot()
    assert again.folder == folder
    assert snapshot.seed == 5
    assert snapshot.identity.name == "identity"
    assert "as you left it today" in snapshot.messages[-1].text
    assert "work/hair" not in "".join(path.read_text() for path in folder.glob("*.owner"))


def test_of_several_the_one_that_was_used_last(forge, pictures):
    first = left(forge, CELL, pictures / "identity.png", 5)
    with EditSession("toy", forge=forge, owner=CELL) as second:
        second.set_seed(6)
        second.wait(LONG)
    then = time.time() - 60
    os.utime(first / folders.FILE, (then, then))
    assert own_folder("toy", CELL) == second.folder
    os.utime(second.folder / folders.FILE, (then - 60, then - 60))
    assert own_folder("toy", CELL) == first


def test_a_session_that_is_taken_over_is_the_cells_from_then_on(forge, pictures):
    folder = left(forge, Owner(), pictures / "identity.png")
    assert own_folder("toy", CELL) is None
    EditSession.restore(folder, forge, owner=CELL).close()
    assert own_folder("toy", CELL) == folder


def test_of_another_pack_or_unreadable_it_stays_and_a_new_one_begins(forge, pictures):
    folder = left(forge, CELL, pictures / "identity.png")
    (folder / folders.FILE).write_text("{")
    with open_session("toy", forge=forge, owner=CELL) as new:
        new.wait(LONG)
        assert new.folder != folder
        assert "could not be opened" in new.snapshot().messages[-1].text
    assert (folder / folders.FILE).read_text() == "{"


def test_a_folder_that_is_named_is_gone_on_with(forge, tmp_path, pictures):
    for seed in (0, 9):
        with open_session("toy", forge=forge, folder=tmp_path / "mine") as made:
            assert made.snapshot().seed == seed
            made.set_seed(9)
            made.wait(LONG)
    (tmp_path / "mine" / folders.FILE).write_text("{")
    with pytest.raises(UserError, match="cannot be read"):
        open_session("toy", forge=forge, folder=tmp_path / "mine")


def test_the_last_sessions_are_offered(forge, pictures):
    folder = left(forge, CELL, pictures / "identity.png")
    with EditSession("toy", forge=forge) as empty:
        empty.set_seed(3)  # nothing to see in it
        empty.wait(LONG)
    with EditSession("toy", forge=forge) as session:
        (kept,) = session.last_sessions()
        assert kept.folder == folder
        assert kept.title == "identity"
        assert kept.picture.startswith(b"\xff\xd8")
        assert kept.changed == pytest.approx(time.time(), abs=60)
    with EditSession.restore(folder, forge) as own:
        assert own.last_sessions() == ()


def test_titles_say_what_was_asked(forge, pictures):
    with EditSession("toy", forge=forge) as made:
        made.set_identity(pictures / "identity.png")
        made.set_text("shape", "tall  and round")
        made.set_colour("appearance", "#008080")
        made.wait(LONG)
    with EditSession("toy", forge=forge) as session:
        (kept,) = session.last_sessions()
    assert kept.title == "identity; Shape: tall and round, Colour: teal"


def test_when_is_said_as_a_person_says_it():
    now = time.mktime((2026, 3, 30, 9, 0, 0, 0, 0, -1))  # the day after clocks change in Europe
    assert when(now - 3600, now) == "today, 08:00"
    assert when(now - 10 * 3600, now).startswith("yesterday, ")
    assert when(now - 80 * 3600, now).startswith("27 March, ")


# --- visitors of a page -------------------------------------------------------------------
@pytest.fixture
def page(monkeypatch):
    monkeypatch.setenv("SERVER_SOFTWARE", "voila/0.5")


@pytest.mark.usefixtures("page")
def test_a_visitor_sees_no_session_but_their_own(forge, pictures):
    mine, theirs = Owner.visitor(new_token()), Owner.visitor(new_token())
    folder = left(forge, mine, pictures / "identity.png")
    assert own_folder("toy", mine) == folder
    assert own_folder("toy", theirs) is None
    assert own_folder("toy", Owner()) is None
    with open_session("toy", forge=forge, owner=theirs) as other:
        assert other.last_sessions() == ()
        assert other.snapshot().identity is None
    with open_session("toy", forge=forge, owner=mine) as again:
        assert again.snapshot().identity.name == "identity"


@pytest.mark.usefixtures("page")
def test_a_link_cannot_be_made_from_what_lies_on_the_disk(forge, pictures):
    token = new_token()
    assert len(token) >= 32
    assert new_token() != token
    folder = left(forge, Owner.visitor(token), pictures / "identity.png")
    assert folder.parent == folders.visitors_folder()
    written = [folder.name, *(path.name for path in folder.rglob("*"))]
    written += [path.read_text("latin-1") for path in folder.rglob("*") if path.is_file()]
    assert not any(token in one for one in written)
    for guess in (folder.name, folder.name.partition("-")[2], "..", "../sessions", ""):
        assert own_folder("toy", Owner.visitor(guess)) is None


@pytest.mark.usefixtures("page")
def test_what_was_kept_for_long_enough_is_gone(forge, pictures, monkeypatch):
    monkeypatch.setenv("STYLEFORGE_VISITORS", "24")
    owner = Owner.visitor(new_token())
    folder = left(forge, owner, pictures / "identity.png")
    assert own_folder("toy", owner) == folder
    then = time.time() - 25 * 3600
    for path in (*folder.rglob("*"), folder):
        os.utime(path, (then, then))
    assert own_folder("toy", owner) is None
    assert not folder.exists()


@pytest.mark.usefixtures("page")
def test_a_visitor_who_begins_anew_keeps_both_and_the_link_leads_to_the_last(forge, pictures):
    owner = Owner.visitor(new_token())
    first = left(forge, owner, pictures / "identity.png")
    then = time.time() - 60
    os.utime(first / folders.FILE, (then, then))
    with EditSession("toy", forge=forge, owner=owner) as second:  # with another pack, say
        second.set_identity(pictures / "shape.png")
        second.wait(LONG)
    assert second.folder != first
    assert own_folder("toy", owner) == second.folder
    os.utime(second.folder / folders.FILE, (then - 60, then - 60))
    assert own_folder("toy", owner) == first
