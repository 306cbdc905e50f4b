"""An editor whose cell is run again, one that goes on with another session, one that is closed."""

from __future__ import annotations

import gc
import threading
import weakref
from types import SimpleNamespace

import pytest
from ipywidgets.widgets.widget import _instances
from sessions import LONG
from viewing import html, settled

from styleforge.editor import Editor, EditSession, folders
from styleforge.editor.view import here
from styleforge.editor.view.find import every, find
from styleforge.editor.view.wiring import is_shown
from styleforge.editor.widgets.kept import KeptSessions


class Shell:
    """The shell of a kernel, as far as we look at it."""

    def __init__(self):
        self.meta, self.cell, self.runs = {}, "", 0
        self.kernel = SimpleNamespace(get_parent=self._parent)

    def _parent(self, channel):
        return {"metadata": {"cellId": self.cell}, "header": {"msg_id": f"{channel} {self.runs}"}}

    def run(self, cell):
        """A cell is run from now on."""
        self.cell, self.runs = cell, self.runs + 1


@pytest.fixture
def shell(monkeypatch):
    """A notebook's kernel."""
    monkeypatch.setenv("JPY_SESSION_NAME", "work/toy.ipynb")
    made = Shell()
    monkeypatch.setattr(here, "_shell", lambda: made)
    return made


def kept(editor):
    return next(one for one in every(editor) if isinstance(one, KeptSessions))


def send(editor, **content):
    kept(editor)._handle_custom_msg(content, [])


def left_behind(forge, picture, seed=5):
    with EditSession("toy", forge=forge) as made:
        made.set_identity(picture)
        made.set_seed(seed)
        made.wait(LONG)
    return made.folder


def threads():
    return [one for one in threading.enumerate() if one.name.startswith(("edit ", "editor "))]


def test_closed_editors_leave_nothing(forge, pictures):
    gc.collect()
    widgets_before, threads_before = set(_instances), threads()
    gone = []
    for _ in range(5):
        editor = Editor("toy", forge=forge)
        editor.session.set_identity(pictures / "identity.png")
        editor.session.add_reference(pictures / "shape.png", attribute="shape")
        editor.session.set_preset("toy-mapper")
        editor.session.run()
        settled(editor)
        assert len(_instances) > 50
        gone += [weakref.ref(editor), weakref.ref(editor.session)]
        editor.close()
    assert set(_instances) - widgets_before == set()
    for one in set(threads()) - set(threads_before):
        one.join(LONG)
    assert set(threads()) - set(threads_before) == set()
    del editor
    gc.collect()
    assert [one() for one in gone] == [None] * 10


def test_a_cell_that_is_run_again_keeps_its_session_and_lets_go_of_the_rest(shell, forge, pictures):
    shell.run("a")
    first = Editor("toy", forge=forge)
    first.session.set_identity(pictures / "identity.png")
    settled(first)
    session, models = first.session, len(_instances)
    shell.run("a")
    second = Editor("toy", forge=forge)
    assert second.session is session
    assert settled(second).identity.name == "identity"
    assert len(_instances) <= models
    assert first.children == ()
    shell.run("b")  # another cell is another editor's
    third = Editor("toy", forge=forge)
    assert third.session is not session
    assert second.children
    for one in (second, third):
        one.close()


def test_a_cell_of_two_editors(shell, forge, pictures):
    shell.run("a")
    made = [Editor("toy", forge=forge) for _ in range(2)]
    made[1].session.set_identity(pictures / "identity.png")
    settled(made[1])
    shell.run("a")
    again = [Editor("toy", forge=forge) for _ in range(2)]
    assert [one.session for one in again] == [one.session for one in made]
    for one in again:
        one.close()


def test_after_a_restart_the_cell_finds_its_session_on_the_disk(shell, forge, pictures):
    shell.run("a")
    first = Editor("toy", forge=forge)
    first.session.set_identity(pictures / "identity.png")
    settled(first)
    first.session.save()
    shell.meta.clear()  # a new kernel, which knows nothing of the first
    shell.run("a")
    again = Editor("toy", forge=forge)
    assert again.session.folder == first.session.folder
    assert settled(again).identity.name == "identity"
    assert "Here is your session as you left it today" in html(again, "sf-message-text")
    for one in (first, again):
        one.close()


def test_a_session_that_was_handed_in_stays_open(shell, session):
    shell.run("a")
    Editor(session)
    shell.run("a")
    Editor("toy", forge=session.forge).close()
    session.set_seed(3)
    assert session.wait(LONG)
    assert session.snapshot().seed == 3


def test_the_last_sessions_are_offered_and_gone_on_with(forge, pictures):
    folder = left_behind(forge, pictures / "identity.png")
    editor = Editor("toy", forge=forge)
    settled(editor)
    assert editor._sessions.shown
    assert [one["title"] for one in kept(editor).items] == ["identity"]
    assert not kept(editor).anew
    before = editor.session
    send(editor, kind="go on", key="/etc")  # nothing that was not offered
    send(editor, kind="go on", key=str(folder))
    assert editor.session is not before
    assert settled(editor).seed == 5
    assert find(editor, "Seed").value == "5"
    assert not editor._sessions.shown
    find(editor, "Your last sessions").click()
    settled(editor)
    assert editor._sessions.shown
    assert kept(editor).anew
    send(editor, kind="begin")
    assert settled(editor).identity is None
    assert [one["title"] for one in kept(editor).items] == ["identity"]
    editor.close()


def test_they_are_out_of_the_way_once_something_is_done(forge, pictures):
    left_behind(forge, pictures / "identity.png")
    editor = Editor("toy", forge=forge)
    editor.session.set_identity(pictures / "shape.png")
    settled(editor)
    assert not editor._sessions.shown
    editor.close()


def test_a_session_that_cannot_be_opened_is_a_message(forge, pictures):
    folder = left_behind(forge, pictures / "identity.png")
    editor = Editor("toy", forge=forge)
    settled(editor)
    (folder / folders.FILE).write_text("{")
    before = editor.session
    send(editor, kind="go on", key=str(folder))
    settled(editor)
    assert editor.session is before
    assert "cannot be read" in html(editor, "sf-message-text")
    editor.close()


# --- visitors of a page -------------------------------------------------------------------
@pytest.fixture
def page(shell, monkeypatch):
    """The kernel of a page, whose address can be set."""
    monkeypatch.setenv("SERVER_SOFTWARE", "voila/0.5")

    def visit(query=""):
        shell.meta.clear()
        monkeypatch.setenv("QUERY_STRING", query)

    return visit


def test_a_visitor_has_a_link_of_their_own(page, forge, pictures):
    page("notebook=1")
    first = Editor("toy", forge=forge)
    settled(first)
    bridge = first.children[0]
    assert bridge.link == ""  # nothing was done yet
    link = find(first, "Copy link")
    assert not is_shown(link)
    first.session.set_identity(pictures / "identity.png")
    settled(first)
    assert len(bridge.link) >= 32
    assert is_shown(link)
    sent = []
    bridge.send = sent.append
    link.click()
    assert sent == [{"kind": "link"}]  # the address is the browser's
    del bridge.send
    first.session.save()
    page(f"notebook=1&session={bridge.link}")
    again = Editor("toy", forge=forge)
    assert settled(again).identity.name == "identity"
    assert again.children[0].link == bridge.link
    assert "reload the page" in again.children[0].lost
    page("session=1")  # a token that somebody made up
    other = Editor("toy", forge=forge)
    assert settled(other).identity is None
    assert "no longer kept" in html(other, "sf-message-text")
    assert other.session.owner.token not in {"1", bridge.link}
    assert not kept(other).items
    assert not is_shown(find(other, "Your last sessions"))
    for one in (first, again, other):
        one.close()


def test_two_editors_of_one_page_have_a_session_each(page, forge, pictures):
    page()
    made = [Editor("toy", forge=forge) for _ in range(2)]
    for editor, name in zip(made, ("identity", "shape"), strict=True):
        editor.session.set_identity(pictures / f"{name}.png")
        settled(editor)
        editor.session.save()
    links = {editor.children[0].link for editor in made}
    assert len(links) == 1
    page(f"session={links.pop()}")
    again = [Editor("toy", forge=forge) for _ in range(2)]
    assert [settled(one).identity.name for one in again] == ["identity", "shape"]
    for one in (*made, *again):
        one.close()
