"""Places in the queue: a request has one before anything of it is read, or is told to wait."""

from __future__ import annotations

import re
import secrets
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Self

from styleforge.server.failures import Busy

if TYPE_CHECKING:
    from styleforge.server.feed import Feed
    from styleforge.server.meters import Meters
    from styleforge.server.settings import Settings


ID = re.compile(r"[\w-]{22}")  # of an edit


class Places:
    """The places of a queue.

    Args:
        settings: how many there are, in all and for one token.
        meters: told who is refused.
        there: the edits that wait or run.
    """

    def __init__(
        self, settings: Settings, meters: Meters, there: Callable[[], Sequence[Feed]]
    ) -> None:
        self._settings, self._meters, self._there = settings, meters, there
        self._coming: Counter[str] = Counter()  # held by requests, by owner
        self._lock = threading.Lock()

    def hold(self, owner: str) -> Place:
        """A place for a request whose pictures are read only then.

        Raises:
            Busy: if there is none.
        """
        with self._lock:
            there = self._there()
            own = self._coming[owner] + sum(one.owner == owner for one in there)
            every = self._coming.total() + len(there)
            if own >= self._settings.per_token:
                self._meters.refused("per_token")
                msg = (
                    f"{own} edits of yours wait or run, and this server takes {own} at a time. "
                    "Wait until one has ended, or cancel one."
                )
                raise Busy(msg)
            if every >= self._settings.queued:
                self._meters.refused("queue")
                msg = f"The queue is full: {every} edits wait or run. Try again in a minute."
                raise Busy(msg, 60)
            self._coming[owner] += 1
        return Place(self, owner)

    def release(self, owner: str) -> None:
        """Give a place back."""
        with self._lock:
            self._coming[owner] -= 1
            if not self._coming[owner]:
                del self._coming[owner]


class Place:
    """A place that a request holds until its edit is added, or is refused.

    Args:
        places: of which it is one.
        owner: who holds it.
    """

    def __init__(self, places: Places, owner: str) -> None:
        self._places, self._owner = places, owner
        self.edit = secrets.token_urlsafe(16)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._places.release(self._owner)
