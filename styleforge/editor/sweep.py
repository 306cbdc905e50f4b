"""Sweeps: one edit at every strength of a grid."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from styleforge.editor.changes import set_strength
from styleforge.editor.state import Edit, Sweep
from styleforge.errors import UserError

if TYPE_CHECKING:
    from styleforge.editor.recipes import Desk

CELLS = 100  # at most


def plan(
    sweep_id: str, strengths: Mapping[str, tuple[float, ...]], edit: Edit, desk: Desk
) -> Sweep:
    """The empty grid of a sweep.

    Raises:
        UserError: if it is not over one or two attributes that are asked for, or is too large.
    """
    names = [desk.attribute(name).name for name in strengths]
    if len(names) not in {1, 2} or len(set(names)) < len(names):
        msg = f"A sweep goes over one or two attributes; it was given {len(names)}."
        raise UserError(msg)
    for name, values in zip(names, strengths.values(), strict=True):
        if not edit.attribute(name).asked:
            title = desk.attribute(name).title
            msg = f"Nothing is asked of {title}, so that its strength has no effect; ask for it."
            raise UserError(msg)
        if not values:
            msg = f"The sweep names no strengths of {desk.attribute(name).title}; give some."
            raise UserError(msg)
    columns, rows = (*strengths.values(), ())[:2]
    if len(columns) * max(1, len(rows)) > CELLS:
        msg = f"The sweep has {len(columns) * len(rows)} cells; ask for at most {CELLS}."
        raise UserError(msg)
    return Sweep(
        id=sweep_id,
        across=names[0],
        columns=tuple(map(float, columns)),
        down=names[1] if rows else "",
        rows=tuple(map(float, rows)),
        cells=tuple(("",) * len(columns) for _ in range(max(1, len(rows)))),
    )


def edits(sweep: Sweep, edit: Edit, desk: Desk) -> Iterator[tuple[tuple[int, int], str, Edit]]:
    """The row and column, the name and the edit of every cell.

    Raises:
        UserError: for a strength that the preset does not take, or an attribute that is locked.
    """
    for row in range(len(sweep.cells)):
        for column, strength in enumerate(sweep.columns):
            made = set_strength(edit, desk, sweep.across, strength).edit
            label = f"{desk.attribute(sweep.across).title} {strength:g}"
            if sweep.down:
                made = set_strength(made, desk, sweep.down, sweep.rows[row]).edit
                label += f", {desk.attribute(sweep.down).title} {sweep.rows[row]:g}"
            yield (row, column), label, made


def filled(sweep: Sweep, cell: tuple[int, int], candidate: str) -> Sweep:
    """A sweep with one result more."""
    row, column = cell
    cells = [list(one) for one in sweep.cells]
    cells[row][column] = candidate
    return replace(sweep, cells=tuple(map(tuple, cells)))
