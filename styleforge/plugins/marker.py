"""Which plugin is being loaded, in a file: one that ends Python leaves its name there.

Nothing can be caught of a module that calls ``os._exit``, crashes or never ends. The next start
reads the marker that such a process left and says whose fault it was, before it loads anything.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from styleforge.errors import printable
from styleforge.files import runs
from styleforge.plugins.config import config_folder

PREFIX = "loading-"


class Marker:
    """The marker of one start. A configuration folder that cannot be written has none.

    Example:
        >>> with marked() as marker:
        ...     marker.loading("plugin 'lips' of styleforge-lips")
        >>> left_behind()  # it was taken away
        ()
    """

    def __init__(self) -> None:
        name = f"{PREFIX}{os.getpid()}-{secrets.token_hex(4)}"
        self._path = config_folder() / name
        self._written = False

    def loading(self, owner: str) -> None:
        """Write which plugin is loaded next."""
        with suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._path.write_text(owner, encoding="utf-8")
            self._written = True

    def remove(self) -> None:
        """Take the marker away: whatever happened, Python lives to tell it."""
        with suppress(OSError):
            if self._written:
                self._path.unlink(missing_ok=True)


@contextmanager
def marked() -> Iterator[Marker]:
    """A marker for as long as plugins are loaded.

    Example:
        >>> with marked() as marker:
        ...     marker.loading("plugin 'lips' of styleforge-lips")
    """
    marker = Marker()
    try:
        yield marker
    finally:
        marker.remove()


def left_behind() -> tuple[str, ...]:
    """The plugins that starts before this one ended with; their markers are removed.

    Example:
        >>> left_behind()
        ()
    """
    found: list[str] = []
    with suppress(OSError):
        for path in sorted(config_folder().glob(f"{PREFIX}*")):
            process = path.name.removeprefix(PREFIX).partition("-")[0]
            if process.isdecimal() and not runs(int(process)):
                found += _taken(path)
    return tuple(dict.fromkeys(found))


def _taken(path: Path) -> list[str]:
    """What stands in a marker, which is removed; nothing where another start was quicker."""
    try:
        text = printable(path.read_text(encoding="utf-8", errors="replace"))
        path.unlink()
    except OSError:
        return []
    return [text] if text else []
