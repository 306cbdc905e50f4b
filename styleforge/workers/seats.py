"""Runs that wait, and seats that each have a worker: whichever is free takes the next run."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

from styleforge.errors import UserError, as_said
from styleforge.workers.away import Away
from styleforge.workers.order import Lost, NoRoom, Order


class Worker(Protocol):
    """What a seat has: one process, or one actor."""

    home: str

    @property
    def alive(self) -> bool:
        """Whether it is still there, as far as is known."""
        ...

    def run(self, order: Order) -> Iterator[bytes]:
        """Run an order; yields its events, and b"" once it can be stopped.

        Raises:
            Lost: if the worker ends on the way.
        """
        ...

    def end(self, how: str) -> None:
        """Ask the run that goes on to ``stop`` or to ``drop``."""
        ...

    def close(self) -> None:
        """End the worker."""
        ...


@dataclass
class Seats:
    """Threads that each have a worker and take runs; they do not hold the pool."""

    width: int
    start: Callable[[str], Worker]
    waiting: deque[Away] = field(default_factory=deque)
    workers: list[Worker] = field(default_factory=list)
    free: int = 0  # seats without a run
    taken: int = 0  # seats in all
    closed: bool = False
    changed: threading.Condition = field(default_factory=threading.Condition)

    def add(self, run: Away, *, first: bool = False) -> None:
        """A run waits; where no seat is free, and there may be one more, it gets one."""
        with self.changed:
            if self.closed:
                run.end(UserError("The executor is closed; make it anew."))
                return
            self.waiting.insert(0 if first else len(self.waiting), run)
            if self.free < len(self.waiting) and self.taken < self.width:
                self.taken += 1
                threading.Thread(target=self._serve, name="worker seat", daemon=True).start()
            self.changed.notify()

    def forget(self, run: Away) -> None:
        """A run that waits is not wanted any more."""
        with self.changed:
            if run in self.waiting:
                self.waiting.remove(run)
                run.end()

    def close(self) -> None:
        """End all workers."""
        with self.changed:
            self.closed = True
            for run in self.waiting:
                run.end(UserError("The executor was closed before the run began; run it anew."))
            self.waiting.clear()
            self.changed.notify_all()
            workers = [*self.workers]
        for worker in workers:
            worker.end("drop")  # so that all write their checkpoints at once
        for worker in workers:
            worker.close()

    def _next(self) -> Away | None:
        """The run whose turn it is; None once all is closed."""
        with self.changed:
            self.free += 1
            self.changed.wait_for(lambda: self.waiting or self.closed)
            self.free -= 1
            return None if self.closed else self.waiting.popleft()

    def _serve(self) -> None:
        worker: Worker | None = None
        while (run := self._next()) is not None:
            try:
                worker = self._ready(worker, run.home)
                self._do(worker, run)
            except Lost as lost:
                self._left(worker)
                worker = None
                if self.closed:
                    run.end(UserError("The executor was closed while it ran; resume the run."))
                elif run.lost(lost):
                    self.add(run, first=True)
            except NoRoom as error:
                if not self._leave_to_others(run):
                    run.end(error)
                    run = None
                    continue
                return
            except BaseException as error:  # the seat goes on
                if worker is not None and not (isinstance(error, UserError) and worker.alive):
                    self._left(worker)
                    worker = None
                run.end(as_said(error))
            run = None  # it is large
        self._left(worker)

    def _leave_to_others(self, run: Away) -> bool:
        """Where there are other seats, one of them takes the run, and this one goes.

        So it is where a machine of a cluster is lost, and the others are full.
        """
        with self.changed:
            if self.taken == 1:
                return False
            self.taken -= 1
            self.width = self.taken  # there is no room for more
        self.add(run, first=True)
        return True

    def _do(self, worker: Worker, run: Away) -> None:
        run.worker = worker
        try:
            for data in worker.run(run.now()):
                if data:
                    run.tell(data)
                else:
                    run.worker_begun()
        finally:
            run.worker = None
        run.end()

    def _ready(self, worker: Worker | None, home: str) -> Worker:
        """A worker with the forge that a run needs."""
        if worker is not None and worker.home == home and worker.alive:
            return worker
        self._left(worker)
        made = self.start(home)
        with self.changed:
            self.workers.append(made)
        return made

    def _left(self, worker: Worker | None) -> None:
        """A worker is not needed any more."""
        if worker is not None:
            with self.changed:
                if worker in self.workers:
                    self.workers.remove(worker)
            worker.close()
