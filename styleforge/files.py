"""Text files that are replaced only once the new one is whole."""

from __future__ import annotations

import contextlib
from pathlib import Path

from styleforge.errors import UserError


def write_text(path: Path, text: str, *, advice: str = "") -> None:
    """Write a text file in UTF-8; where that fails, an older one of the name is as it was.

    Raises:
        UserError: if the file cannot be written; ``advice`` says what to do then.
    """
    partial = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_text(text, encoding="utf-8")
        partial.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)
        msg = f"{path} cannot be written: {error.strerror or error}. {advice}".rstrip()
        raise UserError(msg) from error
