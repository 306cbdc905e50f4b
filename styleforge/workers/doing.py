"""A run in a worker: an order becomes events, as bytes."""

from __future__ import annotations

import os
import threading
from collections.abc import Generator, Iterator
from contextlib import closing
from typing import TYPE_CHECKING, cast

import torch

from styleforge.errors import as_said
from styleforge.recipe.recipe import Recipe
from styleforge.run.events import Event, Finished
from styleforge.run.executor import Keeping, Run

if TYPE_CHECKING:
    from styleforge.errors import UserError
    from styleforge.forge import Forge
    from styleforge.workers.order import Order


class Doing:
    """One run of a worker. `stop` and `drop` may be called by any thread.

    Example:
        >>> from styleforge import ImageRef
        >>> from styleforge.testing import toy
        >>> from styleforge.workers.order import Order
        >>> forge = toy.toy_forge()
        >>> recipe = forge.recipe("toy", identity=ImageRef("me.png")).with_steps(2)
        >>> order = Order(recipe=recipe.to_json(), folder=os.getcwd())
        >>> [type(event).__name__ for event in Doing(forge, order)][-1]
        'Finished'
    """

    def __init__(self, forge: Forge, order: Order) -> None:
        self._forge, self._order = forge, order
        self._run: Run | None = None
        self._stop, self._drop = order.stopped, False
        self._lock = threading.Lock()

    def stop(self) -> None:
        """End after the step in progress, keeping the best so far."""
        with self._lock:
            self._stop = True
            if self._run is not None:
                self._run.stop()

    def drop(self) -> None:
        """End after the step in progress; nobody wants the result, the checkpoint is written."""
        self._drop = True
        self.stop()

    def __iter__(self) -> Iterator[Event | UserError]:
        """The run's events; an error instead of the last where it fails."""
        try:
            run = self._submitted()
            with closing(cast("Generator[Event]", iter(run))) as events:
                for event in events:
                    if self._drop:
                        return
                    if isinstance(event, Finished):
                        self._keep(run, event)
                    yield event
        except GeneratorExit:
            raise
        except BaseException as error:  # SystemExit of a plugin too: the worker goes on
            yield as_said(error)

    def _submitted(self) -> Run:
        order = self._order
        os.chdir(order.folder)
        recipe = Recipe.from_json(order.recipe)
        torch.set_num_threads(order.threads or recipe.threads or 1)
        run = self._forge.executor("inline").submit(
            recipe,
            checkpoint=order.checkpoint or None,
            resume=order.resume,
            preview_every=order.preview_every,
        )
        with self._lock:
            self._run = run
            if self._stop:
                run.stop()
        return run

    def _keep(self, run: Run, event: Finished) -> None:
        """Write the state of a run that is done, so that its result can be made again."""
        checkpoint = self._order.checkpoint
        if checkpoint and event.result.status == "done" and isinstance(run, Keeping):
            run.keep(checkpoint)
