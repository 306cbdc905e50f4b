"""What leaves the editor and what comes back: PNG, recipe, Python."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import ipywidgets as widgets

from styleforge.editor.exporting import ENDINGS, SCALES, file_name
from styleforge.editor.view.wiring import Wiring, put, show
from styleforge.editor.widgets import DroppedFile, Dropzone

if TYPE_CHECKING:
    from styleforge.editor.snapshot import Snapshot


class Recipes:
    """Export, restore, and the same as Python."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring, self._session = wiring, wiring.session
        make = wiring.make
        self.name = make.control(widgets.Text, value=self._session.spec, description="Name")
        self.form = make.control(
            widgets.Dropdown, options=[(one, one) for one in ENDINGS], description="Format"
        )
        self.scale = make.control(
            widgets.Dropdown, options=_sizes((0, 0)), value=1.0, description="Size"
        )
        self._measured = ""
        self.export = make.button(
            "Export", "Save the result that is shown", icon="download", kind="export"
        )
        wiring.on_click(self.export, self._export)
        self.inside = make.checkbox(
            "With the recipe inside",
            "A result with its recipe can be dropped here to restore the controls",
            value=True,
        )
        self.share = make.checkbox(
            "Without folders", "The recipe names your pictures without the folders they are in"
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
        self.link = make.button("Copy link", "The link to your session, for you alone", icon="link")
        wiring.on_click(self.link, wiring.bridge.copy_link)
        self._about = make.words("", "note")
        self.widget = make.column(
            make.heading("Export"),
            make.row(self.name, self.form, self.scale, kind="fields"),
            make.row(self.inside, self.share, kind="fields"),
            make.row(self.export, self.save, self.link),
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
        linked = self._session.owner.token and len(snapshot.history) > 1  # it leads somewhere
        show(self.link, bool(linked))
        if shown is not None:
            about = f"The result that is shown: {shown.label}."
        else:
            about = "The result that was accepted." if accepted else "There is no result yet."
        put(self._about, value=escape(about))
        accepted_one = snapshot.identity.id if accepted and snapshot.identity else ""
        self._measure(shown.picture if shown is not None else accepted_one)

    def _export(self) -> None:
        form, scale = self.form.value, self.scale.value
        recipe, share = self.inside.value, self.share.value
        name = file_name(self.name.value, form)

        def read() -> None:
            made = self._session.exported(form=form, scale=scale, recipe=recipe, share=share)
            self._wiring.bridge.download(name, f"image/{form.lower()}", made.data)
            width, height = made.size
            how = "with" if recipe else "without"
            said = f"Exported {name}, {width} x {height} pixels, {how} its recipe."
            self._session.note(" ".join((said, *made.notes)))

        self._wiring.reads.ask("export", read)

    def _measure(self, picture: str) -> None:
        """Say in the list of sizes how many pixels each has."""
        if picture == self._measured:
            return
        self._measured = picture

        def read() -> None:
            size = self._session.image(picture).size if picture else (0, 0)
            with self._wiring.drawing():
                chosen = self.scale.value
                self.scale.options = _sizes(size)
                self.scale.value = chosen

        self._wiring.reads.ask("export size", read)

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
        self._session.load_recipe(file.data, keep_identity=self.keep.value)
        return f"Loading the recipe of {file.name}."


def _sizes(size: tuple[int, int]) -> list[tuple[str, float]]:
    """The sizes that a result of so many pixels can be exported in."""
    names = {0.5: "half", 1.0: "as made", 2.0: "2 x, Lanczos", 4.0: "4 x, Lanczos"}
    width, height = size
    return [
        (f"{name} ({round(width * scale)} x {round(height * scale)})" if width else name, scale)
        for scale, name in ((one, names[one]) for one in SCALES)
    ]
