"""Sessions and their folders: two of one folder, pictures and folders that move."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest
from sessions import LONG, MANY, messages

from styleforge.editor import EditSession
from styleforge.editor.storage import read
from styleforge.errors import UserError


def test_the_session_that_was_opened_last_goes_on(mapped, forge, tmp_path):
    mapped.run(wait=True)
    mapped.save()
    with EditSession.restore(mapped.folder, forge) as again:
        again.set_seed(5)
        again.run(wait=True)
        again.save()
        mapped.set_seed(99)
        with pytest.raises(UserError, match="opened again elsewhere"):
            mapped.save()
        with pytest.raises(UserError, match="opened again elsewhere"):
            mapped.run(wait=True)
        copied = mapped.save(tmp_path / "copy")
    mapped.set_seed(98)
    mapped.close()  # it stays the older one when the newer has ended
    assert read(mapped.folder).nodes[-1].edit.seed == 5
    assert [one.id for one in read(mapped.folder).candidates] == ["r1", "r2"]
    assert read(copied).nodes[-1].edit.seed == 99


def test_a_visitor_whose_session_goes_on_elsewhere_is_told_no_folder(ready, forge, monkeypatch):
    monkeypatch.setattr("styleforge.editor.claim.visited", lambda: True)
    ready.save()
    taken = pytest.raises(UserError, match="reload this page")
    with EditSession.restore(ready.folder, forge), taken as raised:
        ready.save()
    assert str(ready.folder) not in str(raised.value)
    assert "session." not in str(raised.value)


def test_the_run_of_a_session_that_was_taken_over_stops(ready, recorder, forge):
    ready.set_steps(MANY)
    ready.run()
    recorder.until(lambda one: one.progress.done > 1)
    with EditSession.restore(ready.folder, forge) as again:
        assert ready.wait(LONG)
        assert "opened again elsewhere" in " ".join(messages(ready))
        assert [one.status for one in ready.snapshot().candidates] == ["stopped"]
        assert not (ready.folder / "results" / "r1.png").exists()
        ready.export_bytes()  # it is there, in memory
        assert again.snapshot().candidates == ()


def test_a_folder_that_cannot_be_claimed_can_be_looked_at(mapped, forge, monkeypatch):
    mapped.save()
    mapped.close()

    def refused(*_, **__):
        raise PermissionError("read only")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_text", refused)
        with EditSession.restore(mapped.folder, forge) as again:
            assert again.snapshot().preset == "toy-mapper"
            assert messages(again) == []


def test_a_picture_that_moved_is_found_where_it_was_added_again(mapped, pictures, tmp_path):
    old, new = tmp_path / "old.png", tmp_path / "new.png"
    shutil.copy(pictures / "appearance.png", old)
    mapped.add_reference(old, attribute="appearance")
    mapped.wait(LONG)
    old.rename(new)
    mapped.add_reference(new, attribute="appearance")
    mapped.wait(LONG)
    assert mapped.snapshot().tray[-1].source == str(new)
    assert mapped.run(wait=True).status == "done"
    shutil.copy(pictures / "shape.png", new)  # another picture under the name
    mapped.add_reference((pictures / "appearance.png").read_bytes(), attribute="appearance")
    mapped.wait(LONG)
    assert mapped.snapshot().tray[-1].source.startswith(str(mapped.folder))
    assert mapped.run(wait=True).status == "done"


def test_a_moved_session_resumes(ready, recorder, forge, tmp_path):
    uploaded = ready.image(ready.snapshot().tray[0].id).rotate(180)
    ready.add_reference(uploaded, "upload", "shape")
    ready.set_steps(MANY)
    ready.run()
    recorder.until(lambda one: one.progress.done > 2)
    ready.stop()
    ready.wait(LONG)
    ready.close()
    moved = tmp_path / "elsewhere"
    ready.folder.rename(moved)
    with EditSession.restore(moved, forge) as again:
        (made,) = again.snapshot().candidates
        again.resume(made.id)
        deadline = time.monotonic() + LONG
        while again.snapshot().progress.done <= made.steps and time.monotonic() < deadline:
            assert "There is no file" not in " ".join(messages(again, wait=False))
            time.sleep(0.05)
        again.stop()
        again.wait(LONG)
        assert again.snapshot().candidates[-1].steps > made.steps
        assert str(moved) in again.snapshot().candidates[-1].recipe


def test_a_session_stays_where_it_began(forge, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with EditSession("toy", forge=forge, folder="here") as made:
        (tmp_path / "other").mkdir()
        monkeypatch.chdir(tmp_path / "other")
        made.set_seed(4)
        assert made.save() == tmp_path / "here"
    assert not (tmp_path / "other" / "here").exists()
    monkeypatch.chdir(tmp_path)
    with EditSession.restore("here", forge) as again:
        assert again.snapshot().seed == 4
        assert again.folder == tmp_path / "here"
