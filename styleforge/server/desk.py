"""What the routes of a server share, and what they do: take a request in, find an edit."""

from __future__ import annotations

import secrets
import shutil
import sqlite3
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, replace
from math import ceil
from typing import TYPE_CHECKING

import anyio

from styleforge.client.answers import ENDED
from styleforge.errors import UserError
from styleforge.server.asked import called, with_masks
from styleforge.server.failures import Failure, no_edit, no_room
from styleforge.server.line import EDITS, Line
from styleforge.server.meters import Meters
from styleforge.server.outside import GALLERY, picture_path
from styleforge.server.places import Places
from styleforge.server.recipes import make_recipe, pictures_of, refuse_unnamed
from styleforge.server.said import Wording
from styleforge.server.store import Row, Store
from styleforge.server.tokens import Tokens
from styleforge.server.uploads import FOLDER, keep_picture
from styleforge.server.work import CHECKPOINT, NUMBERED, RESULT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from styleforge.forge import Forge
    from styleforge.run.executor import Executor
    from styleforge.server.asked import Asked
    from styleforge.server.forms import Forms
    from styleforge.server.settings import Settings

MORE = 5  # times as many previews go to an executor elsewhere
READ = 2  # requests whose pictures are read at once
CHECKPOINT_FILE = "checkpoint"  # the name under which a run that goes on sends its state


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

    def take(self, asked: Asked, files: Mapping[str, bytes], owner: str, edit: str) -> Row:
        """Queue an edit: pictures are written anew, the recipe is made and looked at.

        Args:
            asked: what the request asks for.
            files: that came with it, by name.
            owner: whose it is.
            edit: its id; see `styleforge.server.places.Place`.

        Raises:
            Failure: if it cannot be done; nothing is kept of it then.
        """
        folder = self.settings.place / EDITS / edit
        asked = with_masks(asked, files)
        with _all_or_nothing(folder, None if asked.whole else called(asked)):
            row = self._row(edit, folder, asked, files, owner)
            self.line.add(row)
        return row

    def _row(
        self, edit: str, folder: Path, asked: Asked, files: Mapping[str, bytes], owner: str
    ) -> Row:
        folder.mkdir(parents=True, mode=0o700)
        names = {} if asked.whole else called(asked)
        notes: list[str] = []
        pictures = {name: data for name, data in files.items() if name != CHECKPOINT_FILE}
        for name, data in pictures.items():
            notes += keep_picture(data, name, folder, self.settings, names.get(name, ""))
        if CHECKPOINT_FILE in files:
            (folder / CHECKPOINT).write_bytes(files[CHECKPOINT_FILE])
        made = make_recipe(asked, self.forge, folder, self.settings)
        refuse_unnamed(made.recipe, pictures)
        steps = made.recipe.steps
        return Row(
            id=edit,
            owner=owner,
            state="queued",
            domain=made.domain,
            method=made.recipe.method,
            recipe=made.recipe.to_json(),
            steps=steps,
            pictures=made.pictures,
            notes=tuple(notes),
            whole=asked.whole,
            previews=previews_every(
                asked.preview_every, steps, self.settings.previews * (MORE if asked.whole else 1)
            ),
            created=time.time(),
        )

    def again(self, row: Row, subjects: Mapping[str, int], edit: str) -> Row:
        """Queue an edit that is over once more, with others meant of its pictures.

        Args:
            row: of the edit.
            subjects: which ones, from 1 at the left, by role.
            edit: the new one's id.

        Raises:
            Failure: if it is not over, or a role has no picture; nothing is kept of it then.
        """
        from styleforge.api.subjects import with_subjects
        from styleforge.recipe.recipe import Recipe

        if row.state not in ENDED:
            raise Failure(409, f"The edit {row.id} has not ended; ask again then.")
        attributes = self.forge.attributes_of(row.domain)
        folder = self.settings.place / EDITS / edit
        with _all_or_nothing(folder, None):
            recipe = with_subjects(Recipe.from_json(row.recipe), subjects, attributes, row.domain)
            folder.mkdir(parents=True, mode=0o700)
            if (sent := self.line.folder(row.id) / FOLDER).is_dir():
                shutil.copytree(sent, folder / FOLDER)
            made = replace(row.begun_anew(), id=edit, recipe=recipe.to_json(), created=time.time())
            self.line.add(made)
        return made

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


@contextmanager
def _all_or_nothing(folder: Path, names: Mapping[str, str] | None) -> Iterator[None]:
    """Nothing is kept of an edit that cannot be queued, and why is said without the folder's path.

    Args:
        folder: the edit's.
        names: what its pictures are called in sentences.

    Raises:
        Failure: in place of what was raised, where that speaks to the user.
    """
    try:
        yield
    except BaseException as error:
        shutil.rmtree(folder, ignore_errors=True)
        if isinstance(error, OSError | sqlite3.Error):
            raise no_room(error) from error
        if not isinstance(error, UserError):
            raise
        status = error.status if isinstance(error, Failure) else 422
        raise Failure(status, Wording(folder, names)(str(error))) from error


def previews_every(asked: int | None, steps: int, most: int) -> int:
    """Steps between two previews: as it was asked, or as often as the server likes.

    Example:
        >>> previews_every(None, 36, 20), previews_every(1, 2000, 20), previews_every(0, 36, 20)
        (2, 100, 0)
    """
    if asked == 0 or not steps or not most:
        return 0
    least = ceil(steps / most)
    return max(asked or 1, least)


class Sweeper:
    """Removes what has expired, from time to time.

    Args:
        line: whose edits.
        every: seconds.
    """

    def __init__(self, line: Line, every: float = 60.0) -> None:
        self._line, self._every, self._end = line, every, threading.Event()
        self._thread = threading.Thread(target=self._run, name="expiry", daemon=True)

    def begin(self) -> None:
        """Begin."""
        self._thread.start()

    def leave(self) -> None:
        """End."""
        self._end.set()
        self._thread.join(5)

    def _run(self) -> None:
        while not self._end.wait(self._every):
            self._line.sweep()
