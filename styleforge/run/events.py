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
    """Something the user should know, as a sentence: a picture was aligned, a pose warped.

    Example:
        >>> Note("her.png was aligned; the edit is pasted back into it.").text
        'her.png was aligned; the edit is pasted back into it.'
    """

    text: str


@dataclass(frozen=True, kw_only=True)
class Preparing:
    """Something is done before the first step or after the last; ``index`` counts from 0.

    ``what`` says it in words: ``Loading the generator``, ``Aligning me.png``.

    Example:
        >>> from styleforge import ImageRef, Job
        >>> from styleforge.testing import toy
        >>> forge = toy.toy_forge()
        >>> me = ImageRef("me.png")
        >>> asked = {"toy.shape": me}
        >>> recipe = forge.recipe("toy", "toy-mapper", identity=me, conditions=asked)
        >>> [one.what for one in Job(forge, recipe) if isinstance(one, Preparing)][-2:]
        ['Mapping in one pass', 'Composing the picture']
    """

    what: str
    index: int
    count: int


@dataclass(frozen=True, kw_only=True)
class StageStarted:
    """A stage begins; ``index`` counts from 0.

    Example:
        >>> StageStarted(stage="lips.look", index=1, count=2, steps=100).stage
        'lips.look'
    """

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

    Example:
        >>> from styleforge import Job
        >>> from styleforge.testing import toy
        >>> forge = toy.toy_forge()
        >>> problem = toy.toy_problem(forge.models("toy"))
        >>> job = Job(forge, forge.recipe("toy", "toy-look").with_steps(2), problem)
        >>> [(event.done, event.total) for event in job if isinstance(event, Step)]
        [(1, 2), (2, 2)]
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
    """The run is over, done or stopped; always the last event.

    Example:
        >>> from styleforge import Job
        >>> from styleforge.testing import toy
        >>> forge = toy.toy_forge()
        >>> problem = toy.toy_problem(forge.models("toy"))
        >>> *_, last = Job(forge, forge.recipe("toy", "toy-look").with_steps(1), problem)
        >>> last.result.status
        'done'
    """

    result: Result


Event = Note | Preparing | StageStarted | Step | Finished
