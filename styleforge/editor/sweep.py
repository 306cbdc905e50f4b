"""Sweeps: one edit at every place of a grid, over one or two axes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from styleforge.editor.axis import SEED, STRENGTH, Axis, Step, at_step, axis_of
from styleforge.editor.recipes import missing
from styleforge.errors import UserError

if TYPE_CHECKING:
    from styleforge.editor.desk import Desk
    from styleforge.editor.state import Edit

CELLS = 100  # at most


@dataclass(frozen=True, kw_only=True)
class Sweep:
    """A grid of results: a column for each step of ``across``, a row for each of ``down``.

    ``cells[row][column]`` is a candidate's id, empty until it is there. Without ``down`` there is
    one row.
    """

    id: str
    across: Axis
    down: Axis | None = None
    cells: tuple[tuple[str, ...], ...] = ()

    @property
    def title(self) -> str:
        """What is swept, in words."""
        down = f" by {self.down.title}" if self.down else ""
        return f"{self.across.title}{down}"

    @property
    def columns(self) -> tuple[str, ...]:
        """What stands above each column."""
        return tuple(step.label for step in self.across.steps)

    @property
    def rows(self) -> tuple[str, ...]:
        """What stands beside each row; empty without ``down``."""
        return tuple(step.label for step in self.down.steps) if self.down else ()

    def name(self, row: int, column: int) -> str:
        """What a cell's result is called."""
        said = [self.across.steps[column].said]
        return ", ".join([*said, self.down.steps[row].said] if self.down else said)


def plan(sweep_id: str, axes: Mapping[str, Sequence[Any]], edit: Edit, desk: Desk) -> Sweep:
    """The empty grid of a sweep.

    Raises:
        UserError: if it is not over one or two axes, or is too large, or as `axis_of`.
    """
    if len(axes) not in {1, 2}:
        msg = f"A sweep goes over one or two things; it was given {len(axes)}."
        raise UserError(msg)
    across, *rest = (axis_of(key, values, edit, desk) for key, values in axes.items())
    down = rest[0] if rest else None
    if down is not None and _varies(across) == _varies(down):
        msg = f"A sweep over {across.title} twice has no grid; choose something else for one."
        raise UserError(msg)
    if edit.custom and (across.attribute or (down is not None and down.attribute)):
        msg = (
            "A recipe was loaded that the controls cannot show; of it only the seed can be swept. "
            "Change a control first."
        )
        raise UserError(msg)
    many = len(across.steps) * (len(down.steps) if down else 1)
    if many > CELLS:
        msg = f"The sweep has {many} cells; ask for at most {CELLS}."
        raise UserError(msg)
    rows = len(down.steps) if down else 1
    return Sweep(
        id=sweep_id,
        across=across,
        down=down,
        cells=tuple(("",) * len(across.steps) for _ in range(rows)),
    )


def edits(sweep: Sweep, edit: Edit, desk: Desk) -> Iterator[tuple[tuple[int, int], Edit]]:
    """The row and column and the edit of every cell.

    Raises:
        UserError: for a strength out of range, an attribute that is locked, or whose strength is
            swept while nothing is asked of it, or a cell that cannot run.
    """
    for row in range(len(sweep.cells)):
        for column, step in enumerate(sweep.across.steps):
            steps = [(sweep.across, step)]
            if sweep.down is not None:
                steps.append((sweep.down, sweep.down.steps[row]))
            made = _at(edit, desk, steps)
            found = missing(made, desk)
            if found:
                raise UserError(" ".join(found))
            yield (row, column), made


def filled(sweep: Sweep, cell: tuple[int, int], candidate: str) -> Sweep:
    """A sweep with one result more."""
    row, column = cell
    cells = [list(one) for one in sweep.cells]
    cells[row][column] = candidate
    return replace(sweep, cells=tuple(map(tuple, cells)))


def _at(edit: Edit, desk: Desk, steps: Sequence[tuple[Axis, Step]]) -> Edit:
    """The edit of a cell; what is asked for comes before how strongly."""
    for axis, step in sorted(steps, key=lambda one: one[1].kind == STRENGTH):
        edit = at_step(edit, desk, axis, step)
        if step.kind == STRENGTH and not edit.attribute(axis.attribute).asked:
            title = desk.attribute(axis.attribute).title
            msg = f"Nothing is asked of {title}, so that its strength has no effect; ask for it."
            raise UserError(msg)
    return edit


def _varies(axis: Axis) -> tuple[str, bool]:
    """What an axis moves: the seed, an attribute, or its strength."""
    return axis.attribute or SEED, axis.steps[0].kind == STRENGTH
