"""The sessions to go on with: offered until something is done, and whenever they are asked for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from styleforge.editor.folders import visited
from styleforge.editor.kept import when
from styleforge.editor.view.wiring import Wiring, is_shown, put, show
from styleforge.editor.widgets.kept import KeptSessions

if TYPE_CHECKING:
    from styleforge.editor.snapshot import Snapshot


class Sessions:
    """The last sessions. On a page there are none: a visitor's link alone leads to theirs.

    Args:
        wiring: as every part is given.
        go_on: opens the session of a folder in place of this one.
        begin: opens a new one.
    """

    def __init__(
        self, wiring: Wiring, go_on: Callable[[Path], None], begin: Callable[[], None]
    ) -> None:
        self._wiring, self._page = wiring, visited()
        self.list = KeptSessions(layout=wiring.make.layout)
        self.widget = wiring.make.column(self.list, kind="kept-box")
        self.list.on_choice(lambda key: wiring.attempt(go_on, Path(key)), _tried(wiring, begin))
        self._asked: bool | None = None  # whether they are to be seen, once somebody said so
        self._read = False
        show(self.widget, False)

    @property
    def shown(self) -> bool:
        """Whether they are to be seen."""
        return is_shown(self.widget)

    def toggle(self) -> None:
        """Show or hide them, as a person asks."""
        self._asked = not self.shown
        self._read = False
        self._wiring.redraw()

    def draw(self, snapshot: Snapshot) -> None:
        """Show them where nothing was done yet, or where they were asked for."""
        fresh = len(snapshot.history) == 1
        put(self.list, anew=not fresh)
        wanted = fresh if self._asked is None else self._asked
        if wanted and not self._read:
            self._read = True
            self._wiring.reads.ask("sessions", self._find)
        show(self.widget, wanted and (bool(self.list.items) or self._asked is True))

    def _find(self) -> None:
        kept = self._wiring.session.last_sessions()
        items = [
            {
                "key": str(one.folder),
                "title": one.title,
                "when": when(one.changed) + (f", results: {one.results}" if one.results else ""),
                "picture": one.picture,
            }
            for one in kept
        ]
        put(self.list, items=items)
        self._wiring.redraw()


def _tried(wiring: Wiring, call: Callable[[], None]) -> Callable[[], None]:
    def tried() -> None:
        wiring.attempt(call)

    return tried
