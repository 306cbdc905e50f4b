"""The sessions that a person can go on with: what each is about, when it was left, a picture."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from styleforge.editor import files, folders, storage
from styleforge.editor.saying import title_of
from styleforge.errors import UserError

if TYPE_CHECKING:
    from styleforge.editor.pictures import Pictures
    from styleforge.recipe.domain import Attribute

MOST = 6  # that are offered


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A session on disk. ``changed`` is when, in seconds since 1970; ``picture`` a small JPEG."""

    folder: Path
    title: str
    changed: float
    results: int = 0
    picture: bytes = field(default=b"", repr=False)


def last_sessions(
    domain: str, attributes: tuple[Attribute, ...], pictures: Pictures, *, but: Path
) -> tuple[Kept, ...]:
    """The newest sessions of a domain, but for one; none where a visitor of a page would see them.

    What cannot be read, or in which nothing was chosen, is left out.
    """
    if folders.visited():
        return ()
    found: list[Kept] = []
    for folder in folders.kept_sessions(domain):
        if len(found) == MOST:
            break
        kept = None if folder == but else _kept(folder, attributes, pictures)
        if kept is not None:
            found.append(kept)
    return tuple(found)


def _kept(folder: Path, attributes: tuple[Attribute, ...], pictures: Pictures) -> Kept | None:
    try:
        saved = storage.read(folder)
    except UserError:
        return None
    by_id = {one.id: one for one in saved.pictures}
    edit = next((node.edit for node in saved.nodes if node.id == saved.current), None)
    if edit is None or not edit.identity:
        return None
    made = [one for one in saved.candidates if one.base == edit.identity]
    shown = next((one.picture for one in made if one.id == saved.shown), edit.identity)
    picture = b""
    for one in (shown, edit.identity):
        if one in by_id and not picture:
            try:
                picture = files.small(pictures.path(by_id[one]))
            except UserError:
                continue
    return Kept(
        folder=folder,
        title=title_of(edit, attributes, by_id),
        changed=folders.changed(folder),
        results=len(saved.candidates),
        picture=picture,
    )


def when(changed: float, now: float | None = None) -> str:
    """When something was left, as a person says it: ``today, 14:05``."""
    then = time.localtime(changed)
    today = time.localtime(time.time() if now is None else now)
    days = (_noon(today) - _noon(then)) / 86_400
    clock = time.strftime("%H:%M", then)
    if round(days) == 0:
        return f"today, {clock}"
    if round(days) == 1:
        return f"yesterday, {clock}"
    return f"{then.tm_mday} {time.strftime('%B', then)}, {clock}"


def _noon(then: time.struct_time) -> float:
    return time.mktime((then.tm_year, then.tm_mon, then.tm_mday, 12, 0, 0, 0, 0, -1))
