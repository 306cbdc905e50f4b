"""Opening a session for its owner: as it was left, or a new one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

from styleforge.editor import folders
from styleforge.editor.kept import when
from styleforge.editor.owner import NOBODY, Owner, new_token, own_folder
from styleforge.editor.session import EditSession
from styleforge.errors import UserError

if TYPE_CHECKING:
    from styleforge.forge import Forge


class How(TypedDict, total=False):
    """What a session is opened with, as `EditSession` takes it."""

    forge: Forge | None
    pack: str
    executor: str


def open_session(
    domain: str,
    *,
    folder: str | Path | None = None,
    owner: Owner = NOBODY,
    **how: Unpack[How],
) -> EditSession:
    """The session of a folder or of an owner as it was left; a new one where there is none.

    One of another pack than is asked for, or that cannot be opened, stays on disk as it is.

    Raises:
        UserError: if there is no such domain, pack or executor, or ``folder`` keeps a session of
            another domain.
    """
    place = own_folder(domain, owner) if folder is None else Path(folder)
    problem, executor = "", how.get("executor", "")
    if place is not None and (place / folders.FILE).is_file():
        left = folders.changed(place)
        try:
            session = EditSession.restore(place, how.get("forge"), executor=executor, owner=owner)
        except UserError as error:
            if folder is not None:
                raise
            problem = str(error)
        else:
            if session.spec == domain and how.get("pack", "") in {"", session.pack}:
                if owner.key:
                    session.note(f"Here is your session as you left it {when(left)}.")
                return session
            session.close()
            if folder is not None:
                msg = (
                    f"{place} keeps a session of {session.spec!r} with the pack "
                    f"{session.pack!r}; choose another folder."
                )
                raise UserError(msg)
        if owner.token:  # its folder is taken
            owner = Owner.visitor(new_token())
    made = EditSession(domain, folder=folder, owner=owner, **how)
    if problem:
        made.error(f"Your session could not be opened: {problem} This is a new one.")
    return made
