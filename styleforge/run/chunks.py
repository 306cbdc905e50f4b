"""Runs on one executor, one after the other; those of one pass share it, a few at a time."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, suppress
from typing import TYPE_CHECKING, cast

from styleforge.errors import UserError, as_said
from styleforge.pack.memory import is_shortage, size_of
from styleforge.pack.threads import fitted
from styleforge.run.job import Job
from styleforge.run.one_pass import passed

if TYPE_CHECKING:
    from styleforge.prepare.problem import Problem
    from styleforge.run.events import Event
    from styleforge.run.executor import Run

MOST = 8  # runs that share a pass
BYTES = 2**28  # of prepared pictures that wait for it, at most; one more run may exceed them

Told = tuple[int, "Event | UserError"]


def in_turn(
    numbered: Iterable[tuple[int, Run | UserError]], *, shared: bool, among: int = 1
) -> Generator[Told]:
    """The events of runs, by their numbers, in the thread that asks; ends come in their order.

    Runs of one pass that happen here are prepared one after another, take the pass together, and
    are finished one after another. All others are run from their beginning to their end.

    Args:
        numbered: runs, or the errors in their place; taken as they are needed.
        shared: whether a pass may be shared at all.
        among: threads that do so at once, and have their part of `MOST` and `BYTES` each.

    Example:
        >>> from styleforge import Finished, ImageRef
        >>> from styleforge.testing import toy
        >>> forge = toy.toy_forge()
        >>> asked = {"toy.shape": ImageRef("me.png")}
        >>> recipe = forge.recipe(
        ...     "toy", "toy-mapper", identity=ImageRef("me.png"), conditions=asked
        ... )
        >>> jobs = enumerate([Job(forge, recipe), Job(forge, recipe)])
        >>> [at for at, event in in_turn(jobs, shared=True) if isinstance(event, Finished)]
        [0, 1]
    """
    with closing(_Chunk(among)) as chunk:
        for index, run in numbered:
            one = _Going(index, run)
            if not (shared and one.shares) and not (chunk and isinstance(run, UserError)):
                yield from chunk.ended()
                yield from one.ended()
                continue
            chunk.enter(one)
            yield from one.prepared()
            if not chunk.takes(one):
                yield from chunk.ended(but=one)
            if chunk.full:
                yield from chunk.ended()
        yield from chunk.ended()


class _Going:
    """A run that is advanced from here, or the error in its place."""

    def __init__(self, index: int, run: Run | UserError) -> None:
        self.index, self.run = index, run
        self._events: Generator[Event] | None = None
        self._error: UserError | None = run if isinstance(run, UserError) else None

    @property
    def shares(self) -> bool:
        return isinstance(self.run, Job) and self.run.one_pass

    @property
    def waiting(self) -> Problem | None:
        """What it maps in the pass that it waits for."""
        return self.run.shared.waiting if isinstance(self.run, Job) else None

    def prepared(self) -> Iterator[Told]:
        """Its events until it waits for the pass, or has ended; an error is kept."""
        for told in self._rest(until_waiting=True):
            if isinstance(told[1], UserError):
                self._error = told[1]
            else:
                yield told

    def ended(self) -> Iterator[Told]:
        """All its further events, the last one its result or its error."""
        if self._error is None:
            yield from self._rest()
        else:
            yield self.index, self._error

    def close(self) -> None:
        if self._events is not None:
            self._events.close()

    def _rest(self, *, until_waiting: bool = False) -> Iterator[Told]:
        if isinstance(self.run, UserError):
            return
        try:
            if self._events is None:
                self._events = cast("Generator[Event]", iter(self.run))
            for event in self._events:
                yield self.index, event
                if until_waiting and self.waiting is not None:
                    return
        except Exception as error:
            yield self.index, as_said(error)
        finally:
            if not (until_waiting and self.waiting is not None):
                self.close()


class _Chunk:
    """Runs that are to take a pass together, and errors of others between them."""

    def __init__(self, among: int) -> None:
        self._among = among
        self._runs: list[_Going] = []
        self._threads = ExitStack()

    def __len__(self) -> int:
        return len(self._runs)

    def enter(self, one: _Going) -> None:
        """Another run, which has not begun."""
        if isinstance(one.run, Job):
            with suppress(UserError):  # which the run says for itself
                device = one.run.device
                if not self._runs and not one.run.shared.threaded:
                    self._threads.enter_context(fitted(0, device))
                one.run.shared.asked = True
        self._runs.append(one)

    def takes(self, one: _Going) -> bool:
        """Whether a run that was entered has the models of those before it."""
        others = [other.waiting for other in self._runs if other is not one]
        models = {id(other.models) for other in others if other is not None}
        return one.waiting is None or not models or models == {id(one.waiting.models)}

    @property
    def full(self) -> bool:
        """Whether no more runs are to wait."""
        waiting = [one.waiting for one in self._runs if one.waiting is not None]
        bytes_ = size_of(*(one.references for one in waiting))
        return len(waiting) >= max(1, MOST // self._among) or bytes_ > BYTES // self._among

    def ended(self, but: _Going | None = None) -> Iterator[Told]:
        """Take the pass, and end all runs, one after another, or all but the newest."""
        runs = [one for one in self._runs if one is not but]
        _share([one.run for one in runs if isinstance(one.run, Job)])
        for one in runs:
            yield from one.ended()
            self._runs.remove(one)
        if not self._runs:
            self._threads.close()

    def close(self) -> None:
        """End what is going on without its result."""
        for one in self._runs:
            one.close()
        self._threads.close()


def _share(jobs: Sequence[Job]) -> None:
    """Give runs what they get from one pass. Where that fails each takes its own, and may say why.

    Where memory is short the runs are halved.
    """
    jobs = [one for one in jobs if one.shared.waiting is not None]
    problems = [problem for one in jobs if (problem := one.shared.waiting) is not None]
    if len(jobs) < 2:
        return
    try:
        given = passed(problems, [one.recipe for one in jobs])
    except Exception as error:
        if is_shortage(error):
            _share(jobs[: len(jobs) // 2])
            _share(jobs[len(jobs) // 2 :])
        return
    for job, one in zip(jobs, given, strict=True):
        job.shared.take(one)
