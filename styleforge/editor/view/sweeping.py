"""A sweep: a grid of results over one or two strengths, each of which can be opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ipywidgets as widgets

from styleforge.editor.view.card import Card
from styleforge.editor.view.wiring import Keyed, Wiring, put, show
from styleforge.errors import UserError

if TYPE_CHECKING:
    from styleforge.editor.snapshot import Snapshot
    from styleforge.editor.state import Sweep
    from styleforge.editor.view.controls import Maker


class Sweeping:
    """What is swept, and the grid."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring, self._session = wiring, wiring.session
        titles = [(item.title, item.role) for item in self._session.attributes]
        self._titles = {item.role: item.title for item in self._session.attributes}
        self._titles |= {item.name: item.title for item in self._session.attributes}
        make = wiring.make
        self.across = make.control(widgets.Dropdown, options=titles, description="Across")
        self.columns = make.control(widgets.Text, value="0, 0.5, 1", description="Strengths across")
        self.down = make.control(
            widgets.Dropdown, options=[("Nothing", ""), *titles], value="", description="Down"
        )
        self.rows = make.control(widgets.Text, value="0, 0.5, 1", description="Strengths down")
        self.start = make.button("Run sweep", "Run every cell, one after the other", icon="th")
        wiring.on_click(self.start, self._start)
        note = make.words(
            "A grid of results over strengths, all else as the controls say. "
            "Press a cell to put it on the strip.",
            "note",
        )
        self._about = make.words("", "sweep-about")
        self.grid = make.row(kind="grid")
        self._cells = Keyed(wiring, self.grid, self._cell)
        fields = make.row(self.across, self.columns, self.down, self.rows, kind="fields")
        self.widget = make.column(note, fields, make.row(self.start), self._about, self.grid)

    def draw(self, snapshot: Snapshot) -> None:
        """Show the grid; cells fill as they are done."""
        sweep = snapshot.sweep
        put(self.start, disabled=not snapshot.can_run)
        show(self.grid, sweep is not None)
        if sweep is None:
            return
        wide = f"repeat({len(sweep.columns)}, minmax(0, 120px))"
        put(self.grid.layout, grid_template_columns=wide)
        places = [(r, c) for r in range(len(sweep.cells)) for c in range(len(sweep.columns))]
        self._cells.draw(tuple(f"{sweep.id} {r} {c}" for r, c in places))
        across, down = self._titles.get(sweep.across, ""), self._titles.get(sweep.down, "")
        done = sum(1 for line in sweep.cells for one in line if one)
        what = f"{across} across" + (f", {down} down" if down else "")
        put(self._about, value=f"{what}: {done} of {len(places)} done.")
        for r, c in places:
            self._draw_cell(snapshot, sweep, r, c)

    def _draw_cell(self, snapshot: Snapshot, sweep: Sweep, r: int, c: int) -> None:
        card = self._cells.made[f"{sweep.id} {r} {c}"]
        candidate = snapshot.sweep_cells.get(sweep.cells[r][c])
        at = f"{sweep.columns[c]:g}" + (f" / {sweep.rows[r]:g}" if sweep.rows else "")
        picture = snapshot.pictures.get(candidate.picture) if candidate else None
        card.key = candidate.id if candidate else ""
        chosen = candidate is not None and candidate.id == snapshot.shown
        caption = at if candidate else f"{at} …"
        put(card.button, disabled=candidate is None)
        hint = f"Open the result at {at}" if candidate else f"{at} is not there yet"
        card.draw(picture.thumbnail if picture else b"", caption, hint, chosen=chosen)

    def _cell(self, _key: str) -> _CellCard:
        card = _CellCard(self._wiring.make)
        self._wiring.on_click(card.button, lambda: self._session.open_cell(card.key))
        return card

    def _start(self) -> None:
        wanted = {self.across.value: _numbers(self.columns.value)}
        if self.down.value and self.down.value != self.across.value:
            wanted[self.down.value] = _numbers(self.rows.value)
        self._session.sweep(wanted)


class _CellCard(Card):
    """A cell of the grid; ``key`` is its candidate's id."""

    def __init__(self, make: Maker) -> None:
        super().__init__(make, kind="cell")
        self.key = ""


def _numbers(text: str) -> tuple[float, ...]:
    try:
        found = tuple(float(one) for one in text.replace(";", ",").split(",") if one.strip())
    except ValueError:
        found = ()
    if not found:
        msg = f"The strengths are {text!r}; give numbers with commas between them: 0, 0.5, 1."
        raise UserError(msg)
    return found
