"""`Client`: a styleforge server, called from Python."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
from httpx_sse import EventSource

from styleforge.client.answers import Edit, Portrait, Preview, Progress, told
from styleforge.client.calls import Calls
from styleforge.client.errors import ServerError, unreachable
from styleforge.client.uploads import Parcel, Source
from styleforge.files import write_whole
from styleforge.run.events import Note

if TYPE_CHECKING:
    from styleforge.recipe.recipe import Recipe

_PAUSE = 0.3  # seconds between two looks
_PATIENCE = 60.0  # seconds for which a server that was restarted is waited for


class Client(Calls):
    """A styleforge server.

    Args:
        url: its address, such as ``http://127.0.0.1:8788``.
        token: where it asks for one; ``STYLEFORGE_TOKEN`` by default.
        timeout: seconds for which an answer is waited for.
        transport: how requests travel, for tests.

    Raises:
        UserError: if the address is none.

    Example:
        >>> with Client("http://127.0.0.1:8788") as client:
        ...     client.url
        'http://127.0.0.1:8788'
    """

    # --- edits ------------------------------------------------------------------------------
    def edit(
        self,
        domain: str,
        identity: Source,
        *,
        preset: str = "",
        refine: str = "",
        pack: str = "",
        strengths: Mapping[str, float] | None = None,
        subjects: Mapping[str, int] | None = None,
        masks: Mapping[str, Source] | None = None,
        steps: int | None = None,
        seed: int = 0,
        **attributes: Source,
    ) -> Edit:
        """Ask for an edit; it waits or runs when this returns.

        Args:
            domain: what is styled.
            identity: the picture that is edited: ``gallery:NAME``, a file, or the bytes of one.
            preset: the recipe; one pass by default.
            refine: a preset that goes on from the one pass.
            pack: the models; those that can do it by default.
            strengths: how far each attribute goes, by role.
            subjects: which one is meant, from 1 at the left, of pictures that show several.
            masks: painted regions, by role.
            steps: in all.
            seed: governs everything random.
            **attributes: by role: words, a colour ``#rrggbb``, a picture as above.

        Raises:
            ServerError: if the server refuses it, with its sentence.
            UserError: if a file cannot be read.
        """
        parcel = Parcel()
        asked: dict[str, Any] = {
            "domain": domain,
            "identity": parcel.picture("identity", identity),
            "attributes": {name: parcel.wish(name, one) for name, one in attributes.items()},
            "preset": preset,
            "refine": refine,
            "pack": pack,
            "strengths": dict(strengths or {}),
            "subjects": dict(subjects or {}),
            "masks": {
                role: parcel.picture(f"mask_{role}", one) for role, one in (masks or {}).items()
            },
            "steps": steps,
            "seed": seed,
        }
        return Edit.of(self._json("POST", "/edits", **parcel.sent(asked)))

    def run(self, recipe: Recipe, *, whole: bool = False, preview_every: int | None = None) -> Edit:
        """Ask for what a recipe says; the pictures that it names are sent along.

        Args:
            recipe: that names its pictures.
            whole: keep everything that the run makes, for `styleforge.client.executor`.
            preview_every: steps between two previews; as the server likes by default.

        Raises:
            ServerError: if the server refuses it.
            UserError: if a file cannot be read.
        """
        parcel = Parcel()
        sent = parcel.recipe(recipe)
        return self.send(sent, parcel, whole=whole, preview_every=preview_every)

    def send(
        self, recipe: Recipe, parcel: Parcel, *, whole: bool, preview_every: int | None
    ) -> Edit:
        """Ask for what a recipe says, whose pictures are in a parcel.

        Raises:
            ServerError: if the server refuses it.
        """
        asked = {
            "recipe": json.loads(recipe.to_json()),
            "whole": whole,
            "preview_every": preview_every,
        }
        return Edit.of(self._json("POST", "/edits", **parcel.sent(asked)))

    def again(self, edit: Edit | str, **subjects: int) -> Edit:
        """Ask for an edit that is over again, with others meant of its pictures.

        Args:
            edit: which, such as one that failed and says ``choose``.
            **subjects: which one is meant, from 1 at the left, by role: ``identity=2``.

        Raises:
            ServerError: if there is no such edit, or a role has no picture.
        """
        path = f"/edits/{_id(edit)}/again"
        return Edit.of(self._json("POST", path, json={"subjects": subjects}))

    def get(self, edit: Edit | str) -> Edit:
        """How an edit is.

        Raises:
            ServerError: if there is none.
        """
        return Edit.of(self._json("GET", f"/edits/{_id(edit)}"))

    def edits(self) -> tuple[Edit, ...]:
        """The edits of the token, the newest first."""
        return tuple(Edit.of(one) for one in self._json("GET", "/edits"))

    def events(self, edit: Edit | str) -> Iterator[Edit | Note | Progress | Preview]:
        """What happens with an edit, until it is over; the last one is the `Edit`.

        A connection that breaks is made again, and goes on with what is there to see then.

        Raises:
            ServerError: if there is no such edit, or the server stays away.
        """
        seen: set[str] = set()
        last = time.monotonic()
        while True:
            try:
                for name, data in self._stream(_id(edit)):
                    last = time.monotonic()
                    made = told(name, data)
                    if isinstance(made, Note):
                        if made.text in seen:
                            continue
                        seen.add(made.text)
                    yield made
                    if isinstance(made, Edit) and made.over:
                        return
            except httpx.TransportError as error:
                if time.monotonic() - last > _PATIENCE:
                    raise unreachable(self.url, error) from error
            time.sleep(0.5)  # the server was restarted, or a proxy closed the connection

    def wait(self, edit: Edit | str, timeout: float | None = None) -> Edit:
        """The edit once it is over.

        Args:
            edit: which.
            timeout: seconds, after which it is given as it is.

        Raises:
            ServerError: as `events`.
        """
        found = self.get(edit)
        if timeout is None:
            for event in () if found.over else self.events(edit):
                found = event if isinstance(event, Edit) else found
            return found
        end = time.monotonic() + timeout
        while not found.over and (left := end - time.monotonic()) > 0:
            time.sleep(min(_PAUSE, left))
            found = self.get(edit)
        return found

    def result(self, edit: Edit | str) -> bytes:
        """The picture of an edit as the bytes of a PNG, with its recipe inside.

        Raises:
            ServerError: if there is none yet.
        """
        return self._ask("GET", f"/edits/{_id(edit)}/result.png").content

    def save(self, edit: Edit | str, path: str | Path) -> Edit:
        """Wait for an edit and write its picture.

        Raises:
            ServerError: if it failed, or has no picture.
            UserError: if the file cannot be written.
        """
        found = self.wait(edit)
        if found.error and not found.result:
            raise ServerError(found.error, 200)
        write_whole(Path(path), self.result(edit))
        return found

    def cancel(self, edit: Edit | str) -> Edit:
        """End an edit; the best so far is its result."""
        return Edit.of(self._json("DELETE", f"/edits/{_id(edit)}"))

    def forget(self, edit: Edit | str) -> None:
        """Remove an edit that is over, with its pictures."""
        self._ask("DELETE", f"/edits/{_id(edit)}", params={"forget": "true"})

    def share(self, edit: Edit | str) -> str:
        """A link to the result, which whoever has it may open."""
        found = Edit.of(self._json("POST", f"/edits/{_id(edit)}/link"))
        return f"{self.url}/#shared={found.link}"

    # --- what there is ----------------------------------------------------------------------
    def gallery(self) -> tuple[Portrait, ...]:
        """The server's pictures."""
        return tuple(Portrait.of(one) for one in self._json("GET", "/gallery"))

    def domains(self) -> list[dict[str, Any]]:
        """What can be asked for: attributes, presets, words, and a JSON Schema, by domain."""
        found: list[dict[str, Any]] = self._json("GET", "/domains")
        return found

    def health(self) -> dict[str, Any]:
        """Whether it is well."""
        found: dict[str, Any] = self._json("GET", "/health")
        return found

    # --- events -----------------------------------------------------------------------------
    def _stream(self, edit: str) -> Iterator[tuple[str, Any]]:
        headers = {"Accept": "text/event-stream"}
        with self.streamed(f"/edits/{edit}/events", headers=headers) as answer:
            for one in EventSource(answer).iter_sse():
                yield one.event, one.json()


def _id(edit: Edit | str) -> str:
    return edit.id if isinstance(edit, Edit) else edit
