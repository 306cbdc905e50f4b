"""No room on the disk: nothing that was done is lost, and no worker is."""

from __future__ import annotations

import errno
import sqlite3

import pytest
from toy_server import asked

from styleforge.server import line, work


@pytest.fixture(autouse=True)
def soon(monkeypatch):
    monkeypatch.setattr(work, "AGAIN", 0.01)
    monkeypatch.setattr(line, "AGAIN", 0.01)


def test_a_result_is_kept_once_there_is_room_for_it(serve, monkeypatch):
    fails, write = iter([1, 1, 1]), work.write_whole

    def full(path, data):
        if path.name == work.RESULT and next(fails, None):
            raise OSError(errno.ENOSPC, "No space left on device")
        write(path, data)

    monkeypatch.setattr(work, "write_whole", full)
    running = serve()
    client = running.client()
    found = client.wait(running.http().post("/edits", json=asked()).json()["id"])
    assert found.state == "done"
    assert any("cannot be written yet" in one for one in found.notes)
    assert client.result(found).startswith(b"\x89PNG")


def test_a_worker_outlives_a_full_disk(serve, monkeypatch):
    running = serve()
    store, fails = running.app.state.desk.store, iter(range(6))
    change = store.change

    def full(edit, **changes):
        if next(fails, None) is not None:
            raise sqlite3.OperationalError("database or disk is full")
        change(edit, **changes)

    monkeypatch.setattr(store, "change", full)
    client = running.client()
    first = running.http().post("/edits", json=asked()).json()["id"]
    assert client.wait(first).state == "done"
    assert client.wait(client.edit("toy", "gallery:ann", shape="tall")).state == "done"


def test_an_edit_for_which_there_is_no_room_is_refused(serve, monkeypatch, tmp_path):
    running = serve()
    store = running.app.state.desk.store

    def full(row):
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(store, "add", full)
    answer = running.http().post("/edits", json=asked())
    assert answer.status_code == 507
    assert "cannot keep the edit (database or disk is full)" in answer.json()["error"]
    assert not list((tmp_path / "kept" / "edits").iterdir())
