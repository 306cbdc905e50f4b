"""Runs on a real local Ray: as they are here, though actors are stopped and killed."""

from __future__ import annotations

import os
import signal
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from styleforge.errors import UserError
from styleforge.recipe.condition import ImageRef
from styleforge.run.checkpoint import read_header
from styleforge.run.events import Finished, Note, Step
from styleforge.run.many import Task, together
from styleforge.testing import toy

ray = pytest.importorskip("ray")
pytestmark = [
    pytest.mark.slow,  # Ray's daemons take a quarter of a minute to begin
    pytest.mark.filterwarnings("ignore"),  # its own
]


@pytest.fixture(scope="module")
def kept():
    """A forge that is connected as long as the tests of this file."""
    forge = toy.toy_forge()
    yield forge
    forge.close()
    assert not ray.is_initialized()


@pytest.fixture
def pool(kept, pictures, monkeypatch):
    """Two actors, where the toy pictures lie."""
    monkeypatch.chdir(pictures)
    return kept.executor("ray:2")


def _workers():
    """The processes of the actors that are alive, which Ray names so."""
    found = []
    for one in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            found += [int(one.parent.name)] if one.read_bytes().startswith(b"ray::Actor") else []
        except OSError:  # it has ended
            continue
    return found


def test_an_actor_gives_what_is_given_here_and_nothing_is_printed(kept, pool, recipe, capfd):
    assert pool.width == 2
    mine = kept.executor("inline").submit(recipe, preview_every=5).result()
    run = pool.submit(recipe, preview_every=5)
    told = list(run)
    theirs = run.result()
    for name in ("image", "pasted", "generated", "latent"):
        assert torch.equal(getattr(mine, name), getattr(theirs, name))
    same = ("recipe", "status", "steps", "history", "notes")
    assert all(getattr(mine, name) == getattr(theirs, name) for name in same)
    assert sum(isinstance(event, Step) and event.preview is not None for event in told) == 5
    said = capfd.readouterr()
    assert not said.out
    assert not said.err


def test_stopping_keeps_the_best_and_the_checkpoint_comes_back(pool, recipe, tmp_path):
    long, path = recipe.with_steps(20_000), tmp_path / "run.resume"
    run = pool.submit(long, checkpoint=path)
    for event in run:
        if isinstance(event, Step) and event.done == 3:
            run.stop()
    result = run.result()
    assert result.status == "stopped"
    theirs, done = read_header(path)
    assert done == result.steps
    assert theirs.identity.path == "identity.png"
    again = pool.submit(theirs, checkpoint=path, resume=True)
    events = iter(again)
    first = next(event for event in events if isinstance(event, Step))
    assert first.done == done + 1
    events.close()
    assert read_header(path)[1] > done


def test_an_actor_that_is_killed_costs_no_picture(kept, pool, recipe):
    long = recipe.with_steps(60)
    expected = kept.executor("inline").submit(long).result()
    run, said = pool.submit(long), []
    for event in run:
        said.append(event)
        if isinstance(event, Step) and event.done == 5:
            killed = _workers()
            for number in killed:
                os.kill(number, signal.SIGKILL)
    assert killed
    assert [event.done for event in said if isinstance(event, Step)] == list(range(1, 61))
    assert torch.equal(run.result().image, expected.image)
    assert run.result().history == expected.history
    notes = [event.text for event in said if isinstance(event, Note)]
    assert len(notes) < 2  # none where it was done already
    assert all(one.startswith("A worker of Ray died, or its machine was lost.") for one in notes)


def test_failures_and_many(kept, pool, recipe, tmp_path):
    gone = replace(recipe, identity=ImageRef("gone.png"))
    with pytest.raises(UserError, match=r"gone\.png cannot be read: No such file"):
        pool.submit(gone).result()
    (tmp_path / "odd.png").write_text("no picture")
    odd = replace(recipe, identity=ImageRef(str(tmp_path / "odd.png")))
    with pytest.raises(UserError) as here:
        kept.executor("inline").submit(odd).result()
    with pytest.raises(UserError) as there:
        pool.submit(odd).result()
    assert str(here.value) == str(there.value)
    short = recipe.with_steps(2)
    tasks = (Task(replace(short, seed=seed)) for seed in range(12))
    ends = {at: one.result for at, one in together(pool, tasks) if isinstance(one, Finished)}
    assert [ends[at].recipe.seed for at in range(12)] == list(range(12))


def test_more_than_there_is_room_for_is_refused(kept, pool):
    with pytest.raises(UserError, match="asks for 500 workers with 1 CPUs each, and Ray has room"):
        kept.executor("ray:500")
