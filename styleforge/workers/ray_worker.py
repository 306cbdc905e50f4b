"""A worker that is an actor of Ray, as its caller sees it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from styleforge.errors import UserError
from styleforge.files import write_whole
from styleforge.recipe.recipe import Recipe
from styleforge.run.events import Note
from styleforge.run.packed import pack, unpack
from styleforge.workers.order import Lost, NoRoom, Order
from styleforge.workers.parcel import files_of

PATIENCE = 300.0  # seconds in which an actor has to be there


class RayWorker:
    """An actor, as its caller sees it.

    Args:
        ray: the module.
        actor: the handle of an `Actor`.
        home: of its forge.

    Raises:
        NoRoom: if there is none for it.
        UserError: if it lacks what the caller has.
        Lost: if it ends while it starts.

    Example:
        >>> RayWorker(ray, actor, home).alive  # doctest: +SKIP
        True
    """

    def __init__(self, ray: Any, actor: Any, home: str) -> None:
        self.home, self._ray, self._actor = home, ray, actor
        self.alive = True
        self._how = ""
        asked = actor.refused.remote()
        try:
            if not ray.wait([asked], timeout=PATIENCE)[0]:
                self.close()
                msg = (
                    f"Ray had no room for another worker in {PATIENCE:.0f} s. Ask for fewer "
                    "workers (ray:N), or wait until others are done."
                )
                raise NoRoom(msg)
            refused = self._got(asked)
        except Lost:
            self.close()
            raise
        if refused:
            self.close()
            told = unpack(refused)
            raise told if isinstance(told, UserError) else UserError(str(told))

    def run(self, order: Order) -> Iterator[bytes]:
        """Run an order; yields its events, and b"" once it can be stopped.

        Raises:
            UserError: if a picture cannot be read.
            Lost: if the actor, or its machine, ends on the way.
        """
        self._how = ""
        files = files_of(Recipe.from_json(order.recipe), Path(order.folder))
        kept = Path(order.checkpoint) if order.checkpoint else None
        state = kept.read_bytes() if kept is not None and order.resume else b""
        sent = [self._ray.put(data) for data in (state, *files.values())]
        self._got(self._actor.begin.remote(order.fields(), list(files), *sent))
        asked = ""
        while True:
            if self._how != asked:
                asked = self._how
                self._actor.end.remote(asked)
            for what, body in self._got(self._actor.take.remote()):
                if what == "over":
                    return
                if what == "checkpoint" and kept is not None:
                    yield from keep(kept, body)
                elif what in {"event", "begun"}:
                    yield body

    def end(self, how: str) -> None:
        """Ask the run that goes on to ``stop``, or to ``drop``; it is told within a moment.

        May be called in a handler of a signal.
        """
        if self._how != "drop":
            self._how = how

    def close(self) -> None:
        """End the actor."""
        self.alive = False
        with contextlib.suppress(Exception):
            self._ray.kill(self._actor)

    def _got(self, reference: Any) -> Any:
        """What a method of the actor gave."""
        try:
            return self._ray.get(reference)
        except self._ray.exceptions.RayTaskError as error:  # a fault of ours, told as it is
            raise error.as_instanceof_cause() from error
        except (self._ray.exceptions.RayError, ConnectionError) as error:
            self.alive = False
            raise Lost("of Ray died, or its machine was lost") from error


def keep(path: Path, state: bytes) -> Iterator[bytes]:
    """Write a checkpoint. Where that fails a note says so: the run is worth more.

    Example:
        >>> list(keep(Path("run.resume"), b"...")), Path("run.resume").read_bytes()
        ([], b'...')
    """
    try:
        write_whole(path, state, name=f"The checkpoint {path}")
    except UserError as error:
        yield pack(Note(f"{error} What is done from here on cannot be resumed."))
