"""Which rows are run, under which name: decided before the first run, so that nothing is lost."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path, PurePath

from styleforge.batches.columns import Row
from styleforge.batches.manifest import Manifest, Outcome
from styleforge.errors import UserError
from styleforge.prepare.images import file_sha256
from styleforge.prepare.parse import PICTURES

_UNFIT = re.compile(r'[\x00-\x1f/\\:*?"<>|]')
_LONGEST = 100  # characters of a result's name
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


@dataclass(frozen=True)
class Unread:
    """A row that cannot be understood.

    Args:
        number: of the row.
        values: its cells.
        error: why, as a sentence.

    Example:
        >>> Unread(3, {"seed": "x"}, "The cell seed holds 'x'.").number
        3
    """

    number: int
    values: Mapping[str, str]
    error: str


@dataclass(frozen=True, kw_only=True)
class Planned:
    """A row that is run.

    Args:
        row: what it asks for, or why it cannot be understood.
        key: of that.
        name: of its result.
        file: of it, in the batch's folder.
        values: its cells, for the reader.

    Example:
        >>> row = Row(number=1, identity="me.png", asked={})
        >>> Planned(row=row, key="0", name="001-me", file="001-me.png", values={}).file
        '001-me.png'
    """

    row: Row | Unread
    key: str
    name: str
    file: str
    values: Mapping[str, str]


@dataclass(frozen=True)
class Plan:
    """What a batch does.

    Args:
        todo: rows that are run, in order.
        earlier: what is there already.
        failed_before: rows that failed before and are left as they are.

    Example:
        >>> Plan((), (), 0).todo
        ()
    """

    todo: tuple[Planned, ...]
    earlier: tuple[Outcome, ...]
    failed_before: int


def plan(
    rows: Sequence[tuple[Row | Unread, Mapping[str, str]]],
    manifest: Manifest,
    domain: str,
    *,
    suffix: str = ".png",
    failed: bool = False,
    overwrite: bool = False,
) -> Plan:
    """Decide which rows are run.

    Rows that are done stay, unless they are to be overwritten; those that failed stay failed,
    unless they are asked for; all others are run.

    Args:
        rows: each with its cells.
        manifest: what became of them before.
        domain: what is styled.
        suffix: of the results' files.
        failed: run those that failed, and no others.
        overwrite: run all, and replace files that are there.

    Raises:
        UserError: if two rows would write one file, a file is in the way, or a picture of a row
            that is done has changed since.

    Example:
        >>> import tempfile
        >>> row = Row(number=1, identity="me.png", asked={"toy.shape": "tall"})
        >>> plan([(row, {})], Manifest(Path(tempfile.mkdtemp())), "toy").todo[0].name
        '001-me'
    """
    _refuse_same_names([row for row, _ in rows], suffix)
    keyed = _keyed(rows, domain, suffix, manifest.folder)
    taken = {one.file.lower() for one in manifest.outcomes.values() if one.file}
    wished = {f"{row.name}{suffix}".lower() for row, _ in rows if isinstance(row, Row) and row.name}
    digits = max(3, len(str(max((row.number for row, _ in rows), default=0))))
    todo, earlier, changed, skipped = [], [], list[tuple[Outcome, str]](), 0
    for key, row, values in keyed:
        before = manifest.outcomes.get(key)
        if failed and (before is None or before.state != "failed"):
            if before is not None:
                earlier.append(replace(before, earlier=True))
            continue
        whole = before is not None and before.file and (manifest.folder / before.file).is_file()
        if before is not None and before.state == "done" and whole and not overwrite:
            other = _changed(before, manifest.folder)
            if other:
                changed.append((before, other))
            earlier.append(replace(before, earlier=True))
            continue
        if before is not None and before.state == "failed" and not failed and not overwrite:
            skipped += 1
            earlier.append(replace(before, earlier=True))
            continue
        if before is not None and before.name:
            name = before.name
        elif isinstance(row, Row) and row.name:
            name = _fit_name(row)
            _refuse_in_the_way(manifest, f"{name}{suffix}", row, overwrite=overwrite)
        else:
            name = _free(_usual(row, digits), suffix, manifest.folder, taken | wished)
        taken.add(f"{name}{suffix}".lower())
        todo.append(Planned(row=row, key=key, name=name, file=f"{name}{suffix}", values=values))
    _refuse_changed(changed)
    return Plan(tuple(todo), tuple(earlier), skipped)


def _keyed(
    rows: Sequence[tuple[Row | Unread, Mapping[str, str]]], domain: str, suffix: str, folder: Path
) -> list[tuple[str, Row | Unread, Mapping[str, str]]]:
    """Rows with a key of what they ask for; of two that ask for the same, with two keys."""
    found = list[tuple[str, Row | Unread, Mapping[str, str]]]()
    seen = dict[str, int]()
    for row, values in rows:
        asked = {**asdict(row), "number": 0, "domain": domain, "suffix": suffix}
        if isinstance(row, Row):
            asked["identity"] = beside(row.identity, folder)
            asked["masks"] = {role: beside(one, folder) for role, one in row.masks.items()}
            asked["asked"] = {name: _portable(one, folder) for name, one in row.asked.items()}
        text = json.dumps(asked, sort_keys=True, default=str)
        key = hashlib.sha256(text.encode()).hexdigest()[:16]
        seen[key] = seen.get(key, 0) + 1
        shown = {
            name: beside(value, folder)
            if name.partition(".")[0] in {"identity", "mask"}
            else _portable(value, folder)
            for name, value in values.items()
        }
        found.append((key if seen[key] == 1 else f"{key}-{seen[key]}", row, shown))
    return found


def _usual(row: Row | Unread, digits: int) -> str:
    """A result's name where the row gives none: its number and the identity's name."""
    identity = row.identity if isinstance(row, Row) else row.values.get("identity", "")
    stem = PurePath(identity.removeprefix("gallery:").replace("\\", "/")).stem
    stem = _UNFIT.sub("_", stem).strip(" .")[:_LONGEST]
    return f"{row.number:0{digits}}-{stem or 'result'}"


def _free(name: str, suffix: str, folder: Path, taken: set[str]) -> str:
    """A name that no other row and no file has."""
    number, found = 1, name
    while f"{found}{suffix}".lower() in taken or (folder / f"{found}{suffix}").exists():
        number += 1
        found = f"{name}-{number}"
    return found


def _fit_name(row: Row) -> str:
    bad = _UNFIT.search(row.name) or _RESERVED.fullmatch(row.name) or len(row.name) > _LONGEST
    if bad or row.name != row.name.strip(" .") or row.name.startswith("."):
        msg = (
            f"Row {row.number} is called {row.name!r}; a name of a file without folder and suffix "
            f"was expected, of {_LONGEST} characters at most."
        )
        raise UserError(msg)
    return row.name


def _refuse_same_names(rows: Sequence[Row | Unread], suffix: str) -> None:
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


def _refuse_in_the_way(manifest: Manifest, file: str, row: Row, *, overwrite: bool) -> None:
    if overwrite or not (manifest.folder / file).exists():
        return
    whose = "the result of another row" if manifest.owner(file) else "no result of this batch"
    msg = (
        f"{manifest.folder / file}, which row {row.number} would write, is there already and is "
        f"{whose}. Give the row another name, or replace such files with --overwrite."
    )
    raise UserError(msg)


def _refuse_changed(changed: Sequence[tuple[Outcome, str]]) -> None:
    if changed:
        first, path = changed[0]
        more = f" ({len(changed)} rows have such pictures)" if len(changed) > 1 else ""
        msg = (
            f"{path} has changed since row {first.number} was done with it{more}. Run the batch "
            "into another folder, or anew with --overwrite."
        )
        raise UserError(msg)


def _portable(value: str, folder: Path) -> str:
    return beside(value, folder) if Path(value).suffix.lower() in PICTURES else value


def beside(path: str, folder: Path) -> str:
    """A path from a folder, so that both may be moved together; ``gallery:NAME`` as it is.

    Example:
        >>> beside("photos/me.png", Path("photos/out"))
        '../me.png'
    """
    if path.startswith("gallery:"):
        return path
    try:
        return PurePath(os.path.relpath(path, folder)).as_posix()
    except ValueError:  # on another drive
        return str(Path(path).absolute())


def facts_of(path: str | Path, sha256: str = "") -> tuple[int, int, str]:
    """Size, time of change and SHA-256 of a file, by which it is known again.

    Example:
        >>> facts_of("me.png")[0] > 0
        True
    """
    found = Path(path).stat()
    return found.st_size, found.st_mtime_ns, sha256 or file_sha256(path)


def _changed(before: Outcome, folder: Path) -> str:
    """The first picture of a row that is not what it was; empty where all are, or are gone."""
    for path, (size, time, sha256) in before.inputs.items():
        try:
            found = (folder / path).stat()
        except OSError:  # the result is there, so that nothing needs it
            continue
        if found.st_mtime_ns == time and found.st_size == size:
            continue
        if found.st_size != size or file_sha256(folder / path) != sha256:
            return path
    return ""
