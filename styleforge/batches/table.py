"""The table of a batch as it is written: CSV, as Excel writes it too, or a JSON object a line."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path

from styleforge.errors import UserError, printable
from styleforge.prepare.addresses import refuse_address

SEPARATORS = (",", ";", "\t")
LINES = (".jsonl", ".ndjson")
_LARGEST = 50_000_000  # bytes
_ROWS = 100_000


@dataclass(frozen=True)
class Cells:
    """A row as it was written.

    Args:
        number: where it stands, from 1, the heading not counted.
        values: texts by column, without those that are empty.

    Example:
        >>> Cells(1, {"identity": "me.png"}).values["identity"]
        'me.png'
    """

    number: int
    values: Mapping[str, str]


@dataclass(frozen=True)
class Table:
    """A table as it was written.

    Args:
        columns: their names, as `column` makes them.
        rows: those that are not empty.
        folder: that paths in it are relative to.
        decimal: what stands before the decimals of a number besides a point.
        notes: what should be known of it.

    Example:
        >>> Table(("identity",), (Cells(1, {"identity": "me.png"}),)).rows[0].number
        1
    """

    columns: tuple[str, ...]
    rows: tuple[Cells, ...]
    folder: Path = field(default_factory=Path)
    decimal: str = ""
    notes: tuple[str, ...] = ()


def read_table(path: str | Path) -> Table:
    r"""Read a table.

    Of CSV, cells are separated by commas, semicolons or tabs; text is UTF-8 with or without a mark
    at its beginning, UTF-16, or else Windows' Western European, which a note says.

    Raises:
        UserError: if it cannot be read, has no row, or a row that cannot be read.

    Example:
        >>> _ = Path("jobs.csv").write_text("identity;shape\nme.png;tall\n")
        >>> read_table("jobs.csv").rows[0].values
        {'identity': 'me.png', 'shape': 'tall'}
    """
    refuse_address(path)
    path = Path(path)
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST + 1)
    except OSError as error:
        msg = f"{path} cannot be read: {error.strerror or error}. A table of edits was expected."
        raise UserError(msg) from error
    if len(data) > _LARGEST:
        msg = f"{path} has more than {_LARGEST // 1_000_000} MB; no table of edits is so large."
        raise UserError(msg)
    text, notes = _decoded(data, path)
    if path.suffix.lower() == ".json":
        msg = f"{path} is one piece of JSON; write an object a line, in a file .jsonl."
        raise UserError(msg)
    of_lines = path.suffix.lower() in LINES
    table = _of_lines(text, path) if of_lines else _of_csv(text, path)
    if not table.rows:
        msg = f"{path} has no row; write one for each edit, below the names of the columns."
        raise UserError(msg)
    if len(table.rows) > _ROWS:
        msg = f"{path} has {len(table.rows):,} rows; {_ROWS:,} at most are run. Split it."
        raise UserError(msg)
    return Table(table.columns, table.rows, path.parent, table.decimal, notes)


def column(name: str) -> str:
    """A column's name as it is compared: ``finer_style`` for ``Finer style``.

    Example:
        >>> column(" Finer-Style ")
        'finer_style'
    """
    return "_".join(name.strip().lower().replace("-", " ").replace("_", " ").split())


def _decoded(data: bytes, path: Path) -> tuple[str, tuple[str, ...]]:
    marked = data[:2] in {b"\xff\xfe", b"\xfe\xff"}
    encodings = ("utf-16",) if marked else ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        if encoding == "cp1252":
            note = f"{path} is not UTF-8; it was read as Windows' Western European text."
            return text, (note,)
        return text, ()
    msg = f"{path} is no text. Save the table as CSV (UTF-8)."
    raise UserError(msg)


def _of_csv(text: str, path: Path) -> Table:
    first, _, rest = text.partition("\n")
    said = first.strip().lower()
    if said.startswith("sep=") and len(said) == 5:  # Excel's own line
        separator, text = said[-1], rest
    else:
        separator = max(SEPARATORS, key=first.count)
    try:
        lines = list(csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error as error:
        msg = f"{path} is no CSV that can be read ({error}). Save the table as CSV (UTF-8)."
        raise UserError(msg) from error
    filled = [line for line in lines if any(cell.strip() for cell in line)]
    names = [column(one) for one in filled[0]] if filled else []
    while names and not names[-1]:  # Excel adds empty columns
        names.pop()
    if not all(names):
        msg = f"Column {names.index('') + 1} of {path} has no name; name it, or remove it."
        raise UserError(msg)
    _refuse_twice(names, path)
    rows = []
    for number, line in enumerate(filled[1:], 1):
        if any(cell.strip() for cell in line[len(names) :]):
            msg = (
                f"Row {number} of {path} has {len(line)} cells and {len(names)} columns. "
                "Put a cell that holds a separator into quotes."
            )
            raise UserError(msg)
        cells = {name: cell.strip() for name, cell in zip(names, line, strict=False)}
        rows.append(Cells(number, {name: cell for name, cell in cells.items() if cell}))
    return Table(tuple(names), tuple(rows), decimal="," if separator != "," else "")


def _of_lines(text: str, path: Path) -> Table:
    rows: list[Cells] = []
    names: dict[str, None] = {}
    for place, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            raw = json.loads(line, object_pairs_hook=_once)
        except ValueError as error:
            why = printable(str(error), 200)
            msg = f"Line {place} of {path} is no JSON that can be read ({why})."
            raise UserError(msg) from error
        if not isinstance(raw, dict):
            msg = f"Line {place} of {path} is no JSON object; write one a line."
            raise UserError(msg)
        values = cells_of(raw, f"Line {place} of {path}")
        names |= dict.fromkeys(values)
        rows.append(Cells(len(rows) + 1, {name: one for name, one in values.items() if one}))
    return Table(tuple(names), tuple(rows))


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """An object whose names are there once.

    Raises:
        ValueError: if one is there twice.
    """
    found: dict[str, object] = {}
    for name, value in pairs:
        if name in found:
            msg = f"{name!r} is there twice"
            raise ValueError(msg)
        found[name] = value
    return found


def cells_of(raw: Mapping[str, object], where: str) -> dict[str, str]:
    """An object's values as cells; one in another becomes ``strength.shape``.

    Raises:
        UserError: if a value is a list, or two names are one column.

    Example:
        >>> cells_of({"identity": "me.png", "strength": {"shape": 0.5}}, "The row")
        {'identity': 'me.png', 'strength.shape': '0.5'}
    """
    found: dict[str, str] = {}
    flat: list[tuple[str, object]] = []
    for name, value in raw.items():
        inner = value.items() if isinstance(value, Mapping) else None
        flat += [(name, value)] if inner is None else [(f"{name}.{key}", one) for key, one in inner]
    for name, value in flat:
        if value is None:
            continue
        if isinstance(value, bool | list | tuple | set | dict):
            msg = f"{where} has {name} = {value!r}; a text or a number was expected."
            raise UserError(printable(msg))
        key = column(name)
        if key in found:
            msg = f"{where} has two values for {key}; leave one out."
            raise UserError(msg)
        found[key] = str(value).strip()
    return found


def _refuse_twice(names: list[str], path: Path) -> None:
    for name in names:
        if names.count(name) > 1:
            msg = f"{path} has two columns {name!r}; leave one out."
            raise UserError(msg)
