"""A run's part in a pass that several runs take together (`styleforge.run.chunks`)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

    from styleforge.prepare.problem import Problem
    from styleforge.run.events import Event
    from styleforge.run.one_pass import Passed


class Shared:
    """Whether a run is to share its pass, whether it waits for it, and what the pass gave it.

    ``asked`` is set by whoever advances the run, who sees to the threads of torch then. Where runs
    happen side by side, so are ``threaded``, because they were given their threads already, and
    ``turn``: plugins' hooks are called while it is held.

    Example:
        >>> shared = Shared()
        >>> shared.asked, shared.waiting, shared.seconds
        (False, None, 0.0)
    """

    def __init__(self) -> None:
        self.asked = False
        self.threaded = False
        self.turn: AbstractContextManager[object] = nullcontext()
        self.waiting: Problem | None = None  # what it is about to map
        self.passed: Passed | None = None

    def wait(self, problem: Problem, event: Event) -> Iterator[Event]:
        """The event before the pass; until the next one is asked for, the run waits for it."""
        self.waiting = problem if self.asked else None
        yield event
        self.waiting = None

    def take(self, passed: Passed) -> None:
        """The run's part of the pass; it takes none of its own then."""
        self.passed = passed

    @property
    def generated(self) -> Tensor | None:
        """The generator's picture ``(1, 3, H, W)``, where the pass drew it."""
        return None if self.passed is None else self.passed.generated

    @property
    def seconds(self) -> float:
        """The run's share of the time that the pass took."""
        return 0.0 if self.passed is None else self.passed.seconds
