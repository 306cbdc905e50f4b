"""What results are called, so that no file is written twice or replaced unasked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from styleforge.batches.rows import Row, Unread
from styleforge.errors import UserError
from styleforge.prepare.called import stem_of

if TYPE_CHECKING:
    from styleforge.batches.manifest import Manifest

_UNFIT = re.compile(r'[\x00-\x1f/\\:*?"<>|]')
_LONGEST = 100  # characters of a result's name
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


def usual_name(row: Row | Unread, digits: int) -> str:
    """A result's name where the row gives none: its number and the identity's name.

    Example:
        >>> usual_name(Row(number=7, identity="photos/me.png", asked={}), 3)
        '007-me'
    """
    identity = row.identity if isinstance(row, Row) else row.values.get("identity", "")
    stem = _UNFIT.sub("_", stem_of(identity)).strip(" .")[:_LONGEST]
    return f"{row.number:0{digits}}-{stem or 'result'}"


def free_name(name: str, suffix: str, folder: Path, taken: set[str]) -> str:
    """A name that no other row and no file has.

    Example:
        >>> free_name("001-me", ".png", Path(), {"001-me.png"})
        '001-me-2'
    """
    number, found = 1, name
    while f"{found}{suffix}".lower() in taken or (folder / f"{found}{suffix}").exists():
        number += 1
        found = f"{name}-{number}"
    return found


def fit_name(row: Row) -> str:
    """The name that a row gives its result.

    Raises:
        UserError: if no file can be called so everywhere.

    Example:
        >>> fit_name(Row(number=1, identity="me.png", asked={}, name="violet"))
        'violet'
    """
    bad = _UNFIT.search(row.name) or _RESERVED.fullmatch(row.name) or len(row.name) > _LONGEST
    if bad or row.name != row.name.strip(" .") or row.name.startswith("."):
        msg = (
            f"Row {row.number} is called {row.name!r}; a name of a file without folder and suffix "
            f"was expected, of {_LONGEST} characters at most."
        )
        raise UserError(msg)
    return row.name


def refuse_same_names(rows: Sequence[Row | Unread], suffix: str) -> None:
    """Refuse rows that would write one file.

    Raises:
        UserError: naming the first two.

    Example:
        >>> refuse_same_names([Row(number=1, identity="me.png", asked={}, name="a")], ".png")
    """
    seen: dict[str, Row] = {}
    for row in rows:
        if not isinstance(row, Row) or not row.name:
            continue
        first = seen.setdefault(row.name.lower(), row)
        if first is not row:
            msg = (
                f"Rows {first.number} and {row.number} would both write {row.name}{suffix}; give "
                "them different names, or leave the cells name empty."
            )
            raise UserError(msg)


def refuse_in_the_way(manifest: Manifest, file: str, row: Row, *, overwrite: bool) -> None:
    """Refuse a result that would replace a file, unless that is asked for.

    Raises:
        UserError: saying what the file is.

    Example:
        >>> from styleforge.batches.manifest import Manifest
        >>> row = Row(number=1, identity="me.png", asked={})
        >>> refuse_in_the_way(Manifest(Path()), "new.png", row, overwrite=False)
    """
    if overwrite or not (manifest.folder / file).exists():
        return
    whose = "the result of another row" if manifest.owner(file) else "no result of this batch"
    msg = (
        f"{manifest.folder / file}, which row {row.number} would write, is there already and is "
        f"{whose}. Give the row another name, or replace such files with --overwrite."
    )
    raise UserError(msg)
