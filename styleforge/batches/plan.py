"""Which rows are run, under which name: decided before the first run, so that nothing is lost."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from styleforge.batches.inputs import beside, changed_since, portable
from styleforge.batches.manifest import Manifest, Outcome
from styleforge.batches.naming import (
    fit_name,
    free_name,
    refuse_in_the_way,
    refuse_same_names,
    usual_name,
)
from styleforge.batches.rows import Row, Unread
from styleforge.errors import UserError


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
        new: rows that were not there before, and are left where only failed ones are run.

    Example:
        >>> Plan((), (), 0).todo
        ()
    """

    todo: tuple[Planned, ...]
    earlier: tuple[Outcome, ...]
    failed_before: int
    new: int = 0


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
        failed: run those that failed, mended or as they are, and no others.
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
    refuse_same_names([row for row, _ in rows], suffix)
    keyed = _keyed(rows, domain, suffix, manifest.folder)
    taken = {one.file.lower() for one in manifest.outcomes.values() if one.file}
    wished = {f"{row.name}{suffix}".lower() for row, _ in rows if isinstance(row, Row) and row.name}
    digits = max(3, len(str(max((row.number for row, _ in rows), default=0))))
    mended = _failed_and_gone(keyed, manifest) if failed else set()
    todo, earlier, changed, skipped, new = [], [], list[tuple[Outcome, str]](), 0, 0
    for key, row, values in keyed:
        before = manifest.outcomes.get(key)
        if failed and before is None and row.number not in mended:
            new += 1
            continue
        if failed and before is not None and before.state != "failed":
            earlier.append(replace(before, earlier=True))
            continue
        whole = before is not None and before.file and (manifest.folder / before.file).is_file()
        if before is not None and before.state == "done" and whole and not overwrite:
            other = changed_since(before, manifest.folder)
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
            name = fit_name(row)
            refuse_in_the_way(manifest, f"{name}{suffix}", row, overwrite=overwrite)
        else:
            name = free_name(usual_name(row, digits), suffix, manifest.folder, taken | wished)
        taken.add(f"{name}{suffix}".lower())
        todo.append(Planned(row=row, key=key, name=name, file=f"{name}{suffix}", values=values))
    _refuse_changed(changed)
    return Plan(tuple(todo), tuple(earlier), skipped, new)


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
            asked["asked"] = {name: portable(one, folder) for name, one in row.asked.items()}
        text = json.dumps(asked, sort_keys=True, default=str)
        key = hashlib.sha256(text.encode()).hexdigest()[:16]
        seen[key] = seen.get(key, 0) + 1
        shown = {
            name: beside(value, folder)
            if name.partition(".")[0] in {"identity", "mask"}
            else portable(value, folder)
            for name, value in values.items()
        }
        found.append((key if seen[key] == 1 else f"{key}-{seen[key]}", row, shown))
    return found


def _failed_and_gone(
    keyed: Sequence[tuple[str, Row | Unread, Mapping[str, str]]], manifest: Manifest
) -> set[int]:
    """Numbers of rows that failed, and that ask for something else by now."""
    there = {key for key, _, _ in keyed}
    outcomes = manifest.outcomes.values()
    return {one.number for one in outcomes if one.state == "failed" and one.key not in there}


def _refuse_changed(changed: Sequence[tuple[Outcome, str]]) -> None:
    if changed:
        first, path = changed[0]
        more = f" ({len(changed)} rows have such pictures)" if len(changed) > 1 else ""
        msg = (
            f"{path} has changed since row {first.number} was done with it{more}. Run the batch "
            "into another folder, or anew with --overwrite."
        )
        raise UserError(msg)
