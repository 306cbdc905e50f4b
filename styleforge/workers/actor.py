"""A worker in an actor, which may be on another machine: its own side.

Nothing here knows Ray: an actor is a class whose methods are called from elsewhere, also at once.
"""

from __future__ import annotations

import shutil
import tempfile
import threading
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

from styleforge.errors import as_said
from styleforge.recipe.recipe import Recipe
from styleforge.run.events import Step
from styleforge.run.packed import pack
from styleforge.workers.doing import Doing
from styleforge.workers.home import forge_at
from styleforge.workers.order import Order
from styleforge.workers.parcel import opened

if TYPE_CHECKING:
    from styleforge.forge import Forge
    from styleforge.workers.parcel import Parcel

AT_ONCE = 4  # methods that run: one that waits for events, one that stops the run
_WAIT = 0.25  # seconds that `take` waits for something new
Item = tuple[str, bytes]  # event, checkpoint, begun or over, and what it carries


class Actor:
    """A forge like the caller's, which runs one order at a time.

    Args:
        home: as `styleforge.workers.home.home_of` describes it.

    Example:
        >>> from styleforge.testing import toy
        >>> from styleforge.workers.home import home_of
        >>> Actor(home_of(toy.toy_forge())).refused()
        b''
    """

    def __init__(self, home: str) -> None:
        self._forge: Forge | None = None
        self._refused = b""
        try:
            self._forge = forge_at(home)
        except BaseException as error:  # told to the caller, who asks
            self._refused = pack(as_said(error))
        self._doing: Doing | None = None
        self._told: SimpleQueue[Item] = SimpleQueue()
        self._unwanted = False

    def refused(self) -> bytes:
        """Why there is no forge, packed; empty where there is one."""
        return self._refused

    def begin(
        self, fields: Mapping[str, Any], names: list[str], state: bytes, *files: bytes
    ) -> None:
        """Begin a run: its order, its files by the caller's paths, its checkpoint."""
        folder = Path(tempfile.mkdtemp(prefix="styleforge-run-"))
        parcel = opened(dict(zip(names, files, strict=True)), folder)
        order = Order(**fields)
        recipe = parcel.there(Recipe.from_json(order.recipe))
        checkpoint = folder / "run.resume"
        if state:
            checkpoint.write_bytes(state)
        order = replace(
            order,
            recipe=recipe.to_json(),
            folder=str(folder),
            checkpoint=str(checkpoint) if order.checkpoint else "",
        )
        assert self._forge is not None
        self._told = SimpleQueue()
        self._doing = doing = Doing(self._forge, order)
        args = (doing, parcel, folder, checkpoint, self._told)
        threading.Thread(target=self._run, args=args, name="run", daemon=True).start()

    def take(self) -> list[Item]:
        """What is new; waits a moment for it."""
        found: list[Item] = []
        try:
            found.append(self._told.get(timeout=_WAIT))
            while True:
                found.append(self._told.get_nowait())
        except Empty:
            return found

    def end(self, how: str) -> None:
        """``stop`` or ``drop`` the run."""
        if self._doing is not None:
            getattr(self._doing, how)()

    @staticmethod
    def _run(
        doing: Doing, parcel: Parcel, folder: Path, checkpoint: Path, told: SimpleQueue[Item]
    ) -> None:
        told.put(("begun", b""))
        seen = _written(checkpoint)
        try:
            for event in doing:
                now = _written(checkpoint)
                if now != seen:  # before the event, which may be the last
                    seen = now
                    told.put(("checkpoint", parcel.checkpoint(checkpoint)))
                told.put(("event", pack(parcel.told(event))))
                if isinstance(event, Step) and event.preview is not None:
                    _wait_for_reader(told)
            if _written(checkpoint) != seen:
                told.put(("checkpoint", parcel.checkpoint(checkpoint)))
        except BaseException as error:
            told.put(("event", pack(as_said(error))))
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            told.put(("over", b""))


def _written(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError:
        return (0, 0)
    return found.st_ino, found.st_mtime_ns


def _wait_for_reader(told: SimpleQueue[Item]) -> None:
    """Let previews not heap up where the way to the caller is slow."""
    end = time.monotonic() + 60
    while told.qsize() > 64 and time.monotonic() < end:
        time.sleep(0.01)
