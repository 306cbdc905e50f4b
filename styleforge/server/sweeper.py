"""Removes edits that have expired, while the server runs."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from styleforge.server.line import Line


class Sweeper:
    """Removes what has expired, from time to time.

    Args:
        line: whose edits.
        every: seconds.
    """

    def __init__(self, line: Line, every: float = 60.0) -> None:
        self._line, self._every, self._end = line, every, threading.Event()
        self._thread = threading.Thread(target=self._run, name="expiry", daemon=True)

    def begin(self) -> None:
        """Begin."""
        self._thread.start()

    def leave(self) -> None:
        """End."""
        self._end.set()
        self._thread.join(5)

    def _run(self) -> None:
        while not self._end.wait(self._every):
            self._line.sweep()
