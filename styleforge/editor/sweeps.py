"""Sweeps of a session: a grid of runs, one after the other; a cell can be opened."""

from __future__ import annotations

from dataclasses import replace

from styleforge.editor.queueing import Queueing
from styleforge.editor.recipes import missing
from styleforge.editor.sweep import edits, plan
from styleforge.errors import UserError


class Sweeps(Queueing):
    """What a session does with sweeps, on its own thread."""

    def _start_sweep(self, strengths: dict[str, tuple[float, ...]]) -> None:
        model = self._model
        found = missing(model.edit, self._desk)
        if found:
            raise UserError(" ".join(found))
        grid = plan(f"s{model.runs + 1}", strengths, model.edit, self._desk)
        made = [
            self._new_run(edit, label, sweep=grid.id, cell=cell)
            for cell, label, edit in edits(grid, model.edit, self._desk)
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
