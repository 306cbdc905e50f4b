"""Takes a request in: its pictures are written anew, its recipe is made, and the edit is queued."""

from __future__ import annotations

import shutil
import sqlite3
import time
from contextlib import contextmanager
from dataclasses import replace
from math import ceil
from typing import TYPE_CHECKING

from styleforge.api.subjects import with_subjects
from styleforge.client.answers import ENDED
from styleforge.errors import UserError
from styleforge.recipe.recipe import Recipe
from styleforge.server.asked import called, with_masks
from styleforge.server.failures import Failure, no_room
from styleforge.server.line import EDITS
from styleforge.server.recipes import make_recipe, refuse_unnamed
from styleforge.server.said import Wording
from styleforge.server.store import Row
from styleforge.server.uploads import FOLDER, keep_picture
from styleforge.server.work import CHECKPOINT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from styleforge.server.asked import Asked
    from styleforge.server.desk import Desk

MORE = 5  # times as many previews go to an executor elsewhere
CHECKPOINT_FILE = "checkpoint"  # the name under which a run that goes on sends its state


def take(desk: Desk, asked: Asked, files: Mapping[str, bytes], owner: str, edit: str) -> Row:
    """Queue an edit: pictures are written anew, the recipe is made and looked at.

    Args:
        desk: the server's parts.
        asked: what the request asks for.
        files: that came with it, by name.
        owner: whose it is.
        edit: its id; see `styleforge.server.places.Place`.

    Raises:
        Failure: if it cannot be done; nothing is kept of it then.
    """
    folder = desk.settings.place / EDITS / edit
    asked = with_masks(asked, files)
    with _all_or_nothing(folder, None if asked.whole else called(asked)):
        row = _row(desk, edit, folder, asked, files, owner)
        desk.line.add(row)
    return row


def _row(
    desk: Desk, edit: str, folder: Path, asked: Asked, files: Mapping[str, bytes], owner: str
) -> Row:
    folder.mkdir(parents=True, mode=0o700)
    names = {} if asked.whole else called(asked)
    notes: list[str] = []
    pictures = {name: data for name, data in files.items() if name != CHECKPOINT_FILE}
    for name, data in pictures.items():
        notes += keep_picture(data, name, folder, desk.settings, names.get(name, ""))
    if CHECKPOINT_FILE in files:
        (folder / CHECKPOINT).write_bytes(files[CHECKPOINT_FILE])
    made = make_recipe(asked, desk.forge, folder, desk.settings)
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
            asked.preview_every, steps, desk.settings.previews * (MORE if asked.whole else 1)
        ),
        created=time.time(),
    )


def take_again(desk: Desk, row: Row, subjects: Mapping[str, int], edit: str) -> Row:
    """Queue an edit that is over once more, with others meant of its pictures.

    Args:
        desk: the server's parts.
        row: of the edit.
        subjects: which ones, from 1 at the left, by role.
        edit: the new one's id.

    Raises:
        Failure: if it is not over, or a role has no picture; nothing is kept of it then.
    """
    if row.state not in ENDED:
        raise Failure(409, f"The edit {row.id} has not ended; ask again then.")
    attributes = desk.forge.attributes_of(row.domain)
    folder = desk.settings.place / EDITS / edit
    with _all_or_nothing(folder, None):
        recipe = with_subjects(Recipe.from_json(row.recipe), subjects, attributes, row.domain)
        folder.mkdir(parents=True, mode=0o700)
        if (sent := desk.line.folder(row.id) / FOLDER).is_dir():
            shutil.copytree(sent, folder / FOLDER)
        made = replace(row.begun_anew(), id=edit, recipe=recipe.to_json(), created=time.time())
        desk.line.add(made)
    return made


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
