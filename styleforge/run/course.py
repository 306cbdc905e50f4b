"""What a run does, from its pictures to its result; `styleforge.run.job.Job` is who holds it."""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterator
from contextlib import nullcontext
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from styleforge.compose.compose import fallbacks
from styleforge.compose.recolour import remarks
from styleforge.compose.render import layers_of
from styleforge.compose.target import guesses
from styleforge.errors import UserError
from styleforge.pack.memory import is_shortage
from styleforge.pack.threads import fitted
from styleforge.pack.waiting import wait_asleep
from styleforge.prepare.inputs import as_read
from styleforge.recipe.refusals import refuse_unreadable
from styleforge.run import engine
from styleforge.run.beside import Beside
from styleforge.run.events import Event, Finished, Note
from styleforge.run.finishing import preview_of, result_of
from styleforge.run.kept import Kept
from styleforge.run.preview import with_preview
from styleforge.run.recorded import as_here
from styleforge.run.set_up import set_up
from styleforge.run.shared import Shared

if TYPE_CHECKING:
    import torch

    from styleforge.forge import Forge
    from styleforge.prepare.problem import Problem
    from styleforge.recipe.recipe import Recipe
    from styleforge.run.result import Result
    from styleforge.run.state import State

NO_MEMORY = (
    "There was not enough memory for a step of the run. Close other programs, or use a machine "
    "with more of it."
)


class Course:
    """The way of one run. On it the recipe gets what it was run with, and the state its steps.

    Args:
        forge: plugins and models.
        recipe: what to do; with ``identity`` and ``conditions`` unless a problem is given.
        problem: prepared references, instead of the recipe's files.
        checkpoint: where to keep the state.
        preview_every: attach a picture to the first step, the last and every so many.

    Example:
        >>> from styleforge.testing import toy
        >>> forge = toy.toy_forge()
        >>> problem = toy.toy_problem(forge.models("toy"))
        >>> course = Course(forge, forge.recipe("toy", "toy-look").with_steps(1), problem)
        >>> [type(event).__name__ for event in course.events()][-1], course.state.done
        ('Finished', 1)
    """

    def __init__(
        self,
        forge: Forge,
        recipe: Recipe,
        problem: Problem | None = None,
        checkpoint: Path | None = None,
        preview_every: int = 0,
    ) -> None:
        self.forge, self.recipe, self.problem = forge, recipe, problem
        self.preview_every = preview_every
        self.state: State | None = None
        self.stop = threading.Event()
        self.shared = Shared()
        self.result: Result | None = None
        self._notes: list[str] = []
        self._beside = Beside()
        self._kept = Kept(checkpoint)

    @property
    def device(self) -> torch.device:
        """Where its models are.

        Raises:
            UserError: if there is no pack for it.
        """
        given = self.problem
        return (given.models if given else self.forge.models_of(self.recipe)).device

    def events(self) -> Generator[Event]:
        """Run; the last event is `Finished`.

        Raises:
            UserError: if it cannot be done.
        """
        refuse_unreadable(self.recipe)
        with self.shared.turn:
            said = self.forge.before_run(self.recipe)
        for text in said:
            yield self._said(text)
        if self.problem is None and not self.recipe.pack:
            choice = self.forge.pack_for(self.recipe)
            self.recipe = replace(self.recipe, pack=choice.name)
            if choice.note:
                yield Note(choice.note)
        device = self.device
        given = self.shared.asked or self.shared.threaded
        with nullcontext("") if given else fitted(self.recipe.threads, device) as fewer:
            wait_asleep(device)
            if fewer and self.recipe.stages:
                yield self._said(fewer)
            yield from self._running()

    def _running(self) -> Iterator[Event]:
        """From the pictures, or a problem, to the result."""
        if self.problem is None:
            self._beside = Beside.of(self.recipe, self.forge)
            self.problem, notes = yield from self._beside.building(self.recipe, self.forge)
            models = self.forge.models_of(self.recipe)
            yield from self._beside.loading(models)  # after the pictures, which may be large
            self.recipe, changed = as_read(self.recipe, self.problem.files)
            for text in (*changed, *notes):
                yield self._said(text)
        self.recipe, others = as_here(self.recipe, self.problem, self.forge)
        for text in others:
            yield self._said(text)
        for text in fallbacks(self.recipe, self.problem.models):
            yield Note(text)
        guessed = guesses(self.problem, self.recipe, self.forge)
        guessed += remarks(self.problem, self.recipe)
        yield from self.shared.wait(self.problem, self._beside.event(_first_picture(self.recipe)))
        if self.shared.passed is not None:
            self.state = self.shared.passed.state
        self.problem, notes = with_preview(self.problem, self.recipe, self.forge)
        for text in (*guessed, *notes):
            yield self._said(text)
        self.problem, self.recipe, self.state = set_up(
            self.problem, self.recipe, self.forge.components, self.state
        )
        yield from self._optimize(self.problem, self.state)
        assert self.result is not None
        if self.result.status == "stopped":
            yield from self._save(self.state)
        with self.shared.turn:
            told = self.forge.after_run(self.recipe, self.result)
        for text in told:
            yield self._said(text)
        said = dict.fromkeys((*self.result.notes, *self._notes))  # with those of after_run
        self.result = replace(self.result, notes=tuple(said))
        yield Finished(self.result)

    def _optimize(self, problem: Problem, state: State) -> Iterator[Event]:
        """The engine's events; afterwards there is a result, or an error and a checkpoint."""
        self._kept.begin()
        try:
            layers = layers_of(problem, self.recipe, self.forge)
            for event in engine.optimize(
                problem,
                self.recipe,
                state,
                self.forge,
                stop=self._stopping,
                preview_every=self.preview_every,
                show=partial(preview_of, problem, layers, self.forge.components),
            ):
                if isinstance(event, Note):
                    self._notes.append(event.text)
                yield event
                if self._kept.due:
                    yield from self._save(state)
            yield self._beside.event("Composing the picture")
            self.result = self._made(problem, state)
        except Exception as cause:
            short = is_shortage(cause)
            if not short and not isinstance(cause, UserError):
                self._keep(state, cause)
                raise
            if not state.done and short:
                raise UserError(NO_MEMORY) from cause
            if not state.done:
                raise
            yield from self._save(state)
            yield self._said(f"{NO_MEMORY if short else cause} The best result so far is kept.")
            self.result = self._made(problem, state, failed=True)
        except BaseException as error:
            self._keep(state, error)
            raise

    def _made(self, problem: Problem, state: State, *, failed: bool = False) -> Result:
        return result_of(
            problem, state, self.recipe, self.forge, notes=self._notes, failed=failed,
            generated=self.shared.generated,
        )  # fmt: skip

    def _keep(self, state: State, error: BaseException) -> None:
        """Save what was done before an error that ends everything."""
        if state.done:
            for note in self._save(state):  # nobody listens to events any more
                error.add_note(note.text)

    def _save(self, state: State) -> Iterator[Note]:
        """Write the checkpoint. Where that fails the user is told: the run is worth more."""
        unsaved = self._kept.save(state, self.recipe)
        if unsaved:
            yield self._said(unsaved)

    def _said(self, text: str) -> Note:
        """A note, which the result keeps."""
        self._notes.append(text)
        return Note(text)

    def _stopping(self) -> bool:
        after = self.recipe.stop_after
        reached = after is not None and self.state is not None and self.state.done >= after
        return reached or self.stop.is_set()


def _first_picture(recipe: Recipe) -> str:
    """What makes the first picture of a run, in words."""
    if recipe.start == "mapper" and not recipe.stages:
        return "Mapping in one pass"
    return "Making the first picture"
