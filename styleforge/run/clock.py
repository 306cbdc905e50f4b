"""How long a run took where it happened, as methods are compared by."""

from __future__ import annotations

import time
from collections.abc import Generator
from contextlib import closing
from dataclasses import replace

from styleforge.run.events import Event, Finished, Preparing

BEFORE = ("Loading ", "Aligning ")  # what is no part of the work itself


def timed(events: Generator[Event]) -> Generator[Event]:
    """The events of a run, its result with the seconds in which they were made.

    Neither what whoever takes the events does between them counts, nor the seconds in which models
    were loaded and pictures prepared: what was prepared for one run is there for the next one,
    which would seem the quicker.

    Example:
        >>> from styleforge.run.events import Note
        >>> list(timed(one for one in [Note("her.png was aligned.")]))
        [Note(text='her.png was aligned.')]
    """
    seconds, counts = 0.0, True
    with closing(events):
        while True:
            began = time.perf_counter()
            event = next(events, None)
            if counts:
                seconds += time.perf_counter() - began
            match event:
                case None:
                    return
                case Preparing(what=what):
                    counts = not what.startswith(BEFORE)
                case Finished(result=result):
                    event = Finished(replace(result, took=seconds))
                case _:
                    counts = True
            yield event
