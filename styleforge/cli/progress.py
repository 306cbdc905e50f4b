"""Events to the terminal: a bar where there is one, else a line now and then."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Self

from tqdm import tqdm

from styleforge.errors import printable
from styleforge.run.events import Event, Note, StageStarted, Step

BAR = "{desc} {percentage:3.0f}%|{bar:20}| {n_fmt}/{total_fmt} [{elapsed}{postfix}]"
LINES = 10  # lines of a run that does not go to a terminal
SHOWN = 4  # losses beside the bar


class Bar:
    """A bar on standard error, where that is a terminal; a context manager that closes it."""

    def __init__(self, total: int, bar_format: str, *, done: int = 0) -> None:
        self._tty = sys.stderr.isatty()
        self._bar = tqdm(
            total=total,
            initial=done,
            bar_format=bar_format,
            file=sys.stderr,
            disable=not self._tty,
            dynamic_ncols=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.close()

    def say(self, text: str) -> None:
        """Print a sentence above the bar."""
        tqdm.write(printable(text), file=sys.stderr)


class Progress(Bar):
    """Shows a run."""

    def __init__(self, steps: int, *, done: int = 0) -> None:
        super().__init__(steps, BAR, done=done)
        self._steps, self._next_line = steps, done

    def show(self, event: Event) -> None:
        """Show one event."""
        match event:
            case Note(text=text):
                self.say(text)
            case StageStarted(stage=stage, index=index, count=count):
                self._bar.set_description_str(f"{stage} ({index + 1}/{count})")
            case Step():
                self._step(event)
            case _:
                pass

    def _step(self, event: Step) -> None:
        losses = "  ".join(
            f"{label} {value:.3g}" for label, value in list(event.losses.items())[:SHOWN]
        )
        if self._tty:
            self._bar.set_postfix_str(f"{duration(event.left)} left  {losses}", refresh=False)
            self._bar.update(event.done - self._bar.n)
        elif event.done > self._next_line or event.done == self._steps:
            self._next_line = event.done - 1 + max(1, self._steps // LINES)
            self.say(
                f"{event.stage} {event.step}/{event.steps}, {event.done} of {event.total} steps, "
                f"{duration(event.left)} left: {losses}"
            )


def duration(seconds: float) -> str:
    """Seconds as ``1:05`` or ``2:00:00``."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
