"""The time of a run, as methods are compared by."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from styleforge.run.events import Preparing

if TYPE_CHECKING:
    from styleforge.errors import UserError
    from styleforge.run.events import Event

BEFORE = ("Loading ", "Aligning ")  # what is not the method's own


class Clock:
    """Seconds of a run, without those in which models were loaded and pictures prepared.

    What was prepared for one method is there for the next one, which would seem the quicker.

    Example:
        >>> clock = Clock()
        >>> clock.told(Preparing(what="Loading the generator", index=0, count=2))
        >>> round(clock.seconds, 1)
        0.0
    """

    def __init__(self) -> None:
        self.seconds = 0.0
        self._last = time.perf_counter()
        self._loading = False

    def told(self, event: Event | UserError) -> None:
        """An event came: what was done before it is over."""
        now = time.perf_counter()
        if not self._loading:
            self.seconds += now - self._last
        self._last = now
        self._loading = isinstance(event, Preparing) and event.what.startswith(BEFORE)
