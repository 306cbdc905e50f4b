"""Many runs on one executor: no more at once than it does, and one that fails stops no other."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field, replace

import pytest

from styleforge.errors import UserError
from styleforge.recipe.condition import ImageRef
from styleforge.recipe.recipe import Recipe
from styleforge.run.checkpoint import read_header
from styleforge.run.events import Finished, Note, Step
from styleforge.run.executor import Inline
from styleforge.run.many import Task, together, width_of


@dataclass
class Slow:
    """An executor of several runs at once, each of notes, as many as its recipe's seed says."""

    width: int = 2
    now: int = 0
    most: int = 0
    stopped: list[int] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def submit(self, recipe, *, checkpoint=None, resume=False, preview_every=0):
        if recipe.seed == 13:
            msg = "13 is refused."
            raise UserError(msg)
        return _Slow(self, recipe.seed)


class _Slow:
    def __init__(self, where, seed):
        self.where, self.seed, self.halt = where, seed, threading.Event()

    def __iter__(self):
        with self.where.lock:
            self.where.now += 1
            self.where.most = max(self.where.most, self.where.now)
        try:
            for count in range(self.seed):
                if self.halt.wait(0.01):
                    break
                if self.seed == 7 and count == 3:
                    msg = "oops"
                    raise ValueError(msg)
                yield Note(f"{self.seed}.{count}")
        finally:
            with self.where.lock:
                self.where.now -= 1

    def stop(self):
        self.where.stopped.append(self.seed)
        self.halt.set()


def _task(seed):
    return Task(Recipe(domain="lips", method="look", stages=(), seed=seed))


@pytest.mark.usefixtures("beside_pictures")
def test_inline_runs_in_turn_and_goes_on_after_a_failure(forge):
    good = forge.recipe("toy", "toy-look", identity=ImageRef("identity.png")).with_steps(1)
    gone = replace(good, identity=ImageRef("gone.png"))
    told = list(together(forge.executor("inline"), [Task(good), Task(gone), Task(good)]))
    indices = [index for index, _ in told]
    assert indices == sorted(indices)
    ends = [(at, type(one)) for at, one in told if isinstance(one, Finished | UserError)]
    assert ends == [(0, Finished), (1, UserError), (2, Finished)]


def test_no_more_at_once_than_the_executor_does_and_tasks_are_taken_as_they_are_needed():
    where, taken = Slow(width=3), []

    def tasks():
        for seed in (5, 6, 9, 4, 8, 3):
            taken.append(seed)
            assert len(taken) - where_done[0] <= 3
            yield _task(seed)

    where_done = [0]
    counts = dict.fromkeys(range(6), 0)
    for index, event in together(where, tasks()):
        assert isinstance(event, Note)
        counts[index] += 1
        where_done[0] = sum(counts[at] == seed for at, seed in enumerate((5, 6, 9, 4, 8, 3)))
    assert list(counts.values()) == [5, 6, 9, 4, 8, 3]
    assert where.most == 3


def test_fewer_at_once_where_that_is_asked_for():
    where = Slow(width=4)
    assert len(list(together(where, map(_task, [4] * 6), width=2))) == 24
    assert where.most == 2
    assert width_of(where) == 4
    assert width_of(object()) == 1


def test_what_fails_and_what_is_refused_is_told_once():
    where = Slow()
    told = list(together(where, map(_task, (13, 13, 13, 7, 2))))
    errors = [(at, str(one)) for at, one in told if isinstance(one, UserError)]
    assert errors[:3] == [(0, "13 is refused."), (1, "13 is refused."), (2, "13 is refused.")]
    assert errors[3:] == [(3, "The run failed (ValueError: oops).")]
    assert sum(at == 4 for at, _ in told) == 2
    alone = list(together(where, map(_task, (13, 7, 2)), width=1))
    assert [at for at, one in alone if isinstance(one, UserError)] == [0, 1]


def test_closing_stops_what_is_going_on():
    where = Slow()
    stream = together(where, map(_task, (1000, 1001, 1002)))
    next(stream)
    began = time.monotonic()
    stream.close()
    assert time.monotonic() - began < 5
    assert sorted(where.stopped) == [1000, 1001]
    assert where.now == 0


def test_a_slow_reader_does_not_fill_the_memory():
    where = Slow(width=2)
    stream = together(where, map(_task, (60, 61)))
    next(stream)
    time.sleep(1.0)  # long enough for all of them
    assert where.now == 2  # they wait for the reader
    assert len(list(stream)) == 120


@pytest.mark.usefixtures("beside_pictures")
def test_closing_a_run_here_leaves_its_checkpoint(forge, tmp_path):
    recipe = forge.recipe("toy", identity=ImageRef("identity.png")).with_steps(50)
    stream = together(Inline(forge), [Task(recipe, checkpoint=tmp_path / "run")])
    for _, event in stream:
        if isinstance(event, Step) and event.done == 3:
            break
    stream.close()
    assert read_header(tmp_path / "run")[1] == 3
