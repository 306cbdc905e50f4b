"""Which session writes to a folder: the one that was opened last.

A restarted kernel, or a cell that is run again, opens a session whose predecessor may still be
there. A lock would keep the newer one out; here it takes over, and the older one notices before it
writes anything.
"""

from __future__ import annotations

import secrets
from contextlib import suppress
from typing import TYPE_CHECKING

from styleforge.editor.folders import visited
from styleforge.errors import UserError

if TYPE_CHECKING:
    from pathlib import Path

FILE = "session.claim"


class Lost(UserError):
    """Another session writes to the folder now."""


class Claim:
    """A session's claim on its folder: a file with a token of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._token = secrets.token_hex(8)

    def take(self) -> None:
        """Claim the folder, whoever had it. One that cannot be written to is left as it is."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            (self._folder / FILE).write_text(self._token, encoding="ascii")
        except OSError:
            self._token = self._written() or self._token

    def check(self) -> None:
        """See that nobody else has claimed the folder.

        Raises:
            Lost: if somebody has.
        """
        if self._written() not in {"", self._token}:
            msg = (
                "This session was opened again elsewhere and goes on there; here nothing is saved "
                "or run any more. Go on there"
            )
            if visited():  # who cannot see the machine's folders, and has no session to call
                msg += ", or reload this page to go on here."
            else:
                msg += (
                    f", or keep a copy of what is here by session.save(FOLDER); its own folder is "
                    f"{self._folder}."
                )
            raise Lost(msg)

    def hold(self) -> None:
        """Check, and claim a folder that nobody has claimed yet.

        Raises:
            Lost: as `check`.
        """
        self.check()
        if not self._written():
            self.take()

    def _written(self) -> str:
        with suppress(OSError, ValueError):
            return (self._folder / FILE).read_text(encoding="ascii")
        return ""
