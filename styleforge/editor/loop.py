"""One thread that does what is posted to it, in order.

All changes of a session happen here, so that its state needs no locks and whoever posts, from
whatever thread, goes on at once.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

from styleforge.errors import UserError

T = TypeVar("T")
log = logging.getLogger("styleforge.editor")


class Loop:
    """A queue and the thread that empties it; the thread starts with the first post.

    Args:
        settled: called whenever the queue is empty after something was done.
        failed: called with what something posted has raised.
        within: seconds after something was done in which ``save`` is called at the latest, whatever
            else is posted meanwhile.
        save: keeps what was done; also called when the loop ends.
    """

    def __init__(
        self,
        settled: Callable[[], None],
        failed: Callable[[BaseException], None],
        *,
        within: float = 1.0,
        save: Callable[[], None] | None = None,
    ) -> None:
        self._settled, self._failed = settled, failed
        self._within, self._save = within, save
        self._queue: queue.Queue[Callable[[], None] | None] = queue.Queue()
        self._thread: threading.Thread | None = None
        self._changed = threading.Condition()
        self._waiting = 0  # posts that are not done
        self._closed = False

    @property
    def inside(self) -> bool:
        """Whether this is the loop's own thread."""
        return threading.current_thread() is self._thread

    def post(self, function: Callable[..., None], *args: Any, **options: Any) -> bool:
        """Have a function called on the loop's thread; returns at once, False once closed."""

        def call() -> None:
            function(*args, **options)

        with self._changed:
            if self._closed:
                return False
            self._waiting += 1
            self._queue.put(call)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="edit session", daemon=True)
                self._thread.start()
        return True

    def ask(self, function: Callable[[], T]) -> T:
        """The answer of a function called on the loop's thread, after what was posted before.

        Raises:
            UserError: if the loop is closed; else whatever the function raises.
        """
        if self.inside:
            return function()
        answer: queue.Queue[tuple[T | None, BaseException | None]] = queue.Queue()

        def call() -> None:
            try:
                answer.put((function(), None))
            except BaseException as error:  # raised where it was asked
                answer.put((None, error))

        if not self.post(call):
            msg = "The session is closed; restore it from its folder to go on."
            raise UserError(msg)
        value, error = answer.get()
        if error is not None:
            raise error
        return value  # type: ignore[return-value]

    def wait(self, ready: Callable[[], bool], timeout: float | None) -> bool:
        """Wait until all that was posted is done and ``ready`` says so; False after the timeout.

        Raises:
            UserError: on the loop's own thread, which would wait for itself.
        """
        if self.inside:
            msg = "A subscriber cannot wait for the session; it is called again with every change."
            raise UserError(msg)
        until = None if timeout is None else time.monotonic() + timeout
        with self._changed:
            while self._waiting or not ready():
                left = None if until is None else until - time.monotonic()
                if left is not None and left <= 0:
                    return False
                self._changed.wait(left)
        return True

    def close(self) -> None:
        """Do what is posted, then end the thread."""
        with self._changed:
            if self._closed:
                return
            self._closed = True
            self._queue.put(None)
        if self._thread is not None and not self.inside:
            self._thread.join()

    def _run(self) -> None:
        due: float | None = None  # when to save at the latest
        done = 0
        while True:
            left = None if due is None else max(0.0, due - time.monotonic())
            try:
                call = self._queue.get(timeout=left)
            except queue.Empty:
                due = None
                self._guarded(self._save)
                self._guarded(self._settled)  # it may have failed, and said so
                continue
            if call is None:
                self._guarded(self._save)
                self._guarded(self._settled)
                return
            self._guarded(call)
            done += 1
            now = time.monotonic()
            due = now + self._within if due is None else due
            if now >= due:
                due = None
                self._guarded(self._save)
            if self._queue.empty():  # one snapshot for a burst of commands
                self._guarded(self._settled)
                with self._changed:
                    self._waiting -= done
                    self._changed.notify_all()
                done = 0

    def _guarded(self, call: Callable[[], None] | None) -> None:
        if call is None:
            return
        try:
            call()
        except BaseException as error:  # a plugin's SystemExit ends no session either
            if not isinstance(error, UserError):
                log.exception("A command of the edit session failed.")
            try:
                self._failed(error)
            except Exception:
                log.exception("The edit session could not report an error.")
