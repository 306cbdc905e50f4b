"""Presets of one's own: named and kept, deleted, saved as a file, taken from one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ipywidgets as widgets

from styleforge.editor.view.wiring import Wiring, put, show
from styleforge.editor.widgets import DroppedFile, Dropzone

if TYPE_CHECKING:
    from styleforge.editor.snapshot import Snapshot


class OwnPart:
    """A switch, and what it opens; that is made when it is first opened."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._fields: _Fields | None = None
        self.switch = wiring.make.switch("", "Presets of your own", icon="bookmark")
        wiring.on_change(self.switch, self._toggle)
        self.widget = wiring.make.column(kind="own")
        show(self.widget, False)

    def draw(self, snapshot: Snapshot) -> None:
        """Show what can be done with the preset that is chosen."""
        if self._fields is not None:
            self._fields.draw(snapshot)

    def _toggle(self, opened: bool) -> None:
        if opened and self._fields is None:
            self._fields = _Fields(self._wiring)
            self.widget.children = (self._fields.widget,)
        show(self.widget, opened)
        self._wiring.redraw()


class _Fields:
    """The fields and buttons."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring, self._session = wiring, wiring.session
        make = wiring.make
        note = make.words(
            "Keep what the controls say under a name: the preset, steps, words and colours.", "note"
        )
        self.name = make.control(widgets.Text, placeholder="My copper", description="Name")
        self.keep = make.button("Keep", "Keep what the controls say as a preset", icon="bookmark")
        wiring.on_click(self.keep, self._keep)
        self.delete = make.button("Delete", "Delete the preset that is chosen", icon="trash")
        wiring.on_click(self.delete, lambda: self._session.delete_preset(self._chosen))
        self.save = make.button("Save as file", "To give it to others", icon="download")
        wiring.on_click(self.save, self._save)
        self.zone = Dropzone(label="Drop a preset's file here", multiple=False, layout=make.layout)
        self.zone.on_file(self._received)
        self._chosen = ""
        self.widget = make.column(
            note,
            make.row(self.name, self.keep, kind="fields"),
            make.row(self.delete, self.save),
            self.zone,
        )

    def draw(self, snapshot: Snapshot) -> None:
        """Only a preset of one's own can be deleted or saved."""
        self._chosen = snapshot.own
        for one in (self.delete, self.save):
            show(one, bool(snapshot.own))
        put(self.keep, disabled=snapshot.custom)

    def _keep(self) -> None:
        self._session.save_preset(self.name.value)
        put(self.name, value="")

    def _save(self) -> None:
        name = self._chosen
        data = self._session.preset_json(name).encode()
        self._wiring.bridge.download(f"{name}.json", "application/json", data)

    def _received(self, file: DroppedFile) -> str:
        self._session.import_preset(file.data)
        return f"Reading the preset {file.name}."
