"""Many runs on one executor, as many at once as it does; their events come in one stream."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from styleforge.errors import UserError, as_said

if TYPE_CHECKING:
    from styleforge.recipe.recipe import Recipe
    from styleforge.run.events import Event
    from styleforge.run.executor import Executor, Run

_NO_MORE = (-1, None)
_AHEAD = 8  # events of a run that wait to be taken; a preview may have megabytes


@runtime_checkable
class Parallel(Protocol):
    """What an executor has that does several runs at once.

    Example:
        >>> from styleforge import Forge
        >>> isinstance(Forge(()).executor("inline"), Parallel)  # one after another
        False
    """

    @property
    def width(self) -> int:
        """How many runs it does at once."""
        ...


@dataclass(frozen=True)
class Task:
    """A recipe that names its pictures, and how it is run, as `Executor.submit` takes it.

    Example:
        >>> from styleforge import Recipe
        >>> Task(Recipe(domain="lips", method="look", stages=())).resume
        False
    """

    recipe: Recipe
    checkpoint: str | Path | None = None
    resume: bool = False
    preview_every: int = 0


def width_of(executor: Executor) -> int:
    """How many runs an executor does at once; 1 where it does not say.

    Example:
        >>> from styleforge import Forge
        >>> width_of(Forge(()).executor("inline"))
        1
    """
    return max(1, executor.width) if isinstance(executor, Parallel) else 1


def together(
    executor: Executor,
    tasks: Iterable[Task],
    *,
    width: int | None = None,
    shared: bool = True,
) -> Iterator[tuple[int, Event | UserError]]:
    """Run tasks, yielding each one's number, from 0, with its events as they come.

    A run that fails ends with its error in place of `Finished`, and the others go on. No more tasks
    are taken than are run at once. Closing the generator, and Ctrl-C, stop the runs that are going
    on; what they did stays in their checkpoints.

    Edits of one pass that follow each other and happen here share it, up to
    `styleforge.run.chunks.MOST` of them: the generator draws all pictures at once. What comes of
    each is what would come of it alone (`styleforge.run.one_pass.passed`).

    Args:
        executor: where they run.
        tasks: may be made as they are asked for.
        width: runs at once, where that is fewer than the executor does.
        shared: whether edits of one pass share it; not where each is to be timed.

    Example:
        >>> from dataclasses import replace
        >>> from styleforge import Finished, ImageRef
        >>> from styleforge.testing import toy
        >>> forge = toy.toy_forge()
        >>> recipe = forge.recipe("toy", "toy-look", identity=ImageRef("me.png")).with_steps(1)
        >>> gone = replace(recipe, identity=ImageRef("gone.png"))
        >>> tasks = [Task(recipe), Task(gone)]
        >>> for index, event in together(forge.executor("inline"), tasks):
        ...     if isinstance(event, Finished | UserError):
        ...         print(index, type(event).__name__)
        0 Finished
        1 UserError
    """
    most = width_of(executor)
    most = most if width is None else max(1, min(width, most))
    numbered = enumerate(tasks)
    if most > 1:
        return _at_once(executor, numbered, most)
    from styleforge.run.chunks import in_turn  # brings torch, which specs are read without

    return in_turn(_runs(executor, numbered), shared=shared)


def _submitted(executor: Executor, task: Task) -> Run:
    return executor.submit(
        task.recipe,
        checkpoint=task.checkpoint,
        resume=task.resume,
        preview_every=task.preview_every,
    )


def _runs(
    executor: Executor, numbered: Iterator[tuple[int, Task]]
) -> Iterator[tuple[int, Run | UserError]]:
    """Runs as they are asked for; in place of one that is refused, why."""
    for index, task in numbered:
        try:
            yield index, _submitted(executor, task)
        except Exception as error:
            yield index, as_said(error)


class _Going:
    """A run in a thread of its own, whose events go into a queue that is shared."""

    def __init__(self, index: int, run: Run, told: SimpleQueue[_Told]) -> None:
        self.index, self._run, self._told = index, run, told
        self._room = threading.BoundedSemaphore(_AHEAD)
        self._unwanted = False
        name = f"run {index}"
        self._thread = threading.Thread(target=self._take, name=name, daemon=True)
        self._thread.start()

    def taken(self) -> None:
        """One of its events was taken from the queue."""
        self._room.release()

    def stop(self) -> None:
        """Stop it; its events are not wanted any more."""
        self._unwanted = True
        self._run.stop()

    def join(self) -> None:
        """Wait for its end."""
        self._thread.join()

    def _take(self) -> None:
        """Events into the queue; after the last one None."""
        try:
            for event in self._run:
                self._tell(event)
        except BaseException as error:  # SystemExit too: the others go on
            self._tell(as_said(error))
        self._told.put((self, None))

    def _tell(self, event: Event | UserError) -> None:
        while not self._unwanted:
            if self._room.acquire(timeout=0.2):
                self._told.put((self, event))
                return


_Told = tuple[_Going, "Event | UserError | None"]


def _at_once(
    executor: Executor, numbered: Iterator[tuple[int, Task]], width: int
) -> Iterator[tuple[int, Event | UserError]]:
    told: SimpleQueue[_Told] = SimpleQueue()
    going: set[_Going] = set()
    left = True
    try:
        while left or going:
            while left and len(going) < width:
                index, task = next(numbered, _NO_MORE)
                if task is None:
                    left = False
                    break
                try:
                    run = _submitted(executor, task)
                except Exception as error:
                    yield index, as_said(error)
                else:
                    going.add(_Going(index, run, told))
            if not going:
                continue
            one, event = told.get()
            if event is None:
                going.discard(one)
            else:
                one.taken()
                yield one.index, event
    finally:
        for one in going:
            one.stop()
        for one in going:
            one.join()
