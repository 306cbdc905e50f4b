"""A `Job`: one run from a recipe to a result, as a stream of events.

Iterate a job to run it. `stop` may be called from another thread or a signal handler: the run
ends after the step it is in, and the best so far becomes the result. Nothing is lost when a run
fails either: with a checkpoint path the state is written every few seconds and before an error
leaves, and stays until the result was saved.
"""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterator
from contextlib import closing, nullcontext
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from styleforge.compose.compose import fallbacks
from styleforge.compose.render import layers_of
from styleforge.compose.tint import guesses
from styleforge.errors import UserError
from styleforge.pack.memory import is_shortage
from styleforge.pack.threads import fitted
from styleforge.pack.waiting import wait_asleep
from styleforge.prepare.inputs import as_read
from styleforge.prepare.problem import Problem
from styleforge.recipe.recipe import Recipe
from styleforge.recipe.refusals import refuse_unreadable
from styleforge.run import engine
from styleforge.run.beside import Beside
from styleforge.run.checkpoint import remove_checkpoint, save_checkpoint
from styleforge.run.clock import timed
from styleforge.run.events import Event, Finished, Note
from styleforge.run.finishing import preview_of, result_of
from styleforge.run.kept import Kept, gone_on
from styleforge.run.one_pass import Passed, one_pass
from styleforge.run.preview import with_preview
from styleforge.run.recorded import as_here
from styleforge.run.result import Result
from styleforge.run.start import set_up
from styleforge.run.state import State

if TYPE_CHECKING:
    import torch

    from styleforge.forge import Forge

_NO_MEMORY = (
    "There was not enough memory for a step of the run. Close other programs, or use a machine "
    "with more of it."
)


class Job:
    """A run. Either its recipe names the pictures, or ``problem`` holds them.

    Args:
        forge: plugins and models.
        recipe: what to do; with ``identity`` and ``conditions`` unless a problem is given.
        problem: prepared references, instead of the recipe's files.
        checkpoint: where to keep the state of an unfinished run. It stays until `forget` is called,
            so that a result that cannot be saved does not cost the run.
        preview_every: attach a picture to the first step, the last and every so many.

    Example:
        >>> from styleforge import Forge, Step
        >>> from styleforge.testing import toy
        >>> forge = Forge(())
        >>> forge.use(toy)
        >>> problem = toy.toy_problem(forge.models("toy"))
        >>> job = Job(forge, forge.recipe("toy", "toy-look"), problem)
        >>> for event in job:
        ...     if isinstance(event, Step) and event.done == 2:
        ...         job.stop()
        >>> job.result()
        <Result toy/toy-look 32x32 stopped after 2 steps>
    """

    def __init__(
        self,
        forge: Forge,
        recipe: Recipe,
        problem: Problem | None = None,
        *,
        checkpoint: str | Path | None = None,
        preview_every: int = 0,
    ) -> None:
        self.forge = forge
        self.recipe = recipe
        self.problem = problem
        self.checkpoint = Path(checkpoint) if checkpoint else None
        self.preview_every = preview_every
        self.state: State | None = None
        self._result: Result | None = None
        self._stop = threading.Event()
        self._notes: list[str] = []
        self._beside = Beside()
        self._kept = Kept(self.checkpoint)
        self._shares = False
        self._waits = False
        self._passed: Passed | None = None

    @classmethod
    def resume(
        cls,
        forge: Forge,
        checkpoint: str | Path,
        problem: Problem | None = None,
        *,
        recipe: Recipe | None = None,
        preview_every: int = 0,
    ) -> Job:
        """A job that goes on where a checkpoint was written.

        Args:
            forge: plugins and models.
            checkpoint: of the run; it is kept there further on.
            problem: prepared references, instead of the recipe's files.
            recipe: the checkpoint's own, or that which was asked for; its pictures may lie
                elsewhere by now.
            preview_every: attach a picture to the first step, the last and every so many.

        Raises:
            UserError: if there is no such checkpoint, it cannot be read, or it is of another
                recipe.
        """
        state, found = gone_on(forge, checkpoint, recipe)
        job = cls(forge, found, problem, checkpoint=checkpoint, preview_every=preview_every)
        job.state = state
        return job

    def stop(self) -> None:
        """End after the step in progress, keeping the best so far."""
        self._stop.set()

    # --- a pass that several runs share: see styleforge.run.chunks ---------------------------
    @property
    def one_pass(self) -> bool:
        """Whether it is one pass and nothing else, which it may take with others."""
        return self.problem is None and self.state is None and one_pass(self.recipe)

    @property
    def device(self) -> torch.device:
        """Where its models are.

        Raises:
            UserError: if there is no pack for it.
        """
        given = self.problem
        return (given.models if given else self.forge.models_of(self.recipe)).device

    def shares(self) -> None:
        """It will wait for its pass, and whoever advances it sees to the threads of torch."""
        self._shares = True

    @property
    def waiting(self) -> Problem | None:
        """What it is about to map, between that event and the next one."""
        return self.problem if self._waits else None

    def take(self, passed: Passed) -> None:
        """Its part of a pass; it takes none of its own then."""
        self.state, self._passed = passed.state, passed

    def save(self, path: str | Path, *, share: bool = False) -> Result:
        """Write the result's picture with the recipe inside, as `Result.save` does, then `forget`.

        Raises:
            UserError: if the run failed, or the file cannot be written; the checkpoint stays.
        """
        result = self.result()
        result.save(path, share=share)
        self.forget()
        return result

    def keep(self, checkpoint: str | Path) -> bool:
        """Write the state of the run to ``checkpoint``; False where nothing was done yet.

        Raises:
            UserError: if the file cannot be written.
        """
        if self.state is None:
            return False
        save_checkpoint(checkpoint, self.state, self.recipe)
        return True

    def forget(self) -> None:
        """Remove the checkpoint of a run that is done; call it once the result was saved.

        A run that was stopped or failed keeps its checkpoint, to be resumed.

        Raises:
            UserError: if the file cannot be removed.
        """
        if self.checkpoint is None or self._result is None or self._result.status != "done":
            return
        remove_checkpoint(self.checkpoint)

    def _said(self, text: str) -> Note:
        """A note, which the result keeps."""
        self._notes.append(text)
        return Note(text)

    def _stopping(self) -> bool:
        after = self.recipe.stop_after
        reached = after is not None and self.state is not None and self.state.done >= after
        return reached or self._stop.is_set()

    def result(self) -> Result:
        """The result; runs the job first if nobody has.

        Raises:
            UserError: if the run failed.
        """
        if self._result is None:
            for _ in self:
                pass
        if self._result is None:
            msg = (
                "The run has no result, because its events were not taken to the end; run it anew."
            )
            raise UserError(msg)
        return self._result

    def __iter__(self) -> Iterator[Event]:
        """Run, yielding events; the last one is `Finished`.

        Raises:
            UserError: if it cannot be done, or memory ran out before the first step.
        """
        try:
            with closing(timed(self._events())) as events:
                for event in events:
                    if isinstance(event, Finished):
                        self._result = self._timed(event.result)
                        yield Finished(self._result)
                    else:
                        yield event
        except Exception as error:
            if isinstance(error, UserError) or not is_shortage(error):
                raise
            raise UserError(_NO_MEMORY) from error

    def _timed(self, result: Result) -> Result:
        """The result, with the run's share of a pass among the seconds that it took."""
        shared = self._passed.seconds if self._passed is not None else 0.0
        return replace(result, took=result.took + shared)

    def _events(self) -> Generator[Event]:
        refuse_unreadable(self.recipe)
        for text in self.forge.before_run(self.recipe):
            yield self._said(text)
        if self.problem is None and not self.recipe.pack:
            choice = self.forge.pack_for(self.recipe)
            self.recipe = replace(self.recipe, pack=choice.name)
            if choice.note:
                yield Note(choice.note)
        device = self.device
        with nullcontext("") if self._shares else fitted(self.recipe.threads, device) as fewer:
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
        self._waits = self._shares
        yield self._beside.event(_first_picture(self.recipe))
        self._waits = False
        self.problem, notes = with_preview(self.problem, self.recipe, self.forge)
        for text in (*guessed, *notes):
            yield self._said(text)
        self.problem, self.recipe, self.state = set_up(
            self.problem, self.recipe, self.forge.components, self.state
        )
        yield from self._optimize(self.problem, self.state)
        assert self._result is not None
        if self._result.status == "stopped":
            yield from self._save(self.state)
        for text in self.forge.after_run(self.recipe, self._result):
            yield self._said(text)
        said = dict.fromkeys((*self._result.notes, *self._notes))  # with those of after_run
        self._result = replace(self._result, notes=tuple(said))
        yield Finished(self._result)

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
            self._result = self._made(problem, state)
        except Exception as cause:
            short = is_shortage(cause)
            if not short and not isinstance(cause, UserError):
                self._keep(state, cause)
                raise
            if not state.done and short:
                raise UserError(_NO_MEMORY) from cause
            if not state.done:
                raise
            yield from self._save(state)
            yield self._said(f"{_NO_MEMORY if short else cause} The best result so far is kept.")
            self._result = self._made(problem, state, failed=True)
        except BaseException as error:
            self._keep(state, error)
            raise

    def _made(self, problem: Problem, state: State, *, failed: bool = False) -> Result:
        generated = None if self._passed is None else self._passed.generated
        return result_of(
            problem, state, self.recipe, self.forge, notes=self._notes, failed=failed,
            generated=generated,
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


def _first_picture(recipe: Recipe) -> str:
    """What makes the first picture of a run, in words."""
    if recipe.start == "mapper" and not recipe.stages:
        return "Mapping in one pass"
    return "Making the first picture"
