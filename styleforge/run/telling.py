"""A thread that tells events into a queue, whose reader takes its time."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from styleforge.errors import UserError
    from styleforge.run.events import Event

    Told = tuple[int, Event | UserError]

_AHEAD = 8  # events that wait to be taken; a preview may have megabytes


class Telling(ABC):
    """A thread that puts ``(itself, event)`` into a queue: its events, then how it ended.

    The end is None, or what was raised. The reader calls `taken` for each event that it took.

    Args:
        name: of the thread.
        queue: into which others may tell, too.

    Example:
        >>> class Counts(Telling):
        ...     def events(self):
        ...         yield 0, "began"
        >>> queue = SimpleQueue()
        >>> counts = Counts("counts", queue)
        >>> counts.start()
        >>> queue.get()[1], queue.get()[1]
        ((0, 'began'), None)
    """

    def __init__(self, name: str, queue: SimpleQueue[tuple[Any, Any]]) -> None:
        self._queue = queue
        self._room = threading.BoundedSemaphore(_AHEAD)
        self.unwanted = False
        self._thread = threading.Thread(target=self._tell, name=name, daemon=True)

    @abstractmethod
    def events(self) -> Iterator[Told]:
        """What it tells, made in its thread; all of it is asked for, wanted or not."""

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def taken(self) -> None:
        """One of its events was taken from the queue."""
        self._room.release()

    def stop(self) -> None:
        """Its events are not wanted any more; may be called by any thread."""
        self.unwanted = True

    def join(self) -> None:
        """Wait for its end."""
        self._thread.join()

    def _tell(self) -> None:
        end = None
        try:
            for event in self.events():
                while not self.unwanted:
                    if self._room.acquire(timeout=0.2):
                        self._queue.put((self, event))
                        break
        except BaseException as error:  # SystemExit too: whoever reads says what it means
            end = error
        self._queue.put((self, end))
