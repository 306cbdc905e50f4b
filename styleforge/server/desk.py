"""What the routes of a server share, and how they find an edit and its pictures."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

import anyio

from styleforge.server.failures import Failure, no_edit
from styleforge.server.line import Line
from styleforge.server.meters import Meters
from styleforge.server.outside import GALLERY, picture_path
from styleforge.server.places import Places
from styleforge.server.recipes import pictures_of
from styleforge.server.store import Row, Store
from styleforge.server.tokens import Tokens
from styleforge.server.work import NUMBERED, RESULT

if TYPE_CHECKING:
    from pathlib import Path

    from styleforge.forge import Forge
    from styleforge.run.executor import Executor
    from styleforge.server.forms import Forms
    from styleforge.server.settings import Settings

READ = 2  # requests whose pictures are read at once


@dataclass(frozen=True)
class Desk:
    """A server's parts.

    Args:
        settings: of the server.
        forge: plugins and models.
        store: its edits.
        line: its queue.
        places: in it.
        forms: what can be asked for.
        meters: its figures.
        tokens: who may.
        reading: how many requests have their pictures read at once; each may need memory.
    """

    settings: Settings
    forge: Forge
    store: Store
    line: Line
    places: Places
    forms: Forms
    meters: Meters
    tokens: Tokens
    reading: anyio.CapacityLimiter

    @classmethod
    def of(cls, settings: Settings, forge: Forge, executor: Executor) -> Desk:
        """A server's parts; nothing runs yet.

        Raises:
            UserError: if its folder cannot be had.
        """
        from styleforge.server.forms import Forms

        store, meters = Store(settings.place), Meters()
        line = Line(store, executor, settings, meters)
        tokens, reading = Tokens(settings.tokens), anyio.CapacityLimiter(READ)
        places = Places(settings, meters, line.there)
        return cls(settings, forge, store, line, places, Forms(forge), meters, tokens, reading)

    def row(self, edit: str, owner: str) -> Row:
        """An edit of an owner.

        Raises:
            Failure: if there is none, or it is somebody else's.
        """
        found = self.store.get(edit)
        if found is None or found.owner != owner:
            raise no_edit(edit)
        return found

    def result(self, row: Row) -> Path:
        """The file of an edit's picture.

        Raises:
            Failure: if there is none, or not yet.
        """
        path = self.line.folder(row.id) / RESULT
        if row.result and path.is_file():
            return path
        if row.state in {"queued", "running", "stopping"}:
            raise Failure(409, f"The edit {row.id} has not ended; its picture is there then.")
        why = f" {row.error}" if row.error else ""
        raise Failure(404, f"The edit {row.id} has no picture.{why}")

    def picture(self, row: Row, role: str) -> Path:
        """The file of a picture that an edit is made of, by its role.

        Raises:
            Failure: if it has none of that role.
        """
        from styleforge.prepare.prepare import resolve
        from styleforge.recipe.recipe import Recipe

        recipe = Recipe.from_json(row.recipe)
        sources = pictures_of(recipe)
        source = sources.get(role, "")
        if not source:
            raise Failure(404, f"The edit {row.id} has no picture {role[:64]!r}.")
        if source.startswith(GALLERY):
            return resolve(source, self.forge.models_of(recipe))
        return picture_path(source, self.line.folder(row.id))

    def numbered(self, row: Row) -> Path:
        """The file of a picture of which one has to be chosen, with numbers.

        Raises:
            Failure: if there is none.
        """
        path = self.line.folder(row.id) / NUMBERED
        if not row.choose or not path.is_file():
            raise Failure(404, f"The edit {row.id} asks for no choice.")
        return path

    def share(self, row: Row) -> str:
        """The secret of a link to an edit's picture; the same at every call.

        Raises:
            Failure: if it has no picture.
        """
        self.result(row)
        link = row.link or secrets.token_urlsafe(24)
        if row.link is None:
            self.store.change(row.id, link=link)
        return link
