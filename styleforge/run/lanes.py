"""Runs here, side by side: a few Python threads, each with its share of torch's threads.

One run makes little of several threads of torch: much of it is one core's work. Torch lets go of
Python's lock while it computes, so that two runs of one thread each keep two cores busy. Each run
is what it is alone, with as many threads as its recipe says afterwards.
"""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterator
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

import torch

from styleforge.pack.threads import available, shared_out
from styleforge.run.chunks import in_turn
from styleforge.run.job import Job
from styleforge.run.telling import Telling

if TYPE_CHECKING:
    from styleforge.errors import UserError
    from styleforge.forge import Forge
    from styleforge.run.events import Event
    from styleforge.run.executor import Run
    from styleforge.run.result import Result

    Told = tuple[int, Event | UserError]

MOST = 4  # lanes: each holds a run of its own in memory
_MORE = object()  # a lane asks for its next run
_CPU = torch.device("cpu")


def lanes_of(forge: Forge) -> int:
    """How many runs go side by side here: one for each thread of torch that a run would get.

    On an accelerator it is 1: there runs share batches (`styleforge.run.chunks`).

    Example:
        >>> from styleforge import Forge
        >>> 1 <= lanes_of(Forge(())) <= MOST
        True
    """
    return min(MOST, available(_CPU)) if forge.device.startswith(_CPU.type) else 1


def side_by_side(runs: Iterator[tuple[int, Run | UserError]], count: int) -> Generator[Told]:
    """The events of runs, by their numbers, as they come from ``count`` lanes.

    The next run is taken, in the thread that asks for events, once a lane is free. What a lane's
    thread raises beside its runs' errors is raised here. Closed, runs end where they are; what they
    did is in their checkpoints.

    Args:
        runs: or the errors in their place.
        count: lanes, 1 at least.

    Example:
        >>> from styleforge import Finished, ImageRef
        >>> from styleforge.testing import toy
        >>> forge = toy.toy_forge()
        >>> recipe = forge.recipe("toy", "toy-look", identity=ImageRef("me.png")).with_steps(1)
        >>> jobs = enumerate([Job(forge, recipe), Job(forge, recipe), Job(forge, recipe)])
        >>> told = side_by_side(jobs, 2)
        >>> sorted(at for at, event in told if isinstance(event, Finished))
        [0, 1, 2]
    """
    have = torch.get_num_threads()
    told: SimpleQueue[tuple[_Lane, Any]] = SimpleQueue()
    turn = threading.RLock()
    lanes: list[_Lane] = []
    try:
        for share in shared_out(available(_CPU), count):
            lane = _Lane(len(lanes) + 1, count, share, have, turn, told)
            lane.start()
            lanes.append(lane)
        _as_before(lanes)
        going = len(lanes)
        while going:
            lane, what = told.get()
            if what is _MORE:
                lane.give(next(runs, None))
            elif isinstance(what, BaseException):
                raise what
            elif what is None:
                going -= 1
            else:
                lane.taken()
                yield what
    finally:
        for lane in lanes:
            lane.stop()
        for lane in lanes:
            lane.join()
        _as_before(lanes)


def _as_before(lanes: list[_Lane]) -> None:
    """Let new threads begin with this one's number of torch's threads.

    Torch gives a new thread the number that was set last, by whichever thread.
    """
    for lane in lanes:
        lane.begun.wait()
    torch.set_num_threads(torch.get_num_threads())


class _Lane(Telling):
    """A thread that advances one run after another.

    Args:
        number: of the lane, from 1.
        among: how many lanes there are.
        share: threads of torch that its runs have.
        most: threads of torch for a run that had some before.
        turn: held while hooks of plugins are called.
        told: where its events go, and that it asks for a run.
    """

    def __init__(
        self,
        number: int,
        among: int,
        share: int,
        most: int,
        turn: AbstractContextManager[object],
        told: SimpleQueue[tuple[Any, Any]],
    ) -> None:
        super().__init__(f"lane {number}", told)
        self.begun = threading.Event()
        self._among, self._share, self._most, self._turn = among, share, most, turn
        self._given: SimpleQueue[tuple[int, Run | UserError] | None] = SimpleQueue()

    def give(self, run: tuple[int, Run | UserError] | None) -> None:
        """Its next run; None where there are no more."""
        self._given.put(run)

    def stop(self) -> None:
        """End the run that goes on, without its result."""
        super().stop()
        self.give(None)

    def events(self) -> Iterator[Told]:
        """The events of its runs, until it is stopped."""
        try:
            torch.get_num_threads()  # after which torch leaves this thread's number alone
            torch.set_num_threads(self._share)
        finally:
            self.begun.set()
        with closing(in_turn(self._runs(), shared=True, among=self._among)) as told:
            for one in told:
                yield one
                if self.unwanted:
                    return

    def _runs(self) -> Iterator[tuple[int, Run | UserError]]:
        while not self.unwanted:
            self._queue.put((self, _MORE))
            given = self._given.get()
            if given is None:
                return
            index, run = given
            if isinstance(run, Job):
                run.shared.turn = self._turn
                run.shared.threaded = True  # lanes that compute would look like other programs
                had = min(run.recipe.threads, self._most)
                if had not in {0, self._share}:
                    run = _Again(run, had)
            yield index, run


@dataclass(frozen=True)
class _Again:
    """A run that was begun before, with as many threads as it had then: only so it ends alike."""

    run: Job
    threads: int

    def __iter__(self) -> Iterator[Event]:
        share = torch.get_num_threads()
        torch.set_num_threads(self.threads)
        try:
            yield from self.run
        finally:
            torch.set_num_threads(share)

    def stop(self) -> None:
        self.run.stop()

    def result(self) -> Result:
        return self.run.result()
