"""Edits outlive the server: none is lost, none is done twice, a half-done one goes on."""

from __future__ import annotations

import secrets
import sqlite3
import time

import pytest
from toy_server import Gate, asked

from styleforge.errors import UserError
from styleforge.prepare.images import read_recipe
from styleforge.run.checkpoint import read_header
from styleforge.server import line
from styleforge.server.store import FILE, Row, Store
from styleforge.server.work import CHECKPOINT, RESULT

LONG = asked(attributes={"shape": "gallery:bob"}, preset="toy-loho", steps=6)


def row_of(http, edit):
    return http.get(f"/edits/{edit}").json()


def test_a_half_done_edit_goes_on_to_the_same_picture(serve, toys, tmp_path):
    running = serve()
    whole = running.client().wait(running.http().post("/edits", json=LONG).json()["id"])
    expected = (tmp_path / "kept" / "edits" / whole.id / RESULT).read_bytes()

    gate = Gate(toys.executor("inline"))
    running = serve(gate)
    edit = running.http().post("/edits", json=LONG).json()["id"]
    assert gate.begun.wait(60)
    serve.leave()  # as on SIGTERM: the run is stopped in its step
    folder = tmp_path / "kept" / "edits" / edit
    _, done = read_header(folder / CHECKPOINT)
    assert 0 < done < 6
    assert not (folder / RESULT).exists()

    running = serve()
    found = running.client().wait(edit)
    assert (found.state, found.done) == ("done", 6)
    assert not any("began anew" in text for text in found.notes)
    assert not (folder / CHECKPOINT).exists()
    recipe = read_recipe(folder / RESULT)
    assert recipe.stop_after is None
    assert (folder / RESULT).read_bytes() == expected


def test_what_waited_is_done_in_its_order_and_what_was_done_stays(serve, toys):
    gate = Gate(toys.executor("inline"))
    gate.open.set()
    running = serve(gate)
    client = running.client()
    first = client.wait(client.edit("toy", "gallery:ann", shape="tall"))
    picture = client.result(first)
    gate.open.clear()
    waiting = [running.http().post("/edits", json=LONG).json()["id"] for _ in range(4)]
    assert gate.begun.wait(60)
    serve.leave()
    client = serve().client()
    ended = [client.wait(one) for one in waiting]
    assert {one.state for one in ended} == {"done"}
    assert sorted(ended, key=lambda one: one.ended) == ended
    assert client.get(first.id) == first
    assert client.result(first) == picture
    assert len(client.edits()) == 5


def test_an_edit_that_was_cancelled_while_the_server_left_is_not_begun(serve, toys):
    gate = Gate(toys.executor("inline"))
    running = serve(gate)
    http = running.http()
    _, waits = (http.post("/edits", json=LONG).json()["id"] for _ in range(2))
    http.delete(f"/edits/{waits}")
    serve.leave()
    client = serve().client()
    assert client.get(waits).state == "cancelled"


def killed(folder, edit, **changes):
    """A server that was killed: its rows say what they said then."""
    rows = sqlite3.connect(folder / FILE)
    for name, value in changes.items():
        rows.execute(f"UPDATE edits SET {name} = ? WHERE id = ?", (value, edit))
    rows.commit()
    rows.close()


def test_an_edit_that_ran_when_the_server_was_killed_is_begun_again(serve, tmp_path):
    running = serve()
    client = running.client()
    edit = client.wait(running.http().post("/edits", json=LONG).json()["id"])
    picture = client.result(edit)
    serve.leave()
    killed(tmp_path / "kept", edit.id, state="running", attempts=1, result=0, ended=None)
    (tmp_path / "kept" / "edits" / edit.id / RESULT).unlink()
    (tmp_path / "kept" / "edits" / edit.id / CHECKPOINT).write_bytes(b"half written")
    client = serve().client()
    found = client.wait(edit)
    assert found.state == "done"
    assert any("began anew" in text for text in found.notes)
    assert client.result(found) == picture


def test_an_edit_with_which_the_server_dies_again_and_again_is_left(serve, tmp_path):
    running = serve()
    edit = running.client().wait(running.http().post("/edits", json=LONG).json()["id"])
    serve.leave()
    killed(tmp_path / "kept", edit.id, state="running", attempts=line.ATTEMPTS, result=0)
    found = serve().client().wait(edit)
    assert found.state == "failed"
    assert found.error.startswith("The server ended 3 times")


def test_a_request_that_a_killed_server_had_not_answered_leaves_nothing(serve, tmp_path):
    stray = tmp_path / "kept" / "edits" / secrets.token_urlsafe(16)
    stray.mkdir(parents=True)
    (stray / "identity.png").write_bytes(b"...")
    mine = tmp_path / "kept" / "edits" / "my holiday"  # of somebody who named a folder with edits
    mine.mkdir()
    serve()
    assert not stray.exists()
    assert mine.exists()


def test_what_has_ended_is_removed_in_time_with_its_pictures(serve, tmp_path, identity):
    running = serve(keep_hours=1e-9)
    client = running.client()
    edit = client.wait(client.edit("toy", identity, shape="tall"))
    folder = tmp_path / "kept" / "edits" / edit.id
    assert folder.is_dir()
    time.sleep(0.01)
    assert running.app.state.desk.line.sweep() == 1
    assert not folder.exists()
    with pytest.raises(UserError, match="may have expired"):
        client.get(edit)


def test_two_servers_do_not_share_a_folder(serve, tmp_path):
    serve()
    with pytest.raises(UserError, match="Another server may have them"):
        Store(tmp_path / "kept")


def test_a_row_is_kept_as_it_was(tmp_path):
    store = Store(tmp_path)
    row = Row(id="a", owner="o", state="queued", domain="toy", method="m", recipe="{}",
              created=1.5, notes=("one", "two"), pictures=("identity",), whole=True)  # fmt: skip
    store.add(row)
    store.change("a", result=True, notes=("three",), link="secret")
    store.close()
    store = Store(tmp_path)
    found = store.get("a")
    assert found is not None
    assert (found.result, found.notes, found.pictures) == (True, ("three",), ("identity",))
    assert store.shared("secret") == found
    store.close()
