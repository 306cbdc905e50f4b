"""Runs here, side by side: each as it is alone, also where one fails or all are left."""

from __future__ import annotations

import threading
import time
from collections import Counter
from contextlib import closing
from dataclasses import replace

import pytest
import torch
from side_by_side import alone, begins_with, lanes, run

import styleforge as sf
from styleforge.errors import Refused, UserError
from styleforge.hookspecs import hookimpl
from styleforge.pack import guards
from styleforge.recipe.condition import ImageRef
from styleforge.run import engine
from styleforge.run.checkpoint import read_header
from styleforge.run.events import Finished, Step
from styleforge.run.many import Task, together
from styleforge.testing import toy

pytestmark = pytest.mark.usefixtures("beside_pictures", "two")


def test_each_comes_out_as_it_does_alone(forge, recipes):
    wanted, ends = alone(forge, recipes), run(forge, recipes)
    assert sorted(ends) == [0, 1, 2, 3, 4]
    for at, one in enumerate(wanted):
        found = ends[at].result
        assert found.recipe == one.recipe  # with the seed, and one thread
        assert (found.notes, found.status) == (one.notes, one.status)
        for name in ("latent", "generated", "image"):
            assert torch.equal(getattr(found, name), getattr(one, name))
    assert len({float(one.latent.sum()) for one in wanted}) == 5


@pytest.mark.usefixtures("met")
def test_two_run_at_once_and_nothing_is_left(forge, recipes):
    stream = together(forge.executor("inline"), map(Task, recipes[:4]))
    first = next(stream)
    assert first[0] in {0, 1}
    assert lanes() == ["lane 1", "lane 2"]
    assert (torch.get_num_threads(), begins_with()) == (2, 2)
    assert sum(isinstance(event, Finished) for _, event in stream) == 4
    assert lanes() == []
    assert (torch.get_num_threads(), begins_with()) == (2, 2)


def test_tasks_are_taken_as_they_are_needed(forge, recipes):
    taken, ended = [], 0

    def tasks():
        for at, one in enumerate(recipes):
            taken.append(at)
            assert threading.current_thread() is threading.main_thread()
            assert len(taken) - ended <= 2
            yield Task(one)

    for _, event in together(forge.executor("inline"), tasks()):
        ended += isinstance(event, Finished)
    assert len(taken) == ended == 5


def test_one_that_fails_ends_no_other(forge, recipes):
    recipes[1] = replace(recipes[1], identity=ImageRef("gone.png"))
    ends = run(forge, recipes)
    assert [type(ends[at]) for at in range(5)] == [Finished, UserError, *[Finished] * 3]
    assert "gone.png" in str(ends[1])


def test_a_list_of_the_call_keeps_its_order(forge):
    how = {"forge": forge, "preset": "toy-loho", "steps": 4, "shape": "shape.png"}
    who = ["identity.png", "appearance.png", "identity.png"]
    batch = sf.transfer("toy", who, **how)
    assert [one.recipe.identity.path for one in batch] == who
    assert [one.recipe.threads for one in batch] == [1, 1, 1]
    assert torch.equal(batch[0].image, batch[2].image)

    class Consent:
        @hookimpl
        def before_run(self, recipe):
            if recipe.identity.path == who[1]:
                raise Refused("She said no.")

    forge.use(Consent(), "consent")
    with pytest.raises(sf.BatchError, match=r"1 of 3 runs failed.* 2: She said no") as raised:
        sf.transfer("toy", who, **how)
    assert [one.recipe.identity.path for one in raised.value.done] == [who[0], who[2]]


@pytest.mark.parametrize("leaving", [GeneratorExit, KeyboardInterrupt])
def test_leaving_ends_all_where_they_are(forge, recipes, tmp_path, leaving):
    tasks = [
        Task(one.with_steps(500), checkpoint=tmp_path / str(at)) for at, one in enumerate(recipes)
    ]
    seen = Counter()

    def leave():
        with closing(together(forge.executor("inline"), tasks)) as stream:
            for index, event in stream:
                seen[index] += isinstance(event, Step)
                if min(seen[0], seen[1]) > 2:
                    raise leaving

    with pytest.raises(leaving):
        leave()
    assert lanes() == []
    assert [read_header(tmp_path / str(at))[1] >= 3 for at in (0, 1)] == [True, True]
    assert not (tmp_path / "2").exists()


def test_what_ends_a_lane_is_raised(forge, recipes, monkeypatch):
    def leave(*given, **named):
        raise SystemExit("all of it")

    monkeypatch.setattr(engine, "optimize", leave)
    with pytest.raises(SystemExit, match="all of it"):
        run(forge, recipes)
    assert lanes() == []


def test_models_are_loaded_once(recipes, monkeypatch):
    forge, loads, plain = toy.toy_forge(), Counter(), guards.load

    def load(make, what):
        loads[what] += 1
        time.sleep(0.05)  # long enough for the other lane
        return plain(make, what)

    monkeypatch.setattr(guards, "load", load)
    assert len(run(forge, recipes)) == 5
    assert loads
    assert set(loads.values()) == {1}


def test_hooks_are_called_one_at_a_time(forge, recipes):
    within, most, seen = [], [0], Counter()

    class Watching:
        @hookimpl
        def before_run(self, recipe):
            self.enter("before")

        @hookimpl
        def after_run(self, result):
            self.enter("after")

        @staticmethod
        def enter(what):
            within.append(what)
            most[0] = max(most[0], len(within))
            time.sleep(0.02)
            seen[what] += 1
            within.pop()

    forge.use(Watching(), "watching")
    run(forge, recipes)
    assert (seen["before"], seen["after"], most[0]) == (5, 5, 1)
