"""Addresses of the web where a file was expected: they are refused as they were written.

A `Path` that is made of one has lost a slash (``http:/x``), which no message should show.
"""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

from styleforge.errors import UserError

_ADDRESS = re.compile(r"(https?|ftps?|sftp|s3|gs|file):/+(?=[^/])", re.IGNORECASE)


def address_in(path: str | Path) -> str:
    """The address that a text or a path holds, with both slashes; empty where it holds none.

    Example:
        >>> address_in(Path("http://example.org/me.png")), address_in("photos/me.png")
        ('http://example.org/me.png', '')
    """
    text = path.as_posix() if isinstance(path, Path) else path
    found = _ADDRESS.match(text)
    if not found:
        return ""
    root = "/" if found[1].lower() == "file" else ""  # of this machine's own disk
    return f"{found[1]}://{root}{text[found.end() :]}"


def refuse_address(path: str | Path) -> None:
    """Refuse an address, unless a file or a folder happens to be called so.

    Raises:
        UserError: saying that nothing is fetched, or which path to write for ``file:``.

    Example:
        >>> refuse_address(Path("http://example.org/me.png"))
        Traceback (most recent call last):
        styleforge.errors.UserError: http://example.org/me.png is an address; nothing is fetched ...
    """
    address = address_in(path)
    if not address:
        return
    try:
        there = Path(path).exists()
    except (OSError, ValueError):  # too long for a file's name
        there = False
    if there:
        return
    scheme, _, rest = address.partition("://")
    how = "nothing is fetched from there. Save it and name the file."
    if scheme.lower() == "file":
        how = f"write the path of the file: {unquote(rest)}"
    raise UserError(f"{address} is an address; {how}")
