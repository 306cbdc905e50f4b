"""Runs here, side by side: each as it is alone, with its share of torch's threads."""

from __future__ import annotations

import threading
import time
from collections import Counter
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
import torch

import styleforge as sf
from styleforge.api.edit_recipe import edit_recipe
from styleforge.errors import Refused, UserError
from styleforge.forge import Forge
from styleforge.hookspecs import hookimpl
from styleforge.pack import guards
from styleforge.pack.precision import fast_bf16
from styleforge.recipe.condition import ImageRef
from styleforge.run import engine, many
from styleforge.run.checkpoint import read_header
from styleforge.run.events import Finished, Step
from styleforge.run.job import Job
from styleforge.run.lanes import MOST, lanes_of
from styleforge.run.many import Task, at_once, together
from styleforge.testing import toy

PATIENCE = 60  # seconds for what happens at once

pytestmark = pytest.mark.usefixtures("beside_pictures")


@pytest.fixture(autouse=True)
def two():
    """Torch has two threads; tests have one."""
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(1)


@pytest.fixture
def recipes(forge):
    """Of a few steps, each from its own noise."""
    me = ImageRef("identity.png")
    made = forge.recipe("toy", "toy-look", identity=me).with_steps(3)
    return [replace(made, seed=seed) for seed in range(5)]


@pytest.fixture
def met(monkeypatch):
    """Every two runs wait for each other before they optimize."""
    barrier, plain = threading.Barrier(2), engine.optimize

    def optimize(*given, **named):
        barrier.wait(PATIENCE)
        yield from plain(*given, **named)

    monkeypatch.setattr(engine, "optimize", optimize)


def run(forge, recipes, **how):
    """What ended each run, by its number."""
    told = together(forge.executor("inline"), map(Task, recipes), **how)
    return dict(one for one in told if isinstance(one[1], Finished | UserError))


def alone(forge, recipes):
    torch.set_num_threads(1)
    found = [Job(forge, one).result() for one in recipes]
    torch.set_num_threads(2)
    return found


def lanes() -> list[str]:
    return [one.name for one in threading.enumerate() if one.name.startswith("lane")]


def begins_with() -> int:
    """Torch's threads in a new thread of Python."""
    found: list[int] = []
    thread = threading.Thread(target=lambda: found.append(torch.get_num_threads()))
    thread.start()
    thread.join()
    return found[0]


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


def test_with_one_thread_nothing_goes_side_by_side(forge, recipes, monkeypatch):
    asked = []
    monkeypatch.setattr("styleforge.run.lanes.side_by_side", lambda *given: asked.append(given))
    torch.set_num_threads(1)
    assert at_once(forge.executor("inline")) == 1
    assert list(run(forge, recipes)) == [0, 1, 2, 3, 4]
    torch.set_num_threads(2)
    assert len(run(forge, recipes[:1])) == 1  # one run has both threads
    assert len(run(forge, recipes, shared=False)) == 5  # they are timed
    assert len(run(forge, recipes, width=1)) == 5
    assert asked == []


def test_lanes_are_few_and_on_a_processor(forge, monkeypatch):
    torch.set_num_threads(2 * MOST)
    assert lanes_of(forge) == MOST
    assert lanes_of(Forge((), device="cuda")) == 1
    assert lanes_of(Forge((), device="cpu:0")) == MOST
    monkeypatch.delenv("OMP_NUM_THREADS")
    monkeypatch.setattr("styleforge.pack.threads.free", lambda: 3)
    assert many.at_once(forge.executor("inline")) == 3


def test_threads_are_shared_out(forge, recipes):
    torch.set_num_threads(3)
    found = [one.result.recipe.threads for one in run(forge, recipes[:2]).values()]
    assert sorted(found) == [1, 2]


def test_lanes_do_not_take_each_other_for_other_programs(forge, recipes, monkeypatch):
    torch.set_num_threads(4)
    monkeypatch.delenv("OMP_NUM_THREADS")
    begins = threading.main_thread()
    free = {True: 4, False: 1}  # as `busy` counts, once all lanes compute
    monkeypatch.setattr(
        "styleforge.pack.threads.free", lambda: free[threading.current_thread() is begins]
    )
    edits = [
        edit_recipe(forge, "toy", "identity.png", {"appearance": one}) for one in ("red", "blue")
    ]
    for asked in (recipes[:2], edits):
        found = [one.result for one in run(forge, asked, width=2).values()]
        assert [one.recipe.threads for one in found] == [2, 2]
        assert not any("CPU threads" in note for one in found for note in one.notes)


def test_a_run_that_is_done_again_keeps_its_threads(forge, recipes):
    again = [replace(recipes[0], threads=2), recipes[1], replace(recipes[2], threads=2)]
    ends = run(forge, again)
    assert [ends[at].result.recipe.threads for at in range(3)] == [2, 1, 2]
    assert not any("threads" in note for at in range(3) for note in ends[at].result.notes)


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


def test_edits_of_a_lane_share_their_pass(forge, monkeypatch):
    drawn, model = [], forge.models("toy").get("generator").inner
    plain = model.synthesize
    monkeypatch.setattr(
        model,
        "synthesize",
        lambda latent, *rest, **named: drawn.append(len(latent)) or plain(latent, *rest, **named),
    )
    asked = [
        edit_recipe(forge, "toy", "identity.png", {"appearance": one})
        for one in ("red", "blue", "green", "#8a2be2", "#ffffff", "black", "brown", "pink")
    ]
    wanted = alone(forge, asked)
    drawn.clear()
    ends = run(forge, asked)
    assert sum(drawn) == 8
    assert 1 < max(drawn) <= 4  # of eight that may wait, each lane has half
    for at, one in enumerate(wanted):
        torch.testing.assert_close(ends[at].result.image, one.image, rtol=0, atol=1e-5)
        assert ends[at].result.recipe == one.recipe


def test_portraits_come_out_as_they_do_alone(monkeypatch):
    monkeypatch.chdir(Path(__file__).parent)  # not beside the toy's pictures
    forge = Forge()
    asked = (
        ("mira", {"shape": "long wavy hair"}),
        ("lena", {"shape": "afro", "appearance": "blonde"}),
        ("otto", {"appearance": "#2f93b8"}),
        ("mira", {"appearance": "gallery:otto"}),
    )
    made = [edit_recipe(forge, "hair", f"gallery:{who}", wishes) for who, wishes in asked]
    ends = run(forge, made)  # the first to load models and prepare pictures
    for at, one in enumerate(alone(forge, made)):
        found = ends[at].result
        assert (found.recipe, found.notes) == (one.recipe, one.notes)
        assert torch.equal(found.latent, one.latent)
        torch.testing.assert_close(found.image, one.image, rtol=0, atol=1e-5)
        if fast_bf16(torch.device("cpu")):
            assert torch.equal(found.image, one.image)


def test_rows_of_a_table_go_side_by_side_and_on_after_a_stop(forge, tmp_path):
    rows = [
        {"identity": f"{one}.png", "preset": "toy-loho", "steps": 30, "shape": "shape.png"}
        for one in ("identity", "gone", "shape", "appearance")
    ]
    names = Counter()

    def watch(planned, event):
        names[planned.name] += isinstance(event, Step)
        return not names["003-shape"] > 2

    first = list(sf.batch(rows, "toy", out=tmp_path / "out", forge=forge).run(watch))
    assert [(one.name, one.state) for one in first] == [("002-gone", "failed")]
    found = {one.number: one for one in sf.batch(rows, "toy", out=tmp_path / "out", forge=forge)}
    assert [found[at].state for at in (1, 2, 3, 4)] == ["done", "failed", "done", "done"]
    assert found[3].result.recipe.threads == 1
