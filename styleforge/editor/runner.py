"""One run in a thread of its own: events come in, the progress of the run goes out.

The session is told of at most four states a second, the newest; the outcome is always told.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from styleforge.editor.files import PREVIEW, thumbnail
from styleforge.editor.state import Curve, Edit, Progress
from styleforge.editor.throttle import Curves, StepTime, Throttle
from styleforge.errors import UserError
from styleforge.prepare.images import to_picture
from styleforge.recipe.recipe import Recipe
from styleforge.run.checkpoint import read_header
from styleforge.run.events import Event, Note, Preparing, StageStarted, Step

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import Tensor

    from styleforge.run.executor import Executor
    from styleforge.run.executor import Run as Submitted
    from styleforge.run.result import Result

RATE = 4.0  # states of a run that are told, per second
PREVIEW_EVERY = 5  # steps; a preview costs a fifth to a half of a step
COSINE = "cos "  # what the history of a result puts before the names of cosines
log = logging.getLogger("styleforge.editor")


@dataclass(frozen=True, kw_only=True)
class Run:
    """What is to be run: an edit as it was when it was asked for."""

    id: str
    label: str
    edit: Edit
    checkpoint: Path
    about: str = ""  # what is asked for, in a person's words
    resumes: bool = False
    held: bool = False  # until somebody goes on with the queue
    began: float = 0.0  # on the monotonic clock: when it was asked for, or came to its turn
    said: int = 0  # so many messages were there when it was asked for
    sweep: str = ""
    swept: str = ""  # over what, in words
    cell: tuple[int, int] = (0, 0)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How a run ended: with a result, or with a sentence why there is none."""

    run: Run
    result: Result | None = None
    error: str = ""
    notes: tuple[str, ...] = ()
    seconds: float = 0.0  # from the click, or its turn, to the picture
    stopped: bool = False  # nothing came of it because nothing was to


@dataclass
class Runner:
    """Runs one thing at a time.

    Args:
        executor: where runs happen.
        recipe: makes the recipe of an edit; called in the run's thread.
        located: a recipe with its pictures where they are now; called in the run's thread.
        told: called with every state of the run that is worth showing, from its thread.
        ended: called once, at the end, from its thread.
    """

    executor: Executor
    recipe: Callable[[Edit], Recipe]
    located: Callable[[Recipe], Recipe]
    told: Callable[[Progress], None]
    ended: Callable[[Outcome], None]
    _doing: Submitted | None = field(default=None, init=False)
    _thread: threading.Thread | None = field(default=None, init=False)
    _stop: threading.Event = field(default_factory=threading.Event, init=False)

    def start(self, run: Run) -> None:
        """Begin a run; the one before must have ended."""
        self._stop = threading.Event()
        self._doing = None
        self._thread = threading.Thread(
            target=self._execute, args=(run, self._stop), name="edit run", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """End the run after the step it is in."""
        self._stop.set()
        if self._doing is not None:
            self._doing.stop()

    def join(self) -> None:
        """Wait for the run's thread."""
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join()

    def _execute(self, run: Run, stop: threading.Event) -> None:
        outcome = self._outcome(run, stop)
        self._doing = None  # what it holds is large
        try:
            self.ended(outcome)
        except BaseException as error:  # the session waits to hear of the end
            log.exception("The end of a run could not be told.")
            why = f"The result was lost ({type(error).__name__}: {error}); run it again."
            self.ended(replace(outcome, result=None, error=why))

    def _outcome(self, run: Run, stop: threading.Event) -> Outcome:
        """Run to the end; whatever is raised on the way becomes a sentence."""
        notes: list[str] = []
        outcome = Outcome(run=run)
        try:
            doing, steps = self._submitted(run)
            self._doing = doing
            if stop.is_set():  # asked for while the recipe was made
                doing.stop()
            watch = _Watch(run, self.told, steps)
            for event in doing:
                if isinstance(event, Note):
                    notes.append(event.text)
                watch.show(event, stopping=stop.is_set())
            result = doing.result()
            if result.status == "stopped" and not result.steps:
                run.checkpoint.unlink(missing_ok=True)
                why = "Stopped before the first step; nothing changed."
                outcome = replace(outcome, error=why, stopped=True)
            else:
                outcome = replace(outcome, result=result)
        except UserError as error:
            outcome = replace(outcome, error=str(error))
        except BaseException as error:  # whatever it was, SystemExit too, the session goes on
            log.exception("A run failed.")
            kept = " What was done is kept and can be resumed." if run.checkpoint.exists() else ""
            why = f"The run failed ({type(error).__name__}: {error}).{kept}"
            outcome = replace(outcome, error=why)
        return replace(outcome, notes=tuple(dict.fromkeys(notes)))

    def _submitted(self, run: Run) -> tuple[Submitted, int]:
        """The run in the executor's hands, which has not begun, and its steps in all."""
        if run.resumes:
            recipe, _ = read_header(run.checkpoint)
            recipe = replace(self.located(recipe), stop_after=None)
        else:
            run.checkpoint.parent.mkdir(parents=True, exist_ok=True)
            recipe = self.recipe(run.edit)
        submitted = self.executor.submit(
            recipe,
            checkpoint=run.checkpoint,
            resume=run.resumes,
            preview_every=PREVIEW_EVERY,
        )
        return submitted, recipe.steps


class _Watch:
    """The progress of one run, from its events."""

    def __init__(self, run: Run, told: Callable[[Progress], None], steps: int) -> None:
        self.told = told
        self.progress = Progress(
            status="preparing", run=run.id, label=run.label, began=run.began, total=steps
        )
        self.losses, self.cosines = Curves(), Curves()
        self.pace, self.throttle = StepTime(), Throttle(RATE)
        self.newest: Tensor | None = None  # the preview that was not told yet

    def show(self, event: Event, *, stopping: bool = False) -> None:
        """Take an event in; tell of it unless that was done a moment ago."""
        if isinstance(event, Preparing):
            self.progress = replace(
                self.progress,
                preparing=event.what,
                prepared=event.index,
                to_prepare=event.count,
            )
            self.told(self.progress)
        elif isinstance(event, StageStarted):
            self.pace.restart()
            self.progress = replace(
                self.progress,
                status="running",
                preparing="",
                stage=event.stage,
                stage_index=event.index,
                stage_count=event.count,
                step=0,
                steps=event.steps,
                stage_left=None,
            )
            self.told(self.progress)
        elif isinstance(event, Step):
            self._step(event, stopping=stopping)

    def _step(self, event: Step, *, stopping: bool) -> None:
        self.pace.step()
        self.losses.add(event.done, event.losses)
        self.cosines.add(event.done, {name: pair[0] for name, pair in event.cosines.items()})
        last = event.done == event.total
        if event.preview is not None:
            self.newest = event.preview
        if not self.throttle.ready() and not last:
            return
        preview = self.progress.preview
        if self.newest is not None:
            preview, self.newest = thumbnail(to_picture(self.newest), PREVIEW), None
        self.progress = replace(
            self.progress,
            status="stopping" if stopping else "running",
            step=event.step,
            done=event.done,
            total=event.total,
            stage_left=self.pace.left(event.steps - event.step),
            left=self.pace.left(event.total - event.done),
            preview=preview,
            losses=self.losses.curves(),
            cosines=self.cosines.curves(),
        )
        self.told(self.progress)


def curves_of(result: Result) -> tuple[Mapping[str, Curve], Mapping[str, Curve]]:
    """The losses and the cosines of a finished run, thinned."""
    losses, cosines = Curves(), Curves()
    for index, values in enumerate(result.history, start=1):
        own = {name: value for name, value in values.items() if not name.startswith(COSINE)}
        losses.add(index, own)
        cosines.add(
            index,
            {
                name.removeprefix(COSINE): value
                for name, value in values.items()
                if name.startswith(COSINE)
            },
        )
    return losses.curves(), cosines.curves()
