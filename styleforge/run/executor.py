"""Executors: where runs happen.

A spec such as ``inline`` or ``ray://there`` names one; the first plugin whose ``make_executor``
answers makes it (`styleforge.Forge.executor`). Core brings ``inline``, which runs a recipe here, in
whoever iterates. What crosses the boundary is the recipe, which is JSON, and the pictures that it
names; so a run is the same wherever it happens.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from styleforge.errors import PluginError, UserError

if TYPE_CHECKING:
    from styleforge.forge import Forge
    from styleforge.plugins.loader import Plugins
    from styleforge.recipe.recipe import Recipe
    from styleforge.run.events import Event
    from styleforge.run.result import Result

INLINE = "inline"


@runtime_checkable
class Run(Protocol):
    """A run that was handed to an executor; a `styleforge.Job` is one.

    Example:
        >>> from styleforge import Forge, Job, Recipe
        >>> job = Job(Forge(()), Recipe(domain="lips", method="look", stages=()))
        >>> isinstance(job, Run)
        True
    """

    def __iter__(self) -> Iterator[Event]:
        """The run's events as they happen; the last one is `styleforge.Finished`."""
        ...

    def stop(self) -> None:
        """End after the step in progress, keeping the best so far. May be called by any thread."""
        ...

    def result(self) -> Result:
        """The result; waits for it.

        Raises:
            UserError: if the run failed.
        """
        ...


@runtime_checkable
class Keeping(Protocol):
    """A run that can write down what was done, to be gone on with; a `styleforge.Job` is one.

    An executor's runs may offer it: then a result that cannot be written does not cost the run.

    Example:
        >>> from styleforge import Forge, Job, Recipe
        >>> job = Job(Forge(()), Recipe(domain="lips", method="look", stages=()))
        >>> isinstance(job, Keeping), job.keep("run.resume")  # nothing was done yet
        (True, False)
    """

    def keep(self, checkpoint: str | Path) -> bool:
        """Write the run's state to ``checkpoint``; False where there is none.

        Raises:
            UserError: if the file cannot be written.
        """
        ...


@runtime_checkable
class Executor(Protocol):
    """Runs recipes somewhere.

    Example:
        >>> from styleforge import Forge
        >>> isinstance(Forge(()).executor("inline"), Executor)
        True
    """

    def submit(
        self,
        recipe: Recipe,
        *,
        checkpoint: str | Path | None = None,
        resume: bool = False,
        preview_every: int = 0,
    ) -> Run:
        """Take a recipe that names its pictures.

        Args:
            recipe: what to do.
            checkpoint: where the state of an unfinished run is kept.
            resume: go on from the state in ``checkpoint``, with its recipe, whose pictures may lie
                elsewhere by now.
            preview_every: attach a picture to the first step, the last and every so many; 0: none.

        Raises:
            UserError: if there is nothing to go on with, or it is of another recipe.
        """
        ...


@dataclass(frozen=True)
class Inline:
    """Runs a recipe in this process, when its events or its result are asked for.

    Example:
        >>> from styleforge import Forge, Recipe
        >>> Inline(Forge(())).submit(Recipe(domain="lips", method="look", stages=())).recipe.domain
        'lips'
    """

    forge: Forge

    def submit(
        self,
        recipe: Recipe,
        *,
        checkpoint: str | Path | None = None,
        resume: bool = False,
        preview_every: int = 0,
    ) -> Run:
        """A job of this forge; it has not begun.

        Raises:
            UserError: if there is nothing to go on with, or it is of another recipe.
        """
        from styleforge.run.job import Job  # specs are read without torch

        if not resume:
            return Job(self.forge, recipe, checkpoint=checkpoint, preview_every=preview_every)
        if checkpoint is None:
            msg = "A run is resumed from a checkpoint, and none was named; give `checkpoint`."
            raise UserError(msg)
        return Job.resume(self.forge, checkpoint, recipe=recipe, preview_every=preview_every)


def inline(forge: Forge, spec: str) -> Inline | None:
    """Core's answer to ``make_executor``.

    Example:
        >>> from styleforge import Forge
        >>> inline(Forge(()), "ray://there") is None
        True
    """
    return Inline(forge) if spec == INLINE else None


def executor_of(plugins: Plugins, forge: Forge, spec: str) -> Executor:
    """The first answer of the plugins' ``make_executor``.

    Raises:
        PluginError: if it is no `Executor`.
        UserError: if nobody answers, or a plugin that knows the spec refuses it.

    Example:
        >>> from styleforge import Forge
        >>> Forge(()).executor("nowhere")
        Traceback (most recent call last):
        styleforge.errors.UserError: No plugin makes an executor of 'nowhere'; 'inline' ...
    """
    owner, answer, faults = plugins.first_answer("make_executor", forge=forge, spec=spec)
    if answer is None:
        why = " ".join(faults)
        msg = (
            f"No plugin makes an executor of {spec!r}; {INLINE!r} is built in. Correct it, or "
            f"install the plugin that brings it. {why}"
        )
        raise UserError(msg.rstrip())
    if not isinstance(answer, Executor):
        msg = (
            f"Plugin {owner!r} made a {type(answer).__name__} of {spec!r}, which has no `submit`; "
            "an executor is expected (see styleforge.run.executor)."
        )
        raise PluginError(msg)
    lacking = _lacking(answer)
    if lacking:
        msg = (
            f"The `submit` of what plugin {owner!r} made of {spec!r} takes no {lacking}; "
            "submit(recipe, *, checkpoint, resume, preview_every) is expected (see "
            "styleforge.run.executor)."
        )
        raise PluginError(msg)
    return answer


def _lacking(executor: Executor) -> str:
    """The keywords of ``submit`` that an executor's does not take."""
    wanted = tuple(inspect.signature(Executor.submit).parameters)[2:]
    have = inspect.signature(executor.submit).parameters
    if any(one.kind is one.VAR_KEYWORD for one in have.values()):
        return ""
    return ", ".join(name for name in wanted if name not in have)
