"""Events: a run as a stream. Every caller, from the command line to an editor, just iterates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

    from styleforge.run.result import Result


@dataclass(frozen=True)
class Note:
    """Something the user should know, as a sentence: a picture was aligned, a pose warped."""

    text: str


@dataclass(frozen=True, kw_only=True)
class StageStarted:
    """A stage begins; ``index`` counts from 0."""

    stage: str
    index: int
    count: int
    steps: int


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step is done.

    ``losses`` are unweighted values by label, ``cosines`` the conflict of a rule's two sides by
    ``of|against`` as (before, after), ``left`` the seconds the rest will take. ``preview`` is the
    picture of the generator ``(1, 3, H, W)``, where one was asked for at this step.
    """

    stage: str
    step: int
    steps: int
    done: int
    total: int
    losses: Mapping[str, float]
    objective: float
    cosines: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    lr: float = 0.0
    seconds: float = 0.0
    left: float = 0.0
    preview: Tensor | None = None


@dataclass(frozen=True)
class Finished:
    """The run is over, done or stopped; always the last event."""

    result: Result


Event = Note | StageStarted | Step | Finished
