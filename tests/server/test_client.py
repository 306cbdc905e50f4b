"""The client, and runs on a server as an executor: events, result and sentences as here."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
import torch
from PIL import Image
from toy_server import ANN, Gate, asked

from styleforge.client import Client, ServerError
from styleforge.client.executor import Http
from styleforge.client.uploads import Parcel
from styleforge.errors import Refused, UserError
from styleforge.hookspecs import hookimpl
from styleforge.prepare.parse import image_ref
from styleforge.recipe.condition import Mask, Swatch
from styleforge.run.checkpoint import read_header
from styleforge.run.events import Finished, Note, Step
from styleforge.run.executor import Executor, Keeping, Run
from styleforge.run.many import Task, together


@pytest.fixture
def recipe(toys, pictures):
    models = toys.models("toy")
    me, her = (image_ref(str(pictures / f"{one}.png"), models) for one in ("identity", "shape"))
    asked_for = {"toy.shape": her, "toy.appearance": Swatch("#8a2be2")}
    return toys.recipe("toy", "toy-loho", identity=me, conditions=asked_for).with_steps(6)


def test_a_refusal_is_the_servers_own_sentence(serve):
    client = serve().client()
    with pytest.raises(ServerError, match="toy has no attribute 'nothing'") as refused:
        client.edit("toy", "gallery:ann", nothing="tall")
    assert refused.value.status == 422
    with pytest.raises(ServerError, match="no picture 'nobody'"):
        client.edit("toy", "gallery:nobody", shape="tall")


def test_files_bytes_words_and_masks_are_sent_as_what_they_are(serve, pictures, tmp_path):
    running = serve()
    client = running.client()
    mask = Image.new("L", (32, 32))
    mask.paste(255, (8, 8, 24, 24))
    mask.save(tmp_path / "mask.png")
    edit = client.edit(
        "toy", (pictures / "identity.png").read_bytes(), masks={"identity": tmp_path / "mask.png"},
        shape=str(pictures / "shape.png"), appearance="#8a2be2", preset="toy-look",
    )  # fmt: skip
    row = running.app.state.desk.store.get(edit.id)
    for word in ("upload:identity", "upload:mask_identity", "upload:shape", "#8a2be2"):
        assert word in row.recipe
    found = client.wait(edit)
    assert found.state == "done", found.error
    with pytest.raises(UserError, match=r"There is no picture gone\.png"):
        client.edit("toy", "gone.png", shape="tall")


def test_no_server_is_a_sentence():
    with Client("http://127.0.0.1:9") as client, pytest.raises(UserError, match="No styleforge"):
        client.health()
    with pytest.raises(UserError, match="is no address of a server"):
        Client("localhost:8788")


def test_what_is_no_styleforge_is_a_sentence():
    elsewhere = httpx.MockTransport(lambda _: httpx.Response(502, html="<h1>Bad gateway</h1>"))
    sentence = "answered 502 Bad Gateway"
    with (
        Client("http://proxy", transport=elsewhere) as client,
        pytest.raises(ServerError, match=sentence),
    ):
        client.health()


def test_the_token_is_that_of_the_environment(serve, monkeypatch):
    running = serve(tokens=(ANN,))
    with pytest.raises(ServerError, match="needs a token"):
        running.client().gallery()
    monkeypatch.setenv("STYLEFORGE_TOKEN", f"{ANN}, another-token-0123456789")
    assert running.client().gallery()


def test_who_waits_is_answered_in_time(serve, toys):
    running = serve(Gate(toys.executor("inline")))
    client = running.client()
    edit = client.edit("toy", "gallery:ann", shape="gallery:bob", preset="toy-loho")
    assert not client.wait(edit, timeout=0.5).over


# --- the executor ---------------------------------------------------------------------------
def test_a_run_on_a_server_is_as_a_run_here(serve, toys, recipe):
    executor = toys.executor(serve().url)
    assert isinstance(executor, Executor)
    assert isinstance(executor, Http)
    assert executor.width == 1
    toys.executor("inline").submit(recipe).result()  # models are loaded then, which runs tell
    run = executor.submit(recipe, preview_every=2)
    assert isinstance(run, Run)
    assert isinstance(run, Keeping)
    there = list(run)
    here = list(toys.executor("inline").submit(recipe, preview_every=2))
    assert [type(one) for one in there] == [type(one) for one in here]
    for one, other in zip(there, here, strict=True):
        if isinstance(one, Step):
            assert (one.losses, one.done) == (other.losses, other.done)
            assert (one.preview is None) == (other.preview is None)
        elif not isinstance(one, Finished):
            assert one == other
    ours, theirs = here[-1].result, run.result()
    for name in ("image", "pasted", "generated", "latent"):
        assert torch.equal(getattr(ours, name), getattr(theirs, name)), name
    assert theirs.recipe == ours.recipe
    assert theirs.notes == ours.notes
    assert list(theirs.references) == list(ours.references)


def test_a_run_is_stopped_and_goes_on_anywhere(serve, toys, recipe, tmp_path):
    url, kept = serve().url, tmp_path / "run.resume"
    whole = toys.executor("inline").submit(recipe).result()
    run = toys.executor(url).submit(recipe, checkpoint=kept)
    for event in run:
        if isinstance(event, Step) and event.done == 2:
            run.stop()
    stopped = run.result()
    if stopped.status == "done":  # it was quicker than the word
        pytest.skip("The run had ended before it was stopped.")
    _, done = read_header(kept)
    assert done == stopped.steps < 6
    on = toys.executor(url).submit(recipe, checkpoint=kept, resume=True)
    assert torch.equal(on.result().image, whole.image)


def test_a_run_whose_events_nobody_takes_is_stopped(serve, toys, recipe, tmp_path):
    gate = Gate(toys.executor("inline"))
    running = serve(gate)
    events = iter(toys.executor(running.url).submit(recipe, checkpoint=tmp_path / "kept.resume"))
    while not isinstance(next(events), Step):
        pass
    events.close()  # as Ctrl-C does
    (edit,) = running.client().edits()
    assert edit.state == "stopped"
    assert read_header(tmp_path / "kept.resume")[1] == 1


def test_a_run_goes_on_though_the_server_is_restarted(serve, toys, recipe, tmp_path):
    whole = toys.executor("inline").submit(recipe).result()
    gate = Gate(toys.executor("inline"))
    running = serve(gate)
    run = toys.executor(running.url).submit(recipe)
    events = []
    for event in run:
        events.append(event)
        if isinstance(event, Step) and event.done == 1:
            serve.leave()
            running = serve(port=int(running.url.rpartition(":")[2]))
    steps = [one.done for one in events if isinstance(one, Step)]
    assert steps == [1, 2, 3, 4, 5, 6]
    assert torch.equal(run.result().image, whole.image)


def test_an_error_of_a_run_there_is_the_error_here(serve, toys, recipe):
    class Refusing:
        @hookimpl
        def before_run(self, recipe):
            raise Refused("Not today.")

    url = serve().url
    toys.use(Refusing(), "refusing")
    with pytest.raises(Refused, match="Not today"):
        toys.executor(url).submit(recipe).result()


def test_messages_name_the_callers_pictures(serve, toys, recipe, tmp_path):
    (tmp_path / "her face.png").write_bytes(Path(recipe.identity.path).read_bytes())
    mine = replace(recipe, identity=replace(recipe.identity, path=str(tmp_path / "her face.png")))
    said = [one.what for one in toys.executor(serve().url).submit(mine) if hasattr(one, "what")]
    assert "Aligning her face.png" in said


def test_many_runs_on_a_server_come_in_one_stream(serve, toys, recipe):
    gone = replace(recipe, identity=replace(recipe.identity, path="gone.png"))
    tasks = [Task(recipe), Task(gone), Task(replace(recipe, seed=3))]
    last = dict(together(toys.executor(serve().url), tasks))
    assert [type(one) for one in last.values()] == [Finished, UserError, Finished]
    assert "gone.png" in str(last[1])


def test_a_parcel_holds_each_file_once(tmp_path, toys):
    (tmp_path / "me.png").write_bytes(b"...")
    me = Mask(str(tmp_path / "me.png"))
    both = toys.recipe("toy", masks={"identity": me, "shape": me})
    parcel = Parcel()
    sent = parcel.recipe(both)
    assert list(parcel.files) == ["picture_1"]
    assert {one.path for one in sent.masks.values()} == {"upload:picture_1"}


def test_the_command_line_and_the_calls_run_there(serve, toys, pictures):
    from styleforge import edit

    result = edit("toy", str(pictures / "identity.png"), shape="tall", forge=toys,
                  executor=serve().url)  # fmt: skip
    here = edit("toy", str(pictures / "identity.png"), shape="tall", forge=toys)
    assert torch.equal(result.pasted, here.pasted)
    assert Image.open(io.BytesIO(result.encoded().data)).size == (32, 32)


def test_notes_there_are_notes_here(serve, toys, recipe):
    mapped = toys.recipe("toy", "toy-mapper", identity=recipe.identity,
                         conditions={"toy.appearance": Swatch("#8a2be2")})  # fmt: skip
    assert not mapped.stages
    here = [one for one in toys.executor("inline").submit(mapped) if isinstance(one, Note)]
    there = [one for one in toys.executor(serve().url).submit(mapped) if isinstance(one, Note)]
    assert there == here
    assert asked()["domain"] == "toy"
