"""Nothing that a user made is lost: sessions on disk."""

from __future__ import annotations

import json
import shutil
import time
from dataclasses import replace

import numpy as np
import pytest
from sessions import LONG

from styleforge.editor import EditSession, Panel
from styleforge.editor.folders import FILE, kept_sessions
from styleforge.errors import PluginError, UserError
from styleforge.hookspecs import hookimpl


def plain(snapshot):
    return replace(snapshot, version=0, messages=(), folder="", ended="")


@pytest.fixture
def rich(mapped):
    """A session with results on two branches, a sweep and a mask."""
    mask = np.zeros((32, 32), np.uint8)
    mask[:16] = 255
    mapped.set_mask("identity", mask)
    mapped.add_reference(np.zeros((40, 40, 3), np.uint8), "black")
    mapped.set_text("appearance", "red")
    mapped.run(wait=True)
    mapped.accept()
    mapped.undo()
    mapped.sweep({"shape": [0, 1]})
    mapped.wait(LONG)
    return mapped


def test_a_session_is_restored_as_it_was(rich, forge):
    before = rich.snapshot()
    folder = rich.save()
    assert folder == rich.folder
    with EditSession.restore(folder, forge) as again:
        assert plain(again.snapshot()) == plain(before)
        assert again.recipe() == rich.recipe()
        again.redo()
        again.wait(LONG)
        assert again.snapshot().undo_label == "Accept Result 1"
        again.set_text("appearance", "blue")
        assert again.run(wait=True).status == "done"
        assert again.snapshot().candidates[0].id == "r4"  # counts on


def test_a_session_can_be_moved(rich, forge, tmp_path):
    copied = rich.save(tmp_path / "copy")
    before = rich.snapshot()
    rich.close()
    shutil.rmtree(rich.folder)
    with EditSession.restore(copied, forge) as again:
        assert again.snapshot().messages == ()
        shown = again.snapshot()
        assert [one.id for one in shown.candidates] == [one.id for one in before.candidates]
        uploaded = next(one for one in shown.tray if one.name == "black")
        assert uploaded.source.startswith(str(copied))
        assert str(copied) in shown.candidates[0].recipe  # the painted mask
        again.image(shown.candidates[0].picture)
    with pytest.raises(UserError, match="keeps a session already"):
        rich.__class__("toy", forge=forge, folder=copied)


def test_a_session_saves_itself(ready, forge):
    ready.set_seed(77)
    deadline = time.monotonic() + LONG
    path = ready.folder / FILE
    while not path.exists() or '"seed": 77' not in path.read_text():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    with EditSession.restore(ready.folder, forge) as again:
        assert again.snapshot().seed == 77


def test_an_untouched_session_leaves_no_folder(forge, tmp_path):
    with EditSession("toy", forge=forge, folder=tmp_path / "empty"):
        pass
    assert not (tmp_path / "empty").exists()


def test_sessions_without_a_folder_are_found_again(forge):
    with EditSession("toy", forge=forge) as made:
        made.set_seed(5)
    assert kept_sessions("toy") == (made.folder,)
    assert kept_sessions("boots") == ()
    with EditSession.restore(kept_sessions()[0], forge) as again:
        assert again.snapshot().seed == 5


def test_a_run_that_was_cut_off_goes_on(ready, recorder, forge):
    ready.set_steps(20_000)
    ready.run()
    recorder.until(lambda one: one.progress.done > 2)
    ready.save()
    as_it_was = (ready.folder / FILE).read_text()
    ready.stop()
    ready.wait(LONG)
    ready.close()
    (ready.folder / FILE).write_text(as_it_was)  # as if it had been killed: only a checkpoint
    with EditSession.restore(ready.folder, forge) as again:
        assert again.snapshot().interrupted == ("r1",)
        assert "cut off" in again.snapshot().messages[0].text
        again.resume("r1")
        deadline = time.monotonic() + LONG
        while again.snapshot().progress.done < 3 and time.monotonic() < deadline:
            time.sleep(0.05)
        again.stop()
        again.wait(LONG)
        assert [one.id for one in again.snapshot().candidates] == ["r1"]
        assert again.snapshot().interrupted == ()


def test_a_picture_that_is_gone_is_a_sentence(ready, forge, tmp_path, pictures):
    path = tmp_path / "mine.png"
    shutil.copy(pictures / "appearance.png", path)
    ready.add_reference(path)
    folder = ready.save()
    path.unlink()
    with EditSession.restore(folder, forge) as again:
        assert "mine.png" in again.snapshot().messages[0].text
        assert len(again.snapshot().tray) == 3


def test_what_is_no_session_is_refused(tmp_path, forge):
    with pytest.raises(UserError, match="no session"):
        EditSession.restore(tmp_path, forge)
    (tmp_path / FILE).write_text("{")
    with pytest.raises(UserError, match="cannot be read"):
        EditSession.restore(tmp_path, forge)


def test_a_newer_session_is_refused(ready, forge):
    path = ready.save() / FILE
    value = json.loads(path.read_text())
    path.write_text(json.dumps({**value, "version": 99}))
    with pytest.raises(UserError, match="newer"):
        EditSession.restore(ready.folder, forge)


def test_a_disk_that_is_full_is_a_message(session, tmp_path):
    session.folder.parent.mkdir(exist_ok=True)
    session.folder.write_text("a file where the folder should be")
    with pytest.raises(UserError, match="cannot be saved"):
        session.save()
    session.set_seed(1)
    session.wait(LONG)
    assert session.snapshot().seed == 1
    session.folder.unlink()


# --- panels -------------------------------------------------------------------------------
def build(session):
    return session.domain.name


def never(session):
    return False


def fails(session):
    raise RuntimeError("no idea")


class Panels:
    @hookimpl
    def register_panels(self, register):
        register(Panel(name="late", title="Late", help="Last.", build=build, order=200))
        register(Panel(name="toys", title="Toys", help="Toys.", build=build, domains=("toy",)))
        register(Panel(name="boots", title="B", help="B.", build=build, domains=("boots",)))
        register(Panel(name="never", title="N", help="N.", build=build, when=never))
        register(Panel(name="fails", title="F", help="F.", build=build, when=fails))


def test_panels_are_shown_where_they_belong(session):
    session.forge.use(Panels())
    assert [one.name for one in session.panels] == ["toys", "late"]
    assert session.panels[0].build(session) == "toy"
    session.wait(LONG)
    assert "'fails' is left out: RuntimeError: no idea" in session.snapshot().messages[0].text


def test_what_is_no_panel_is_refused(forge):
    class Wrong:
        @hookimpl
        def register_panels(self, register):
            register("a panel")

    with pytest.raises(PluginError, match="Panel was expected"):
        forge.use(Wrong())
