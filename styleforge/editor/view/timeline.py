"""The history: every change, newest first, with the picture that it brought; any can be gone to."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import ipywidgets as widgets

from styleforge.editor.view.display import image_html
from styleforge.editor.view.wiring import Keyed, Wiring, put, show

if TYPE_CHECKING:
    from styleforge.editor.snapshot import HistoryEntry, Snapshot

SHOWN = 200  # changes


class Timeline:
    """Changes as buttons; a branch says what it comes from."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        make = wiring.make
        box = make.column(kind="timeline")
        self._entries = Keyed(wiring, box, lambda key: _EntryRow(wiring, key))
        note = make.words("Nothing is ever lost: what was undone stays here as a branch.", "note")
        self.widget = make.column(note, box)

    def draw(self, snapshot: Snapshot) -> None:
        """One row for each change."""
        newest = tuple(reversed(snapshot.history[-SHOWN:]))
        self._entries.draw(tuple(one.id for one in newest))
        labels = {one.id: one.label for one in snapshot.history}
        before = {one.id: other.id for one, other in pairwise(newest)}
        for one in newest:
            branch = one.parent if before.get(one.id, one.parent) != one.parent else ""
            self._entries.made[one.id].draw(one, labels.get(branch, ""))


class _EntryRow:
    """One change: the picture that it brought, if any, and a button to go there."""

    def __init__(self, wiring: Wiring, key: str) -> None:
        make = wiring.make
        self.image = make.words("", "entry-image")
        self.button = make.plain(widgets.Button)
        wiring.on_click(self.button, lambda: wiring.session.go_to(key))
        self.widget = make.row(self.image, self.button, kind="entry")

    def draw(self, entry: HistoryEntry, branch: str) -> None:
        """Show it; the present one has a mark."""
        picture = entry.picture
        show(self.image, picture is not None)
        if picture is not None:
            put(self.image, value=image_html(picture.thumbnail, picture.name))
        label = f"● {entry.label} (now)" if entry.current else entry.label
        if branch:
            label += f"   ↳ from “{branch}”"
        put(self.button, description=label, tooltip=f"Go to: {entry.label}")
