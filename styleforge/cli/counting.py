"""Progress of what is counted: a bar where there is a terminal, else a line now and then."""

from __future__ import annotations

import signal
import sys
import time
from types import FrameType, TracebackType
from typing import Self

from tqdm import tqdm

from styleforge.cli.progress import LINES, duration
from styleforge.errors import printable

BAR = (
    "{desc} {percentage:3.0f}%|{bar:20}| {n_fmt}/{total_fmt} [{elapsed}, {remaining} left{postfix}]"
)


class Counting:
    """Shows on standard error how many of a number of things are done, and the time left.

    A context manager. Within it the first Ctrl-C sets ``stopped``, the second one aborts.

    Args:
        stopping: what is said at the first Ctrl-C.
    """

    def __init__(self, stopping: str) -> None:
        self.stopped = False
        self._stopping = stopping
        self._what, self._began, self._next_line, self._first = "", 0.0, 0, 0
        self._tty = sys.stderr.isatty()
        self._bar: tqdm | None = None

    def __enter__(self) -> Self:
        self._before = signal.signal(signal.SIGINT, self._interrupted)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        signal.signal(signal.SIGINT, self._before)
        self._close()

    def told(self, what: str, done: int, of: int, more: str = "") -> bool:
        """Show that ``done`` things ``of`` so many are done.

        Args:
            what: is counted; another one begins a bar of its own.
            done: how many.
            of: how many there are.
            more: what else to say.

        Returns:
            False once it was stopped.
        """
        if what != self._what:
            self._close()
            self._what, self._began = what, time.monotonic()
            self._first = self._next_line = max(0, done - 1)
            self._bar = tqdm(
                total=of, initial=self._first, desc=what, bar_format=BAR, file=sys.stderr,
                disable=not self._tty, dynamic_ncols=True,
            )  # fmt: skip
        if self._bar is not None and self._tty:
            self._bar.set_postfix_str(more, refresh=False)
            self._bar.update(done - self._bar.n)
        elif done > self._next_line or done == of:
            self._next_line = done - 1 + max(1, of // LINES)
            each = (time.monotonic() - self._began) / max(done - self._first, 1)
            left = f", {duration(each * (of - done))} left" if done < of else ""
            self.say(f"{what}: {done} of {of}{left}{f', {more}' if more else ''}")
        return not self.stopped

    def within(self, more: str) -> None:
        """Show how far the one in progress is, where there is a terminal."""
        if self._bar is not None and self._tty:
            self._bar.set_postfix_str(more, refresh=False)
            self._bar.refresh()

    def say(self, text: str) -> None:
        """Print a sentence above the bar."""
        tqdm.write(printable(text), file=sys.stderr)

    def _interrupted(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        self.stopped = True
        signal.signal(signal.SIGINT, signal.default_int_handler)
        self.say(self._stopping)

    def _close(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None
