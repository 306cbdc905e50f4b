"""Sweeps of a session: a grid of runs, one after the other; a cell can be opened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from styleforge.editor.queueing import Queueing
from styleforge.editor.sweep import edits, plan
from styleforge.errors import UserError


class Sweeps(Queueing):
    """What a session does with sweeps, on its own thread."""

    def _start_sweep(self, axes: Mapping[str, Sequence[Any]]) -> None:
        model = self._model
        grid = plan(f"s{model.runs + 1}", axes, model.edit, self._desk)
        swept = f"Sweep over {grid.title}"
        cells = list(edits(grid, model.edit, self._desk))  # refused before any is begun
        made = [
            self._new_run(edit, grid.name(*cell), sweep=grid.id, swept=swept, cell=cell)
            for cell, edit in cells
        ]
        model.sweep = grid
        self._enqueue(*made)

    def _open_cell(self, candidate: str) -> None:
        model = self._model
        if candidate not in model.candidates:
            msg = f"The sweep has no result {candidate!r} yet; wait until its cell is done."
            raise UserError(msg)
        model.candidates[candidate] = replace(model.candidates[candidate], opened=True)
        model.shown, model.pair, model.previewing = candidate, ("", ""), False
        self._dirty = True
