"""Two threads of the view: one draws the newest snapshot, one reads what takes a moment."""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from functools import partial
from typing import Any

TICK = 1.0  # seconds
RATE = 4.0  # drawings per second, at most
LONGEST = 10.0  # seconds that a drawing is waited for
log = logging.getLogger("styleforge.editor")


class Pump:
    """Calls ``draw`` with the newest value put, at most `RATE` times a second.

    What `ticking` says yes to is drawn again every second, until something newer comes: a clock.
    What `hurried` says yes to, of the newest value and the one drawn last, waits for no pause.
    The thread starts with the first value and is a daemon: it never keeps a kernel alive.
    """

    def __init__(
        self,
        draw: Callable[[Any], None],
        rate: float = RATE,
        *,
        ticking: Callable[[Any], bool] | None = None,
        hurried: Callable[[Any, Any], bool] | None = None,
    ) -> None:
        self._draw, self._pause = draw, 1 / rate
        self._ticking, self._hurried = ticking, hurried
        self._changed = threading.Condition()
        self._newest: list[Any] = []  # one value or none
        self._drawing = False
        self._closed = False
        self._thread: threading.Thread | None = None

    def put(self, value: Any) -> None:
        """Have a value drawn, instead of those that wait; returns at once."""
        with self._changed:
            if self._closed:
                return
            self._newest = [value]
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="editor view", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until all is drawn; False after the timeout."""
        with self._changed:
            return self._changed.wait_for(
                lambda: self._closed or not (self._newest or self._drawing), timeout
            )

    def close(self) -> None:
        """End the thread after what it draws now, and wait for that."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
            if self._thread is not threading.current_thread():
                self._changed.wait_for(lambda: not self._drawing, LONGEST)

    def _run(self) -> None:
        value: Any = None
        while True:
            ticks = value is not None and self._ticking is not None and self._ticking(value)
            with self._changed:
                self._changed.wait_for(
                    lambda: self._closed or self._newest, TICK if ticks else None
                )
                if self._closed:
                    return
                if self._newest:
                    value = self._newest.pop()
                self._drawing = True
            began = time.monotonic()
            try:
                self._draw(value)
            except Exception:
                log.exception("The editor could not draw a snapshot.")
            with self._changed:
                self._drawing = False
                self._changed.notify_all()
                rest = self._pause - (time.monotonic() - began)
                self._changed.wait_for(partial(self._hurries, value), max(0.0, rest))

    def _hurries(self, drawn: Any) -> bool:
        """Whether no pause is made after a value was drawn."""
        if self._closed or not self._newest or self._hurried is None:
            return self._closed
        return self._hurried(self._newest[0], drawn)


class Reads:
    """Does slow reads one after the other; of those with one key only the newest.

    Args:
        failed: called with what a read raised.
    """

    def __init__(self, failed: Callable[[Exception], None]) -> None:
        self._failed = failed
        self._changed = threading.Condition()
        self._asked: OrderedDict[str, Callable[[], None]] = OrderedDict()
        self._reading = False
        self._closed = False
        self._thread: threading.Thread | None = None

    def ask(self, key: str, read: Callable[[], None]) -> None:
        """Have ``read`` called soon, instead of one that waits under the same key."""
        with self._changed:
            if self._closed:
                return
            self._asked[key] = read
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="editor reads", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until nothing is left to read; False after the timeout."""
        with self._changed:
            return self._changed.wait_for(
                lambda: self._closed or not (self._asked or self._reading), timeout
            )

    def close(self) -> None:
        """Drop what waits and end the thread."""
        with self._changed:
            self._closed = True
            self._asked.clear()
            self._changed.notify_all()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._closed or self._asked)
                if self._closed:
                    return
                _, read = self._asked.popitem(last=False)
                self._reading = True
            try:
                read()
            except Exception as error:
                self._failed(error)
            with self._changed:
                self._reading = False
                self._changed.notify_all()
