"""Rows in memory, as a table would say them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from styleforge.api.in_memory import as_path, as_wish
from styleforge.batches.table import Cells, Table, cells_of, column
from styleforge.errors import UserError
from styleforge.recipe.condition import ImageRef, Mask, Swatch, Text

if TYPE_CHECKING:
    from styleforge.forge import Forge


def table_of(jobs: Table | Sequence[Mapping[str, Any]], forge: Forge) -> Table:
    """Rows in memory as a table.

    Raises:
        UserError: if there is no row, or a cell is neither a text nor a number.

    Example:
        >>> from styleforge.testing import toy
        >>> table_of([{"Identity": Path("me.png")}], toy.toy_forge()).rows[0].values
        {'identity': 'me.png'}
    """
    if isinstance(jobs, Table):
        return jobs
    rows = [
        Cells(number, said_cells(row, f"Row {number}", forge)) for number, row in enumerate(jobs, 1)
    ]
    if not rows:
        msg = "The batch has no row; give one for each edit."
        raise UserError(msg)
    columns = dict.fromkeys(name for row in rows for name in row.values)
    return Table(tuple(columns), tuple(rows))


def said_cells(raw: Mapping[str, Any], where: str, forge: Forge) -> dict[str, str]:
    """Values in memory as cells; pictures become files of the forge.

    Raises:
        UserError: as `styleforge.batches.table.cells_of`.

    Example:
        >>> from styleforge.testing import toy
        >>> said_cells({"shape": Text("tall"), "seed": None}, "The row", toy.toy_forge())
        {'shape': 'text:tall'}
    """
    found = cells_of({name: _said(value, name, forge) for name, value in raw.items()}, where)
    return {column(name): value for name, value in found.items() if value}


def _said(value: Any, name: str, forge: Forge) -> Any:
    """A value as a cell says it."""
    if value is None or isinstance(value, str | int | float | list | tuple):
        return value
    if isinstance(value, Mapping):
        return {key: _said(one, f"{name}.{key}", forge) for key, one in value.items()}
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, ImageRef | Mask):
        return f"mask:{value.path}" if isinstance(value, Mask) else value.path
    if isinstance(value, Text):
        return f"text:{value.text}"
    if isinstance(value, Swatch):
        return value.colour
    wish, _ = as_wish(value, name, forge)
    return str(wish) if isinstance(wish, Path) else as_path(value, name, forge)[0]
