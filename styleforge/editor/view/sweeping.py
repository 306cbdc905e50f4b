"""A sweep: a grid of results with labelled rows and columns, each of which can be opened."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import ipywidgets as widgets

from styleforge.editor.view.axis import AxisFields
from styleforge.editor.view.card import Card
from styleforge.editor.view.wiring import Keyed, Wiring, put, show
from styleforge.errors import UserError

if TYPE_CHECKING:
    from styleforge.editor.snapshot import Snapshot
    from styleforge.editor.sweep import Sweep
    from styleforge.editor.view.controls import Maker

CORNER, HEAD, SIDE, CELL = "corner", "head", "side", "cell"
NOTHING = " "  # an empty description leaves a button as it was


class Sweeping:
    """What is swept, the grid, and how it is saved; made when somebody looks at it."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._panel: _Panel | None = None
        self.widget = wiring.make.column()

    def look(self) -> None:
        """Somebody looks at it."""
        if self._panel is None:
            self._panel = _Panel(self._wiring)
            self.widget.children = (self._panel.widget,)
            self._wiring.redraw()

    def draw(self, snapshot: Snapshot) -> None:
        """Show the grid; cells fill as they are done."""
        if self._panel is not None:
            self._panel.draw(snapshot)


class _Panel:
    """The controls and the grid."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring, self._session = wiring, wiring.session
        make = wiring.make
        self.across = AxisFields(wiring, "Across")
        self.down = AxisFields(wiring, "Down", nothing=True)
        self.start = make.button("Run sweep", "Run every cell, one after the other", icon="th")
        wiring.on_click(self.start, self._start)
        note = make.words(
            "A grid of results, all else as the controls say. Values have commas between them, or "
            "semicolons. Press a cell to put it on the strip.",
            "note",
        )
        self._about = make.words("", "sweep-about")
        self.grid = widgets.Box(layout=widgets.Layout())  # it says of itself how many columns
        self.grid.add_class("sf-grid")
        self._places = Keyed(wiring, self.grid, self._place)
        self.share = make.checkbox(
            "Without folders", "The recipes name your pictures without the folders they are in"
        )
        self.save = make.button("Save grid", "Save the grid as one picture", icon="download")
        wiring.on_click(self.save, self._save_grid)
        self.save_all = make.button(
            "Save all", "Save every result and the grid in a ZIP", icon="download"
        )
        wiring.on_click(self.save_all, self._save_all)
        self._out = make.row(self.save, self.save_all, self.share, kind="fields")
        axes = make.row(self.across.widget, self.down.widget, kind="fields")
        self.widget = make.column(
            note, axes, make.row(self.start), self._about, self.grid, self._out
        )

    def draw(self, snapshot: Snapshot) -> None:
        """Show the grid; cells fill as they are done."""
        sweep = snapshot.sweep
        put(self.start, disabled=snapshot.identity is None)
        self.across.draw(snapshot)
        self.down.draw(snapshot)
        for one in (self.grid, self._about, self._out):
            show(one, sweep is not None)
        if sweep is None:
            return
        side = "minmax(24px, max-content) " if sweep.down else ""
        wide = f"{side}repeat({len(sweep.columns)}, minmax(64px, 120px))"
        put(self.grid.layout, grid_template_columns=wide)
        self._places.draw(tuple(_keys(sweep)))
        places = [(r, c) for r in range(len(sweep.cells)) for c in range(len(sweep.columns))]
        done = sum(1 for line in sweep.cells for one in line if one)
        put(self._about, value=f"{escape(sweep.title)}: {done} of {len(places)} done.")
        for one in (self.save, self.save_all):
            put(one, disabled=not done)
        for number, label in enumerate(sweep.columns):
            put(self._places.made[f"{sweep.id} {HEAD} {number}"].widget, value=escape(label))
        for number, label in enumerate(sweep.rows):
            put(self._places.made[f"{sweep.id} {SIDE} {number}"].widget, value=escape(label))
        for r, c in places:
            self._draw_cell(snapshot, sweep, r, c)

    def _draw_cell(self, snapshot: Snapshot, sweep: Sweep, r: int, c: int) -> None:
        card = self._places.made[f"{sweep.id} {CELL} {r} {c}"]
        candidate = snapshot.sweep_cells.get(sweep.cells[r][c])
        picture = snapshot.pictures.get(candidate.picture) if candidate else None
        card.key = candidate.id if candidate else ""
        chosen = candidate is not None and candidate.id == snapshot.shown
        put(card.button, disabled=candidate is None)
        name = sweep.name(r, c)
        hint = f"Open the result {name}" if candidate else f"{name} is not there yet"
        caption = NOTHING if candidate else "…"
        card.draw(picture.thumbnail if picture else b"", caption, hint, chosen=chosen)

    def _place(self, key: str) -> _Label | _CellCard:
        if key.split()[1] != CELL:
            return _Label(self._wiring.make)
        card = _CellCard(self._wiring.make)
        self._wiring.on_click(card.button, lambda: self._session.open_cell(card.key))
        return card

    def _start(self) -> None:
        axes = [one.asked() for one in (self.across, self.down)]
        wanted = dict(one for one in axes if one is not None)
        if len(wanted) < sum(one is not None for one in axes):
            msg = "Across and Down are the same; choose something else for one of them."
            raise UserError(msg)
        self._session.sweep(wanted)

    def _save_grid(self) -> None:
        def read() -> None:
            data = self._session.sweep_png(share=self.share.value)
            self._wiring.bridge.download(f"{self._name()}.png", "image/png", data)

        self._wiring.reads.ask("grid", read)

    def _save_all(self) -> None:
        def read() -> None:
            data = self._session.sweep_zip(share=self.share.value)
            self._wiring.bridge.download(f"{self._name()}.zip", "application/zip", data)

        self._wiring.reads.ask("sweep", read)

    def _name(self) -> str:
        return f"{self._session.spec}-sweep"


class _Label:
    """The label of a row or a column."""

    def __init__(self, make: Maker) -> None:
        self.widget = make.words("", "grid-label")


class _CellCard(Card):
    """A cell of the grid; ``key`` is its candidate's id."""

    def __init__(self, make: Maker) -> None:
        super().__init__(make, kind="cell")
        self.key = ""


def _keys(sweep: Sweep) -> list[str]:
    """Keys of what the grid shows, row by row."""
    rows, columns = range(len(sweep.cells)), range(len(sweep.columns))
    keys = [CORNER] if sweep.down else []
    keys += [f"{HEAD} {c}" for c in columns]
    for r in rows:
        keys += [f"{SIDE} {r}"] if sweep.down else []
        keys += [f"{CELL} {r} {c}" for c in columns]
    return [f"{sweep.id} {key}" for key in keys]
