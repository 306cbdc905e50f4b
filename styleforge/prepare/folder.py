"""The pictures of a folder, in an order that does not depend on the machine."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from styleforge.errors import UserError
from styleforge.prepare.addresses import refuse_address
from styleforge.prepare.parse import PICTURES


def pictures_in(given: str | Path | Iterable[str | Path]) -> tuple[list[str], tuple[str, ...]]:
    """The pictures of a folder and of the folders in it, or some files as they were given.

    Hidden files and folders are passed over, and what no picture is called like.

    Returns:
        Their paths, those of a folder sorted, and a note where something was passed over.

    Raises:
        UserError: if there is no such folder, or no picture in it.

    Example:
        >>> pictures_in(["b.png", "a.png"])
        (['b.png', 'a.png'], ())
    """
    if not isinstance(given, str | Path):
        return [str(one) for one in given], ()
    refuse_address(given)
    folder = Path(given)
    if not folder.is_dir():
        what = "is no folder" if folder.exists() else "is not there"
        msg = f"{folder} {what}; a folder of pictures was expected."
        raise UserError(msg)
    found, others = list[str](), 0
    for here, folders, files in os.walk(folder, followlinks=False):
        folders[:] = sorted(one for one in folders if not one.startswith("."))
        for name in sorted(files):
            if name.startswith("."):
                continue
            if Path(name).suffix.lower() in PICTURES:
                found.append(str(Path(here) / name))
            else:
                others += 1
    if not found:
        msg = f"There is no picture in {folder} ({others} other files). Name another folder."
        raise UserError(msg)
    if not others:
        return found, ()
    plural = "s are" if others > 1 else " is"
    return found, (f"{others} other file{plural} in {folder}, and not looked at.",)
