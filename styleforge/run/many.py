"""Many runs on one executor, as many at once as it does; their events come in one stream."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from styleforge.errors import UserError, as_said
from styleforge.run.executor import Inline
from styleforge.run.telling import Telling

if TYPE_CHECKING:
    from styleforge.recipe.recipe import Recipe
    from styleforge.run.events import Event
    from styleforge.run.executor import Executor, Run

_NO_MORE = (-1, None)


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
) -> Generator[tuple[int, Event | UserError]]:
    """Run tasks, yielding each one's number, from 0, with its events as they come.

    A run that fails ends with its error in place of `Finished`, and the others go on. No more tasks
    are taken than are run at once. Closing the generator, and Ctrl-C, stop the runs that are going
    on; what they did stays in their checkpoints.

    Runs here share the machine. On a processor with several threads for them they go side by side
    (`styleforge.run.lanes`), as many as have room in memory (`styleforge.run.room`). With one
    thread, and on an accelerator, edits of one pass that follow each other share it, up to
    `styleforge.run.chunks.MOST` of them: the generator draws all pictures at once. What comes of
    each is what would come of it alone.

    Args:
        executor: where they run.
        tasks: may be made as they are asked for.
        width: runs at once, where that is fewer than `at_once` says.
        shared: whether runs here share the machine; not where each is to be timed.

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
    most = at_once(executor) if shared else width_of(executor)
    most = most if width is None else max(1, min(width, most))
    if most > 1 and not isinstance(executor, Inline):
        return _at_once(executor, enumerate(tasks), most)
    return _here(executor, tasks, most, shared=shared)


def at_once(executor: Executor) -> int:
    """How many runs `together` does at once: the executor's, or those that go side by side here.

    Example:
        >>> from styleforge import Forge
        >>> at_once(Forge(()).executor("inline")) >= 1
        True
    """
    if not isinstance(executor, Inline):
        return width_of(executor)
    from styleforge.run.lanes import lanes_of  # brings torch, which specs are read without

    return lanes_of(executor.forge)


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


def _here(
    executor: Executor, tasks: Iterable[Task], most: int, *, shared: bool
) -> Generator[tuple[int, Event | UserError]]:
    """Side by side, where there are several tasks, lanes and memory; else one after another."""
    from styleforge.run.chunks import in_turn  # brings torch, which specs are read without
    from styleforge.run.lanes import side_by_side
    from styleforge.run.room import room_for

    left = iter(tasks)
    first = list(islice(left, most)) if most > 1 else []
    runs = _runs(executor, enumerate(chain(first, left)))
    lanes = 1
    if isinstance(executor, Inline):
        lanes = room_for(executor.forge, (one.recipe for one in first), len(first))
    if lanes > 1:
        yield from side_by_side(runs, lanes)
    else:
        yield from in_turn(runs, shared=shared)


class _Going(Telling):
    """A run of an executor that does several at once, taken by a thread of its own."""

    def __init__(self, index: int, run: Run, told: SimpleQueue[tuple[Any, Any]]) -> None:
        super().__init__(f"run {index}", told)
        self._index, self._run = index, run

    def stop(self) -> None:
        """Stop it; its events are not wanted any more."""
        super().stop()
        self._run.stop()

    def events(self) -> Iterator[tuple[int, Event | UserError]]:
        """Its events."""
        for event in self._run:
            yield self._index, event

    def ended(self, error: BaseException | None) -> Iterator[tuple[int, UserError]]:
        """What it failed of, SystemExit too: the others go on."""
        if error is not None:
            yield self._index, as_said(error)


def _at_once(
    executor: Executor, numbered: Iterator[tuple[int, Task]], width: int
) -> Generator[tuple[int, Event | UserError]]:
    told: SimpleQueue[tuple[_Going, Any]] = SimpleQueue()
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
                    one = _Going(index, run, told)
                    one.start()
                    going.add(one)
            if not going:
                continue
            one, what = told.get()
            if isinstance(what, tuple):
                one.taken()
                yield what
            else:
                going.discard(one)
                yield from one.ended(what)
    finally:
        for one in going:
            one.stop()
        for one in going:
            one.join()
