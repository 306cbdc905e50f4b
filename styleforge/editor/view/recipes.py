"""What leaves the editor and what comes back: PNG, recipe, Python."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import ipywidgets as widgets

from styleforge.editor.view.wiring import Wiring, put
from styleforge.editor.widgets import DroppedFile, Dropzone
from styleforge.errors import UserError

if TYPE_CHECKING:
    from styleforge.editor.state import Snapshot


class Recipes:
    """Export, restore, and the same as Python."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring, self._session = wiring, wiring.session
        make = wiring.make
        self.export = make.button("Export PNG", "Save the result that is shown", icon="download")
        wiring.on_click(self.export, self._export)
        self.inside = make.checkbox(
            "With the recipe inside",
            "A PNG with its recipe can be dropped here to restore the controls",
            value=True,
        )
        self.save = make.button(
            "Save recipe", "Save what the controls say as JSON", icon="download"
        )
        wiring.on_click(self.save, self._save)
        self.zone = Dropzone(
            label="Drop a result or a recipe here", multiple=False, layout=make.layout
        )
        self.zone.on_file(self._received)
        self.keep = make.checkbox(
            "Keep my picture", "Apply the recipe to the picture that is edited now"
        )
        self.python = make.control(
            widgets.Textarea, seen=False, description="As Python", rows=9, disabled=False
        )
        self.python.add_class("sf-python")
        self.copy = make.button(
            "Copy as Python", "Write the same as Python and copy it", icon="copy"
        )
        wiring.on_click(self.copy, self._copy)
        self._about = make.words("", "note")
        self.widget = make.column(
            make.heading("Export"),
            make.row(self.export, self.inside, self.save, kind="fields"),
            self._about,
            make.heading("Restore"),
            self.zone,
            self.keep,
            make.heading("As Python"),
            make.row(self.copy),
            self.python,
        )

    def draw(self, snapshot: Snapshot) -> None:
        """Say what would be exported."""
        shown = snapshot.candidate
        accepted = snapshot.identity is not None and snapshot.identity.origin == "result"
        put(self.export, disabled=shown is None and not accepted)
        put(self.save, disabled=not snapshot.can_run)
        put(self.copy, disabled=not snapshot.can_run)
        if shown is not None:
            about = f"The result that is shown: {shown.label}."
        else:
            about = "The result that was accepted." if accepted else "There is no result yet."
        put(self._about, value=escape(about))

    def _export(self) -> None:
        inside, domain = self.inside.value, self._session.domain.name

        def read() -> None:
            data = self._session.export_bytes(recipe=inside)
            self._wiring.bridge.download(f"{domain}.png", "image/png", data)
            how = "with" if inside else "without"
            self._session.note(f"Exported {domain}.png {how} its recipe.")

        self._wiring.reads.ask("export", read)

    def _save(self) -> None:
        def read() -> None:
            data = self._session.recipe_json().encode()
            self._wiring.bridge.download("recipe.json", "application/json", data)

        self._wiring.reads.ask("recipe", read)

    def _copy(self) -> None:
        def read() -> None:
            put(self.python, value=self._session.to_python())
            self._wiring.bridge.copy(self.python.value)

        self._wiring.reads.ask("python", read)

    def _received(self, file: DroppedFile) -> str:
        if file.mime not in {"image/png", "application/json"}:
            msg = f"{file.name} holds no recipe: a result's PNG or a JSON file does."
            raise UserError(msg)
        self._session.load_recipe(file.data, keep_identity=self.keep.value)
        return f"Loading the recipe of {file.name}."
