"""How long a run took: its own time, not that of whoever listens, nor of loading."""

from __future__ import annotations

import time

import pytest

from styleforge.run import clock as module
from styleforge.run.clock import timed
from styleforge.run.events import Finished, Note, Preparing, Step
from styleforge.run.job import Job
from styleforge.run.packed import pack, unpack
from styleforge.testing import toy


@pytest.fixture
def job():
    forge = toy.toy_forge()
    problem = toy.toy_problem(forge.models("toy"))
    return Job(forge, forge.recipe("toy", "toy-look").with_steps(2), problem)


@pytest.fixture
def now(monkeypatch):
    """A clock that goes when it is told to."""
    clock = [0.0]
    monkeypatch.setattr(module.time, "perf_counter", lambda: clock[0])
    return clock


def events(now, result):
    now[0] += 1
    yield Note("me.png was aligned.")
    now[0] += 10
    yield Preparing(what="Loading the generator", index=0, count=2)
    now[0] += 100
    yield Preparing(what="Mapping in one pass", index=1, count=2)
    now[0] += 1000
    yield Finished(result)


def test_loading_and_whoever_listens_do_not_count(job, now, monkeypatch):
    with monkeypatch.context() as real:
        real.setattr(module.time, "perf_counter", time.monotonic)
        result = job.result()
    found = []
    for event in timed(events(now, result)):
        now[0] += 10_000
        found.append(event)
    assert found[-1].result.took == 1 + 10 + 1000


def test_a_run_says_how_long_it_took(job):
    began = time.perf_counter()
    *others, last = job
    assert any(isinstance(one, Step) for one in others)
    assert 0 < last.result.took <= time.perf_counter() - began
    assert job.result().took == last.result.took
    assert unpack(pack(last)).result.took == last.result.took


def test_what_is_closed_ends_what_it_times(job):
    ended = []

    def endless():
        try:
            while True:
                yield Note("more")
        finally:
            ended.append(True)

    stream = timed(endless())
    next(stream)
    stream.close()
    assert ended
