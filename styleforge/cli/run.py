"""Run a recipe in the terminal: progress, and Ctrl-C that keeps the best so far."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, cast

from styleforge.errors import UserError, printable
from styleforge.plugins.discovery import sentence_of

if TYPE_CHECKING:
    from collections.abc import Generator

    from styleforge.cli.progress import Progress
    from styleforge.forge import Forge
    from styleforge.run.events import Event
    from styleforge.run.executor import Run
    from styleforge.run.result import Result


def run(doing: Run, steps: int, *, done: int = 0) -> Result:
    """Run to the result, showing it; the first Ctrl-C stops it, the second aborts.

    Args:
        doing: what an executor made of a recipe.
        steps: of the recipe.
        done: of them, where a run is resumed.
    """
    from styleforge.cli.progress import Progress

    # Closed at once where showing an event is interrupted, so that the checkpoint is written.
    events = closing(cast("Generator[Event]", iter(doing)))
    with Progress(steps, done=done) as progress, stops(doing, progress), events as stream:
        for event in stream:
            progress.show(event)
        return doing.result()


@contextmanager
def stops(doing: Run, progress: Progress) -> Iterator[None]:
    """While it lasts, Ctrl-C asks the run to stop; a second one raises KeyboardInterrupt."""

    def on_interrupt(*_: object) -> None:
        doing.stop()
        signal.signal(signal.SIGINT, signal.default_int_handler)
        progress.say("Stopping after this step and keeping the best; Ctrl-C again aborts.")

    before = signal.signal(signal.SIGINT, on_interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


THREADS = 256  # more are asked for by mistake, and the system refuses them without a sentence


def use_threads(count: int | None, recorded: int = 0) -> None:
    """Let torch have this many threads; where nobody says how many, as many as are free.

    They are the process's own from here on, and those of the processes that it starts.

    Args:
        count: what the user asked for; None for nothing.
        recorded: of a run that is done again or goes on, which only as many end alike; 0 for none.

    Raises:
        UserError: if so many cannot be had.
    """
    most = max(THREADS, os.cpu_count() or 1)
    if count is not None and count > most:
        msg = (
            f"--threads {count} is more than can be had; 1 to {most} are, and more than "
            f"{os.cpu_count() or 1} make nothing quicker here."
        )
        raise UserError(msg)
    if recorded > most or recorded < 0:  # the run itself says that it has others
        recorded = 0
    import torch

    from styleforge.pack.threads import SAYING, fewer, free, said

    before = torch.get_num_threads()
    threads = count or recorded or (before if said() else min(before, free()))
    if threads < before and not (count or recorded):
        say(fewer(threads, before))
    torch.set_num_threads(threads)
    os.environ[SAYING[0]] = str(threads)  # a run does not choose again


def say(text: str) -> None:
    """Print a sentence for the user on standard error."""
    print(printable(text), file=sys.stderr)


def say_of_plugins(forge: Forge) -> None:
    """Say which plugins are broken, what to do about them, and which settings have no effect."""
    for info in forge.plugins:
        if info.status == "broken":
            say(f"The {info.owner} is left out: {sentence_of(info.reason)} {info.fix}".rstrip())
    for note in forge.notes:
        say(note)
