"""A run on a styleforge server, as a run here: the same events, the same result.

Its pictures go there under names of their own; what comes back calls them as the caller does.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

from styleforge.client.client import Client
from styleforge.client.errors import ServerError, unreachable
from styleforge.client.uploads import Parcel
from styleforge.errors import UserError
from styleforge.files import write_whole
from styleforge.prepare.inputs import name_of, with_inputs
from styleforge.recipe.condition import ImageRef
from styleforge.run.events import Event, Finished, Note, Preparing, Step
from styleforge.run.packed import unpack

if TYPE_CHECKING:
    from styleforge.recipe.condition import Mask
    from styleforge.recipe.recipe import Recipe
    from styleforge.run.result import Result

HEAD = 8  # bytes of an event's length
LONGEST = 4_000_000_000  # bytes of an event
PATIENCE = 60.0  # seconds for which a server that was restarted is waited for
ENDING = 20.0  # seconds for which a run that was stopped is waited for


class RemoteRun:
    """A run on a server.

    Args:
        url: of the server.
        recipe: what it does.
        checkpoint: where the state of a run that was stopped goes.
        resume: send that state along, to go on from it.
        preview_every: steps between two previews.

    Example:
        >>> from styleforge.recipe.recipe import Recipe
        >>> recipe = Recipe(domain="lips", method="look", stages=())
        >>> run = RemoteRun("http://127.0.0.1:8788", recipe, None, resume=False, preview_every=0)
        >>> run.recipe.domain
        'lips'
    """

    def __init__(
        self,
        url: str,
        recipe: Recipe,
        checkpoint: Path | None,
        *,
        resume: bool,
        preview_every: int,
    ) -> None:
        self.recipe = recipe
        self._url, self._checkpoint, self._resume = url, checkpoint, resume
        self._preview_every = preview_every
        self._edit = ""
        self._stopped = False
        self._result: Result | None = None
        self._given: dict[str, tuple[str, str | None]] = {}  # of uploads: path, SHA-256
        self._done = -1

    def __iter__(self) -> Iterator[Event]:
        """Its events as they come.

        Raises:
            UserError: if it fails, or the server refuses it or stays away.
        """
        with Client(self._url) as client:
            self._send(client)
            over = False
            try:
                for event in self._events(client):
                    made = self._here(event)
                    if isinstance(made, Finished):
                        self._result, over = made.result, True
                        if made.result.status != "done":
                            self._fetch(client)
                    if made is not None:
                        yield made
            except UserError:
                over = True
                raise
            finally:
                if not over:  # nobody takes the events any more
                    self._leave(client)

    def stop(self) -> None:
        """End after the step in progress, keeping the best so far."""
        self._stopped = True
        if self._edit:
            with Client(self._url) as client:  # another thread may be reading
                client.cancel(self._edit)

    def result(self) -> Result:
        """The result; runs it first if nobody has.

        Raises:
            UserError: if the run failed.
        """
        if self._result is None:
            for _ in self:
                pass
        if self._result is None:
            msg = "The run has no result, because its events were not taken to the end."
            raise UserError(msg)
        return self._result

    def keep(self, checkpoint: str | Path) -> bool:
        """Write the state of the run to ``checkpoint``; False where there is none.

        Raises:
            UserError: if the file cannot be written.
        """
        if not self._edit:
            return False
        with Client(self._url) as client:
            return _keep(client, self._edit, Path(checkpoint))

    # --- to the server ----------------------------------------------------------------------
    def _send(self, client: Client) -> None:
        parcel = Parcel()
        sent = parcel.recipe(self.recipe)

        def remember(item: ImageRef | Mask) -> tuple[str, str | None]:
            own = next((name for name, path in parcel.names.items() if path == item.path), None)
            if own is not None:
                self._given.setdefault(own, (item.path, item.sha256))
            return item.path, item.sha256

        with_inputs(self.recipe, remember)
        if self._resume and self._checkpoint is not None:
            parcel.files["checkpoint"] = self._checkpoint.read_bytes()
        found = client.send(sent, parcel, whole=True, preview_every=self._preview_every)
        self._edit = found.id
        if self._stopped:
            client.cancel(self._edit)

    def _events(self, client: Client) -> Iterator[Event]:
        """The events of the stream, which is taken up again where a connection breaks."""
        place, last = 0, time.monotonic()
        while True:
            try:
                for length, data in self._frames(client, place):
                    place, last = place + length, time.monotonic()
                    told = unpack(data)
                    if isinstance(told, UserError):
                        raise self._named(told)
                    yield told
                    if isinstance(told, Finished):
                        return
                found = client.get(self._edit)
                if found.over:
                    raise UserError(found.error or "Stopped before the first step.")
            except (httpx.TransportError, ServerError) as error:
                gone = isinstance(error, ServerError) and error.status
                if gone or time.monotonic() - last > PATIENCE:
                    wrapped = isinstance(error, ServerError)
                    raise (error if wrapped else unreachable(self._url, error)) from error
            time.sleep(0.3)

    def _frames(self, client: Client, start: int) -> Iterator[tuple[int, bytes]]:
        path = f"/edits/{self._edit}/packed"
        with client.streamed(path, params={"from": start}) as answer:
            held = bytearray()
            for piece in answer.iter_bytes():
                held += piece
                while len(held) >= HEAD:
                    length = int.from_bytes(held[:HEAD], "little")
                    if length > LONGEST:
                        msg = f"{self._url} sent no events of a run; is it a styleforge server?"
                        raise UserError(msg)
                    if len(held) < HEAD + length:
                        break
                    data = bytes(held[HEAD : HEAD + length])
                    del held[: HEAD + length]
                    yield HEAD + length, data

    def _leave(self, client: Client) -> None:
        """Stop a run whose events nobody takes, and fetch what it did."""
        with suppress(UserError, httpx.HTTPError):
            found = client.cancel(self._edit)
            end = time.monotonic() + ENDING
            while not found.over and time.monotonic() < end:
                time.sleep(0.2)
                found = client.get(self._edit)
            self._fetch(client)

    def _fetch(self, client: Client) -> None:
        if self._checkpoint is not None:
            _keep(client, self._edit, self._checkpoint)

    # --- from the server --------------------------------------------------------------------
    def _here(self, event: Event) -> Event | None:
        """An event with the caller's own names of pictures; None for a step that is known."""
        if isinstance(event, Step):
            if event.done <= self._done:
                return None
            self._done = event.done
        if isinstance(event, Note):
            return Note(self._names(event.text))
        if isinstance(event, Preparing):
            return replace(event, what=self._names(event.what))
        if isinstance(event, Finished):
            return Finished(self._own(event.result))
        return event

    def _own(self, result: Result) -> Result:
        def path(item: ImageRef | Mask) -> tuple[str, str | None]:
            name = item.path.removeprefix("upload:")
            return self._given.get(name, (item.path, item.sha256))

        notes = tuple(self._names(text) for text in result.notes)
        return replace(result, recipe=with_inputs(result.recipe, path), notes=notes)

    def _names(self, text: str) -> str:
        for name, (path, _) in self._given.items():
            text = text.replace(f"{name}.png", name_of(ImageRef(path)))
        return text

    def _named(self, error: UserError) -> UserError:
        error.args = (self._names(str(error)), *error.args[1:])
        return error


def _keep(client: Client, edit: str, path: Path) -> bool:
    """Fetch an edit's checkpoint; False where there is none."""
    try:
        with client.streamed(f"/edits/{edit}/checkpoint") as answer:
            write_whole(path, answer.read())
    except (ServerError, httpx.TransportError):
        return False
    return True
