"""What a worker is told to run, and what it tells of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from styleforge.errors import UserError


@dataclass(frozen=True, kw_only=True)
class Order:
    """A run for a worker, all JSON.

    Args:
        recipe: its JSON.
        folder: in which its paths are read.
        checkpoint: where its state is kept; empty for a run without steps.
        resume: go on from there.
        preview_every: as `styleforge.run.executor.Executor.submit` takes it.
        threads: of the CPU; 0 for as many as the run had before, 1 for a new one.
        stopped: it was stopped before it began.

    Example:
        >>> Order(recipe="{}", folder="/").resume
        False
    """

    recipe: str
    folder: str
    checkpoint: str = ""
    resume: bool = False
    preview_every: int = 0
    threads: int = 0
    stopped: bool = False

    def fields(self) -> dict[str, Any]:
        """The order as JSON has it."""
        return asdict(self)


class NoRoom(UserError):
    """There is no room for another worker where they run.

    Example:
        >>> raise NoRoom("Ray had no room for another worker.")
        Traceback (most recent call last):
        styleforge.workers.order.NoRoom: Ray had no room for another worker.
    """


class Lost(Exception):
    """A worker ended in the midst of its work. The text is the end of a sentence on how.

    Example:
        >>> raise Lost("was killed (signal 9)")
        Traceback (most recent call last):
        styleforge.workers.order.Lost: was killed (signal 9)
    """
