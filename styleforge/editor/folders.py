"""Where sessions lie: a person's own, and those of a page's visitors, kept for a while."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import time
from pathlib import Path

from styleforge.errors import UserError
from styleforge.plugins.config import config_folder

FILE = "session.json"
VISITORS = "STYLEFORGE_VISITORS"


def new_folder(domain: str) -> Path:
    """A folder for a session that begins; it is not made yet.

    On a page it is among those of its visitors. Where ``STYLEFORGE_VISITORS`` says for how many
    hours they are kept, older ones are removed.

    Raises:
        UserError: if that variable is no number of hours.
    """
    name = f"{domain}-{time.strftime('%Y%m%d-%H%M%S')}-{secrets.token_hex(2)}"
    kept = os.environ.get(VISITORS, "").strip()
    if not visited():
        return config_folder() / "sessions" / name
    if kept:
        _clean(visitors_folder(), _hours(kept))
    return visitors_folder() / name


def visitors_folder() -> Path:
    """Where the sessions of a page's visitors are."""
    return config_folder() / "visitors"


def visited() -> bool:
    """Whether this process serves a visitor of a page, who must not see what others made."""
    page = os.environ.get("SERVER_SOFTWARE", "").startswith("voila")
    return page or bool(os.environ.get(VISITORS, "").strip())


def _hours(text: str) -> float:
    try:
        hours = float(text)
    except ValueError:
        hours = -1.0
    if not 0 < hours < 24 * 3660:  # ten years; NaN is neither
        msg = f"{VISITORS} is {text!r}; the hours that visitors' pictures are kept are expected."
        raise UserError(msg)
    return hours


def _clean(folder: Path, hours: float) -> None:
    """Remove the sessions of visitors in which nothing was written for so many hours."""
    with contextlib.suppress(OSError):
        for one in folder.iterdir():
            written = [path.lstat().st_mtime for path in (one, *one.rglob("*"))]
            if one.is_dir() and not one.is_symlink() and time.time() - max(written) > 3600 * hours:
                shutil.rmtree(one, ignore_errors=True)


def kept_sessions(domain: str = "") -> tuple[Path, ...]:
    """The folders of sessions that can be restored, the newest first."""
    found = [path.parent for path in (config_folder() / "sessions").glob(f"*/{FILE}")]
    if domain:
        found = [path for path in found if path.name.rsplit("-", 3)[0] == domain]
    return tuple(sorted(found, key=changed, reverse=True))


def changed(folder: Path) -> float:
    """When a session was saved last, in seconds since 1970; 0 where it is gone."""
    with contextlib.suppress(OSError):
        return (folder / FILE).stat().st_mtime
    return 0.0
