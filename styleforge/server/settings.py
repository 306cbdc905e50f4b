"""What the person who runs a server decides: where it listens, who may, how much at once."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from pathlib import Path

from styleforge.errors import UserError
from styleforge.plugins.config import data_folder

SHORTEST = 16  # characters of a token: what cannot be tried out
OWN_NAMES = ("localhost", "127.0.0.1", "::1")


def default_folder() -> Path:
    """Where edits are kept where nobody says: among the user's data."""
    return data_folder() / "server"


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Where a server listens and what it takes.

    Args:
        host: the address; this machine's own by default.
        port: of the address.
        tokens: whoever has one may use the server; needed beyond this machine.
        folder: where edits and their pictures are kept.
        executor: where edits run; see `styleforge.run.executor`.
        names: the names by which browsers call it, where it has others than its address.
        origins: other pages that may call it, such as ``https://example.org``.
        picture_bytes: of one picture.
        picture_pixels: of one picture.
        request_bytes: of one request.
        queued: edits that wait and run, in all.
        per_token: of them, of one token.
        steps: of one edit.
        seconds: of one edit; after them it ends, keeping its best.
        keep_hours: after which an edit that has ended is removed with its pictures.
        previews: pictures of one edit while it runs.

    Raises:
        UserError: if it listens beyond this machine without a token, a token is short, or a number
            is not one that makes sense.

    Example:
        >>> Settings().local
        True
        >>> Settings(host="0.0.0.0")
        Traceback (most recent call last):
        styleforge.errors.UserError: A server at 0.0.0.0 can be reached from other machines, ...
    """

    host: str = "127.0.0.1"
    port: int = 8788
    tokens: tuple[str, ...] = ()
    folder: Path | None = None
    executor: str = ""
    names: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    picture_bytes: int = 20_000_000
    picture_pixels: int = 40_000_000
    request_bytes: int = 64_000_000
    queued: int = 200
    per_token: int = 20
    steps: int = 5000
    seconds: float = 3600.0
    keep_hours: float = 24.0
    previews: int = 20

    def __post_init__(self) -> None:
        for token in self.tokens:
            if len(token) < SHORTEST or not token.isascii() or not token.isprintable():
                msg = (
                    f"A token has {len(token)} characters; give one of {SHORTEST} or more, of "
                    "plain letters and digits. `python -c 'import secrets; "
                    "print(secrets.token_urlsafe())'` makes one."
                )
                raise UserError(msg)
        if not self.local and not self.tokens:
            msg = (
                f"A server at {self.host} can be reached from other machines, so it needs a token: "
                "set STYLEFORGE_TOKEN, or give --token. Or leave --host out, and it answers this "
                "machine alone."
            )
            raise UserError(msg)
        for name in ("picture_bytes", "picture_pixels", "request_bytes", "queued", "per_token",
                     "steps", "seconds", "keep_hours"):  # fmt: skip
            value = getattr(self, name)
            if not value > 0:
                msg = f"{name} is {value}; give a number above 0."
                raise UserError(msg)
        if not 0 <= self.port < 65536:
            msg = f"The port is {self.port}; it is a number from 1 to 65535, or 0 for a free one."
            raise UserError(msg)

    @property
    def local(self) -> bool:
        """Whether it answers this machine alone."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def place(self) -> Path:
        """The folder of its edits."""
        return self.folder or default_folder()

    @property
    def allowed_names(self) -> frozenset[str] | None:
        """The names by which it may be called; None for any.

        Without a token whoever reaches the server may use it, and a page elsewhere reaches it if
        its own name leads to this machine: so only this machine's names will do. A token is not
        sent to a page that does not have it.
        """
        if self.names:
            return frozenset({*self.names, *OWN_NAMES})
        return None if self.tokens else frozenset({*OWN_NAMES, self.host})
