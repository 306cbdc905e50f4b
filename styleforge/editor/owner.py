"""Whose a session is. A notebook's cell finds its own again after a restart; a page's visitor finds
theirs by a link that nobody can guess.
"""

from __future__ import annotations

import contextlib
import hashlib
import secrets
from dataclasses import dataclass
from pathlib import Path

from styleforge.editor import folders
from styleforge.files import write_whole
from styleforge.recipe.own_presets import FOLDER, OwnPresets

FILE = "session.owner"
TOKEN_BYTES = 24  # 192 bits, which cannot be tried out


@dataclass(frozen=True)
class Owner:
    """Who a session belongs to; nobody where ``key`` is empty.

    ``key`` names a place that can be asked for its session again. ``token`` is that of a visitor's
    link.
    """

    key: str = ""
    token: str = ""

    @classmethod
    def cell(cls, notebook: str, cell: str, number: int) -> Owner:
        """The ``number``-th editor that a notebook's cell makes."""
        return cls("\0".join((notebook, cell, str(number))))

    @classmethod
    def visitor(cls, token: str, number: int = 1) -> Owner:
        """Whoever has a link, at the ``number``-th editor of its page."""
        return cls("\0".join(("visitor", token, str(number))), token)

    @property
    def digest(self) -> str:
        """The key as it is written: who reads the disk cannot make a link of it."""
        return hashlib.sha256(self.key.encode()).hexdigest()[:40]


NOBODY = Owner()


def new_token() -> str:
    """What a visitor's link says: unguessable."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def folder_for(domain: str, owner: Owner) -> Path:
    """The folder for a session of an owner that begins; it is not made yet.

    Raises:
        UserError: as `styleforge.editor.folders.new_folder`.
    """
    folder = folders.new_folder(domain)
    if not owner.token:
        return folder
    first = free = _visitors_folder(domain, owner)
    number = 1
    while (free / folders.FILE).exists():
        number += 1
        free = first.with_name(f"{first.name}-{number}")
    return free


def own_folder(domain: str, owner: Owner) -> Path | None:
    """The folder of an owner's session, the one that was changed last; None without one."""
    if owner.token:  # asked for by its name: nobody's folders are listed for a visitor
        folders.new_folder(domain)  # what was kept for long enough is removed
        return max(_visitors_sessions(domain, owner), key=folders.changed, default=None)
    if not owner.key:
        return None
    return next(
        (folder for folder in folders.kept_sessions(domain) if _written(folder) == owner.digest),
        None,
    )


def presets_of(owner: Owner, session: Path) -> Path:
    """The folder of a person's own presets: the user's, on a page a visitor's alone."""
    if owner.token:
        digest = hashlib.sha256(owner.token.encode()).hexdigest()[:40]
        return folders.visitors_folder() / f"presets-{digest}"
    return session / FOLDER if folders.visited() else OwnPresets.of_user().folder


def write_owner(folder: Path, owner: Owner) -> None:
    """Say whose a session's folder is.

    Raises:
        UserError: if it cannot be written.
    """
    if owner.key and _written(folder) != owner.digest:
        write_whole(folder / FILE, owner.digest.encode())


def _visitors_folder(domain: str, owner: Owner) -> Path:
    return folders.visitors_folder() / f"{domain}-{owner.digest}"


def _visitors_sessions(domain: str, owner: Owner) -> list[Path]:
    """The folders of a visitor's sessions: one for each that they began."""
    first = _visitors_folder(domain, owner)
    found = [first, *first.parent.glob(f"{first.name}-*")]
    return [folder for folder in found if (folder / folders.FILE).is_file()]


def _written(folder: Path) -> str:
    with contextlib.suppress(OSError, ValueError):
        return (folder / FILE).read_text(encoding="ascii")
    return ""
