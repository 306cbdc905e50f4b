"""A `Job`: one run from a recipe to a result, as a stream of events.

Iterate a job to run it. `stop` may be called from another thread or a signal handler: the run
ends after the step it is in, and the best so far becomes the result. Nothing is lost when a run
fails either: with a checkpoint path the state is written every few seconds and before an error
leaves, and stays until the result was saved.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from styleforge.errors import UserError
from styleforge.pack.memory import is_shortage
from styleforge.prepare.problem import Problem
from styleforge.recipe.recipe import Recipe
from styleforge.run.checkpoint import remove_checkpoint, save_checkpoint
from styleforge.run.clock import timed
from styleforge.run.course import NO_MEMORY, Course
from styleforge.run.events import Event, Finished
from styleforge.run.kept import gone_on
from styleforge.run.one_pass import one_pass
from styleforge.run.result import Result
from styleforge.run.state import State

if TYPE_CHECKING:
    import torch

    from styleforge.forge import Forge
    from styleforge.run.shared import Shared


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
        >>> from styleforge import Step
        >>> from styleforge.testing import toy
        >>> forge = toy.toy_forge()
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
        self.checkpoint = Path(checkpoint) if checkpoint else None
        self._course = Course(forge, recipe, problem, self.checkpoint, preview_every)

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
        job._course.state = state
        return job

    def stop(self) -> None:
        """End after the step in progress, keeping the best so far."""
        self._course.stop.set()

    @property
    def recipe(self) -> Recipe:
        """What it does; with the pack, the weights and the machine once that is known."""
        return self._course.recipe

    @property
    def problem(self) -> Problem | None:
        """The prepared references; None before the pictures were read."""
        return self._course.problem

    @property
    def state(self) -> State | None:
        """How far it is; None before it began."""
        return self._course.state

    @property
    def device(self) -> torch.device:
        """Where its models are.

        Raises:
            UserError: if there is no pack for it.
        """
        return self._course.device

    @property
    def one_pass(self) -> bool:
        """Whether it is one pass and nothing else, which it may take with others."""
        return self.problem is None and self.state is None and one_pass(self.recipe)

    @property
    def shared(self) -> Shared:
        """Its part in a pass that several runs take."""
        return self._course.shared

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
        result = self._course.result
        if self.checkpoint is None or result is None or result.status != "done":
            return
        remove_checkpoint(self.checkpoint)

    def result(self) -> Result:
        """The result; runs the job first if nobody has.

        Raises:
            UserError: if the run failed.
        """
        if self._course.result is None:
            for _ in self:
                pass
        if self._course.result is None:
            msg = (
                "The run has no result, because its events were not taken to the end; run it anew."
            )
            raise UserError(msg)
        return self._course.result

    def __iter__(self) -> Iterator[Event]:
        """Run, yielding events; the last one is `Finished`.

        Raises:
            UserError: if it cannot be done, or memory ran out before the first step.
        """
        try:
            with closing(timed(self._course.events())) as events:
                for event in events:
                    if isinstance(event, Finished):
                        took = event.result.took + self.shared.seconds
                        self._course.result = replace(event.result, took=took)
                        yield Finished(self._course.result)
                    else:
                        yield event
        except Exception as error:
            if isinstance(error, UserError) or not is_shortage(error):
                raise
            raise UserError(NO_MEMORY) from error
