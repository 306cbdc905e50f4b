"""An executor whose runs happen in other processes, as many at once as it has workers."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from styleforge.files import folder_of
from styleforge.run.executor import INLINE, Run
from styleforge.workers.away import Away
from styleforge.workers.home import home_of
from styleforge.workers.order import Order
from styleforge.workers.seats import Seats, Worker

if TYPE_CHECKING:
    from styleforge.forge import Forge
    from styleforge.recipe.recipe import Recipe


def _nothing() -> None:
    """There is nothing to be done."""


class Pool:
    """An executor with workers that keep their forge and models.

    They begin with the first run, and end with the forge or with `close`.

    Args:
        forge: whose plugins and settings workers have too.
        width: how many.
        start: makes a worker for a home.
        threads: of the CPU for each run; 0 for as many as it had before, 1 for a new one.
        leave: what there is to be done after the workers have ended.

    Example:
        >>> from styleforge.testing import toy
        >>> pool = toy.toy_forge().executor("processes:2")
        >>> pool.width  # nothing was started yet
        2
    """

    def __init__(
        self,
        forge: Forge,
        width: int,
        start: Callable[[str], Worker],
        threads: int = 0,
        leave: Callable[[], object] = _nothing,
    ) -> None:
        self.forge, self.width, self.threads = forge, width, threads
        self._seats = Seats(width, start)
        self._numbers = count()
        self._leave = leave
        weakref.finalize(self, self._seats.close)

    def submit(
        self,
        recipe: Recipe,
        *,
        checkpoint: str | Path | None = None,
        resume: bool = False,
        preview_every: int = 0,
    ) -> Run:
        """A run that begins once a worker is free.

        Its state is kept in any case, so that another worker can go on with it.

        Raises:
            UserError: if there is nothing to go on with, it is of another recipe, or a plugin
                cannot be carried to a worker.
        """
        if resume:  # refused here, where it is asked for
            self.forge.executor(INLINE).submit(recipe, checkpoint=checkpoint, resume=True)
        own = None
        if checkpoint is None and recipe.stages:
            own = checkpoint = self._folder / f"{next(self._numbers)}.resume"
        order = Order(
            recipe=recipe.to_json(),
            folder=str(Path.cwd()),
            checkpoint="" if checkpoint is None else str(Path(checkpoint).absolute()),
            resume=resume,
            preview_every=preview_every,
            threads=self.threads,
        )
        run = Away(order, home_of(self.forge), self._seats.forget)
        if own is not None:
            weakref.finalize(run, own.unlink, missing_ok=True)
        self._seats.add(run)
        return run

    def close(self) -> None:
        """End the workers, also those that are at work; what waits fails with a sentence."""
        self._seats.close()
        self._leave()

    @property
    def pids(self) -> tuple[int, ...]:
        """The processes that are there now, for whoever watches them."""
        found = (getattr(one, "pid", 0) for one in self._seats.workers if one.alive)
        return tuple(one for one in found if one)

    @cached_property
    def _folder(self) -> Path:
        """The folder of checkpoints that callers did not ask for."""
        return folder_of(self)
