"""A run that was handed to workers, as its caller sees it."""

from __future__ import annotations

import contextlib
import threading
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from styleforge.errors import UserError
from styleforge.run.checkpoint import read_header
from styleforge.run.events import Event, Finished, Note, Step
from styleforge.run.packed import pack, unpack
from styleforge.workers.said import Said

if TYPE_CHECKING:
    from styleforge.run.result import Result
    from styleforge.workers.order import Lost, Order

TRIES = 3  # workers that may be lost at one place of a run
_PREVIEWS = 8  # that wait to be taken; older ones are left out


class Ending(Protocol):
    """What a run asks of its worker; see `styleforge.workers.process.Process`."""

    def end(self, how: str) -> None:
        """Ask the run that goes on to ``stop`` or to ``drop``."""
        ...


@dataclass(eq=False)
class Away:
    """A run that begins as soon as a worker is free, whether anybody iterates it or not.

    Args:
        order: what the worker is told.
        home: of the forge that it needs.
        dropped: called where nobody wants it any more.
    """

    order: Order
    home: str
    dropped: Callable[[Away], None]
    worker: Ending | None = None
    _told: deque[bytes] = field(default_factory=deque)
    _changed: threading.Condition = field(default_factory=threading.Condition)
    _over: bool = False
    _stopped: bool = False
    _unwanted: bool = False
    _losses: int = 0
    _lost_at: int = -1
    _result: Result | None = None
    _error: UserError | None = None

    def __post_init__(self) -> None:
        self._before = _seen(self.order.checkpoint)
        self._said = Said()

    # --- the caller's side ----------------------------------------------------------------
    def __iter__(self) -> Iterator[Event]:
        """The events; the last one is `Finished`. They can be taken once.

        Closed before that, the run ends after the step in progress, and its checkpoint stays.

        Raises:
            UserError: if the run failed.
        """
        try:
            yield from self._events()
        finally:
            if not self._over:
                self._drop()

    def _events(self) -> Iterator[Event]:
        done = 0
        while self._result is None and self._error is None:
            told = self._next()
            if isinstance(told, UserError):
                self._error = told
            elif isinstance(told, Finished):
                self._result = self._said.into(told.result)
            elif isinstance(told, Step) and told.done <= done:
                continue  # it was told before a worker was lost
            elif not self._said.before(told):
                done = told.done if isinstance(told, Step) else done
                yield told
        if self._error is not None:
            raise self._error
        assert self._result is not None
        yield Finished(self._result)

    def _next(self) -> Event | UserError:
        with self._changed:
            self._changed.wait_for(lambda: self._told or self._over)
            data = self._told.popleft() if self._told else None
        if data is None:
            return UserError("The run was given up before it ended; run it anew.")
        return unpack(data)

    def stop(self) -> None:
        """End after the step in progress, keeping the best so far.

        May be called by any thread, and in a handler of a signal.
        """
        self._stopped = True
        worker = self.worker
        if worker is not None:
            worker.end("stop")

    def _drop(self) -> None:
        """Nobody wants the result: end, and wait until the checkpoint is written."""
        self._unwanted = True
        self.dropped(self)
        self.worker_begun()
        with self._changed:
            self._changed.wait_for(lambda: self._over)

    def result(self) -> Result:
        """The result; waits for it.

        Raises:
            UserError: if the run failed.
        """
        if self._result is None and self._error is None:
            for _ in self:
                pass
        if self._error is not None:
            raise self._error
        assert self._result is not None
        return self._result

    def keep(self, checkpoint: str | Path) -> bool:
        """Copy the run's state to ``checkpoint``; False where there is none.

        Raises:
            UserError: if the file cannot be written.
        """
        mine = Path(self.order.checkpoint)
        if not self.order.checkpoint or not mine.is_file():
            return False
        if mine.resolve() != Path(checkpoint).resolve():
            from styleforge.files import write_whole

            write_whole(Path(checkpoint), mine.read_bytes(), name=f"The checkpoint {checkpoint}")
        return True

    # --- the worker's side ----------------------------------------------------------------
    def now(self) -> Order:
        """The order as it stands: from the checkpoint, where the run wrote one."""
        order = replace(self.order, stopped=self._stopped)
        if not self._wrote():
            return order
        recipe, _ = read_header(order.checkpoint)  # with what only a run knows
        return replace(order, recipe=recipe.to_json(), resume=True)

    def worker_begun(self) -> None:
        """Its worker can be stopped from here on; it is, where that was asked for before."""
        worker = self.worker
        if worker is not None and (self._unwanted or self._stopped):
            worker.end("drop" if self._unwanted else "stop")

    def tell(self, data: bytes) -> None:
        """An event, from the worker."""
        with self._changed:
            self._told.append(data)
            if len(self._told) > _PREVIEWS:
                self._told[-_PREVIEWS - 1] = _without_preview(self._told[-_PREVIEWS - 1])
            self._changed.notify_all()

    def end(self, error: UserError | None = None) -> None:
        """It is over; with an error where no worker could do it."""
        with self._changed:
            if error is not None:
                self._told.append(pack(error))
            self._over = True
            self._changed.notify_all()

    def lost(self, lost: Lost) -> bool:
        """A worker ended on it. Whether another is to go on with it."""
        at = self._steps_done()
        self._losses = self._losses + 1 if at == self._lost_at else 1
        self._lost_at = at
        if self._losses >= TRIES or self._unwanted:
            kept = f" What was done, {at} steps, is in {self.order.checkpoint}." if at else ""
            self.end(
                UserError(
                    f"The run ended {TRIES} workers, one after the other; the last {lost}. With "
                    f"more memory, or fewer workers at once, it may do.{kept}"
                )
            )
            return False
        where = f"goes on after step {at}" if at else "begins anew"
        self._said.lost = True
        self.tell(pack(Note(f"A worker {lost}. Its run {where} on another one.")))
        return True

    def _wrote(self) -> bool:
        """Whether the checkpoint was written by this run."""
        now = _seen(self.order.checkpoint)
        return now is not None and now != self._before

    def _steps_done(self) -> int:
        with contextlib.suppress(UserError):
            if self.order.resume or self._wrote():
                return read_header(self.order.checkpoint)[1]
        return 0


def _seen(path: str) -> tuple[int, int] | None:
    """What tells one file of a name from another that took its place."""
    with contextlib.suppress(OSError):
        found = Path(path).stat() if path else None
        return None if found is None else (found.st_ino, found.st_mtime_ns)
    return None


def _without_preview(data: bytes) -> bytes:
    """An event that waits long, without the picture that nobody has looked at."""
    told = unpack(data)
    if isinstance(told, Step) and told.preview is not None:
        return pack(replace(told, preview=None))
    return data
