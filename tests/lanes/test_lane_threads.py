"""Lanes share torch's threads, and a run keeps those that it has."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
import torch
from side_by_side import run

from styleforge.api.edit_recipe import edit_recipe
from styleforge.forge import Forge
from styleforge.run import many
from styleforge.run.lanes import MOST, lanes_of
from styleforge.run.many import at_once

pytestmark = pytest.mark.usefixtures("beside_pictures", "two")


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
