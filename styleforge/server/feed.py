"""What there is to see of an edit while it lasts: for any number of readers, however slow.

The run writes, readers look at what is there when they are ready. So nothing queues up for a slow
reader, and none holds up the run: it misses steps, never a note or the end.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from styleforge.client.answers import Progress

if TYPE_CHECKING:
    from styleforge.client.answers import State
    from styleforge.run.executor import Run


@dataclass(frozen=True, kw_only=True)
class Seen:
    """An edit at one moment. ``version`` goes up with each change, ``preview`` is a JPEG."""

    state: State = "queued"
    progress: Progress = field(default_factory=Progress)
    notes: tuple[str, ...] = ()
    preview: bytes | None = None
    previewed: int = 0  # how many previews there were
    over: bool = False
    version: int = 0


class Feed:
    """An edit that has not ended.

    Args:
        edit: its id.
        owner: whose it is.
        created: when it was asked for, which is its place in the queue.
    """

    def __init__(self, edit: str, owner: str, created: float, notes: tuple[str, ...] = ()) -> None:
        self.edit, self.owner, self.created = edit, owner, created
        self.stopping = threading.Event()  # somebody asked it to end
        self._seen = Seen(notes=notes)
        self._lock = threading.Lock()
        self._run: Run | None = None
        self._readers: dict[asyncio.Event, asyncio.AbstractEventLoop] = {}

    @property
    def seen(self) -> Seen:
        """What there is to see now."""
        return self._seen

    def tell(self, **changes: object) -> None:
        """Change what is seen, and wake the readers."""
        with self._lock:
            version = self._seen.version + 1
            self._seen = replace(self._seen, version=version, **changes)  # type: ignore[arg-type]
            readers = tuple(self._readers.items())
        for wakes, loop in readers:
            if not loop.is_closed():
                loop.call_soon_threadsafe(wakes.set)

    def note(self, text: str) -> None:
        """Add a note, once."""
        if text not in self._seen.notes:
            self.tell(notes=(*self._seen.notes, text))

    @contextmanager
    def reader(self) -> Iterator[asyncio.Event]:
        """While it lasts, an event that is set at every change. For coroutines."""
        wakes = asyncio.Event()
        with self._lock:
            self._readers[wakes] = asyncio.get_running_loop()
        try:
            yield wakes
        finally:
            with self._lock:
                self._readers.pop(wakes, None)

    @contextmanager
    def running(self, run: Run) -> Iterator[None]:
        """While it lasts, `stop` reaches the run."""
        with self._lock:
            self._run = run
        if self.stopping.is_set():
            run.stop()
        try:
            yield
        finally:
            with self._lock:
                self._run = None

    def stop(self) -> None:
        """Ask it to end, keeping its best. Any thread may."""
        self.stopping.set()
        with self._lock:
            run = self._run
        if run is not None:
            run.stop()
