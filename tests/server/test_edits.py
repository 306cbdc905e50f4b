"""An edit on a server: asked for, watched, stopped, fetched; slow and late readers."""

from __future__ import annotations

import io
import json
import threading
import time

import pytest
from PIL import Image
from toy_server import Gate, asked, form

from styleforge.client import Edit, Preview, Progress
from styleforge.prepare.formats import recipe_of
from styleforge.prepare.images import encode_png
from styleforge.recipe.recipe import Recipe
from styleforge.run.events import Note
from styleforge.server.feed import Feed
from styleforge.server.taking import previews_every

SLOW = asked(attributes={"shape": "gallery:bob"}, preset="toy-loho")


def test_the_result_is_that_of_a_run_here(serve, toys, identity, tmp_path):
    client = serve().client()
    edit = client.edit("toy", identity, shape="gallery:bob", preset="toy-look", steps=3, seed=5)
    assert (edit.state, edit.steps, edit.pictures) == ("queued", 3, ("identity", "shape"))
    found = client.save(edit, tmp_path / "out.png")
    made = Image.open(tmp_path / "out.png")
    recipe = Recipe.from_json(recipe_of(made))
    assert recipe.identity.path == "upload:identity"
    assert str(tmp_path) not in recipe.to_json()
    (tmp_path / "me.png").write_bytes(identity)
    from styleforge.api.transfer_recipe import transfer_recipe

    here = transfer_recipe(
        toys, "toy", str(tmp_path / "me.png"), {"shape": "gallery:bob"}, preset="toy-look",
        steps=3, seed=5,
    )  # fmt: skip
    result = toys.executor("inline").submit(here).result()
    expected = Image.open(io.BytesIO(encode_png(result.pasted)))
    assert made.tobytes() == expected.tobytes()
    assert found.state == "done"
    assert not any(str(tmp_path) in text for text in found.notes)


def test_events_tell_the_state_notes_progress_and_previews_and_then_the_end(serve):
    client = serve().client()
    events = list(client.events(client.edit("toy", "gallery:ann", preset="toy-loho",
                                            shape="gallery:bob")))  # fmt: skip
    assert isinstance(events[-1], Edit)
    assert events[-1].state == "done"
    done = [one.done for one in events if isinstance(one, Progress)]
    assert done == sorted(done)
    previews = [one for one in events if isinstance(one, Preview)]
    assert Image.open(io.BytesIO(previews[-1].jpeg)).size == (32, 32)
    late = list(client.events(events[-1]))
    assert late[-1] == events[-1]


def test_events_are_server_sent_ones(serve):
    http = serve().http()
    edit = http.post("/edits", json=asked()).json()["id"]
    with http.stream("GET", f"/edits/{edit}/events") as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        text = "".join(answer.iter_text())
    names = [one.removeprefix("event: ") for one in text.splitlines() if one.startswith("event")]
    assert set(names) <= {"state", "note", "progress", "preview"}
    assert names[-1] == "state"
    data = [one for one in text.splitlines() if one.startswith("data: ")]
    assert json.loads(data[-1].removeprefix("data: "))["state"] == "done"


def test_who_reads_slowly_or_goes_away_holds_up_nobody(serve, toys):
    gate = Gate(toys.executor("inline"))
    running = serve(gate)
    http = running.http()
    edit = http.post("/edits", json=SLOW).json()["id"]
    assert gate.begun.wait(60)
    feed = running.app.state.desk.line.feed(edit)
    for _ in range(20):
        with http.stream("GET", f"/edits/{edit}/events") as answer:
            next(answer.iter_text())  # and not another word
    gate.open.set()
    assert running.client().wait(edit).state == "done"
    end = time.monotonic() + 30
    while feed._readers and time.monotonic() < end:
        time.sleep(0.05)
    assert not feed._readers


def test_an_edit_that_is_cancelled_keeps_its_best(serve, toys):
    gate = Gate(toys.executor("inline"))
    running = serve(gate)
    client = running.client()
    http = running.http()
    edit = http.post("/edits", json=SLOW).json()["id"]
    assert gate.begun.wait(60)
    assert client.cancel(edit).state in {"stopping", "stopped"}
    found = client.wait(edit)
    assert (found.state, found.result) == ("stopped", True)
    assert 0 < found.done < 8
    recipe = Recipe.from_json(recipe_of(Image.open(io.BytesIO(client.result(edit)))))
    assert recipe.stop_after == found.done
    assert client.cancel(edit).state == "stopped"  # as often as one likes


def test_an_edit_that_waits_is_cancelled_at_once(serve, toys):
    gate = Gate(toys.executor("inline"))
    running = serve(gate)
    client, http = running.client(), running.http()
    first, second, third = (http.post("/edits", json=SLOW).json()["id"] for _ in range(3))
    assert gate.begun.wait(60)
    assert [client.get(one).ahead for one in (first, second, third)] == [0, 0, 1]
    assert client.cancel(second).state == "cancelled"
    assert client.get(third).ahead == 0
    assert http.get(f"/edits/{second}/result.png").status_code == 404
    assert http.get(f"/edits/{third}/result.png").status_code == 409
    gate.open.set()
    assert client.wait(third).state == "done"


def test_an_edit_ends_after_its_time_and_keeps_its_best(serve, toys):
    gate = Gate(toys.executor("inline"))  # which is never opened
    client = serve(gate, seconds=1.5).client()
    found = client.wait(client.edit("toy", "gallery:ann", preset="toy-loho", shape="gallery:bob"))
    assert (found.state, found.result) == ("stopped", True)
    assert "limit of this server" in found.notes[-1]


def test_a_run_that_fails_is_an_edit_that_says_why(serve):
    client = serve().client()
    edit = client.edit("toy", "gallery:ann", shape="tall", pack="toy", subjects={"identity": 7})
    found = client.wait(edit)
    assert found.state == "failed"
    assert not found.result
    assert found.error.endswith(".")


def test_a_fault_of_a_plugin_stops_no_worker(serve, toys):
    class Broken:
        def submit(self, recipe, **how):
            raise ZeroDivisionError("of a plugin")

    running = serve(Broken())
    client = running.client()
    for _ in range(3):
        found = client.wait(client.edit("toy", "gallery:ann", shape="tall"))
        assert found.state == "failed"
        assert "ZeroDivisionError" in found.error


def test_what_is_over_can_be_removed_and_nothing_else(serve, toys, identity, tmp_path):
    gate = Gate(toys.executor("inline"))
    running = serve(gate)
    http, client = running.http(), running.client()
    edit = http.post("/edits", json=SLOW).json()["id"]
    assert http.delete(f"/edits/{edit}?forget=true").status_code == 409
    gate.open.set()
    client.wait(edit)
    client.forget(edit)
    assert client.edits() == ()
    assert not (tmp_path / "kept" / "edits" / edit).exists()


def test_pictures_that_it_is_made_of_are_given_back(serve, identity, gallery):
    http = serve().http()
    sent = form(asked(identity="upload:identity", attributes={"shape": "gallery:bob"}),
                identity=identity)  # fmt: skip
    edit = http.post("/edits", **sent).json()["id"]
    before = http.get(f"/edits/{edit}/pictures/identity.png").content
    own = Image.open(io.BytesIO(identity)).convert("RGB").tobytes()
    assert Image.open(io.BytesIO(before)).convert("RGB").tobytes() == own
    shape = http.get(f"/edits/{edit}/pictures/shape.png").content
    assert shape == (gallery / "bob.png").read_bytes()
    assert http.get(f"/edits/{edit}/pictures/appearance.png").status_code == 404


def test_notes_come_once_however_often_a_reader_comes_back(serve):
    client = serve().client()
    edit = client.edit("toy", "gallery:ann", shape="tall")
    notes = [one.text for one in client.events(edit) if isinstance(one, Note)]
    assert notes
    assert len(notes) == len(set(notes))
    assert tuple(notes) == client.get(edit).notes


def test_who_runs_least_is_next(serve, toys):
    """One token's hundred edits do not stand before another's first."""
    ann, bob = "a" * 20, "b" * 20
    gate = Gate(toys.executor("inline"))
    gate.width = 2
    running = serve(gate, tokens=(ann, bob))
    own = [running.http(ann).post("/edits", json=SLOW).json()["id"] for _ in range(3)]
    assert gate.begun.wait(60)
    other = running.http(bob).post("/edits", json=SLOW).json()["id"]
    running.http(ann).delete(f"/edits/{own[0]}")
    end = time.monotonic() + 30
    while running.client(bob).get(other).state != "running" and time.monotonic() < end:
        time.sleep(0.02)
    assert running.client(bob).get(other).state == "running"
    assert running.client(ann).get(own[2]).state == "queued"
    gate.open.set()


def test_health_says_what_waits_and_metrics_what_was_done(serve):
    running = serve()
    client = running.client()
    client.wait(client.edit("toy", "gallery:ann", shape="tall"))
    health = client.health()
    assert (health["status"], health["waiting"], health["token"]) == ("ok", 0, False)
    text = running.http().get("/metrics").text
    assert 'styleforge_edits_ended_total{domain="toy",state="done"} 1.0' in text
    assert 'styleforge_request_seconds_count{route="/edits",status="202"} 1.0' in text


@pytest.mark.parametrize(
    ("asked_for", "steps", "every"),
    [(None, 36, 2), (None, 2000, 100), (1, 2000, 100), (500, 2000, 500), (0, 36, 0), (None, 0, 0)],
)
def test_previews_are_as_many_as_the_server_likes(asked_for, steps, every):
    assert previews_every(asked_for, steps, 20) == every


def test_edits_asked_for_at_once_are_all_done(serve):
    running = serve(queued=100, per_token=100)
    made: list[str] = []

    def ask():
        with running.client() as client:
            made.append(client.edit("toy", "gallery:ann", shape="tall").id)

    threads = [threading.Thread(target=ask) for _ in range(12)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    client = running.client()
    assert {client.wait(one).state for one in made} == {"done"}
    assert len(set(made)) == len(client.edits()) == 12


def test_an_edit_that_ends_while_it_is_cancelled_stays_ended(serve, monkeypatch):
    running = serve()
    client, line = running.client(), running.app.state.desk.line
    edit = client.wait(client.edit("toy", "gallery:ann", shape="tall"))
    row = running.app.state.desk.store.get(edit.id)
    late = Feed(edit.id, row.owner, row.created)  # it was found a moment before the edit ended
    monkeypatch.setattr(line, "feed", lambda _: late)
    line.cancel(row)
    assert client.get(edit).state == "done"
