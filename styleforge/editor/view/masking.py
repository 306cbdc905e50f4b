"""Painting the region of a picture, over what the pack finds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ipywidgets as widgets
import numpy as np

from styleforge.editor.painting import to_copy, to_photo
from styleforge.editor.view.display import png_bytes
from styleforge.editor.view.wiring import Wiring, put, show
from styleforge.editor.widgets import Brush, decode_mask
from styleforge.errors import UserError
from styleforge.recipe.condition import MOST

if TYPE_CHECKING:
    from PIL import Image

    from styleforge.editor.snapshot import Snapshot


class Masking:
    """The brush, which lies where the result is looked at while its tab is open. Every stroke is a
    command of its own, so that none is lost.

    Pictures and masks are read only when its tab is looked at: it takes a moment.
    """

    def __init__(self, wiring: Wiring) -> None:
        self._wiring, self._session = wiring, wiring.session
        domain, make = self._session.domain, wiring.make
        roles = [("Identity", "identity")]
        roles += [
            (item.title, item.role) for item in self._session.attributes if "image" in item.accepts
        ]
        self.role = make.control(widgets.Dropdown, options=roles, description="Mask of")
        wiring.on_change(self.role, self._choose)
        self.brush = Brush(label=f"Mask of {domain.region}", layout=make.layout)
        wiring.on_change(self.brush, self._stroke, "mask")
        self.reset = make.button(
            "As found", "Go back to the region that the pack finds", icon="undo"
        )
        wiring.on_click(self.reset, self._reset)
        self.subject = make.control(
            widgets.BoundedIntText, min=0, max=MOST, description="Subject", continuous_update=False
        )
        wiring.bind(self.subject, self._number, self._set_subject)
        self._said = make.words("", "note")
        note = make.words(
            f"Paint where “{domain.region}” is, if it was not found well. What is painted holds "
            "from the next run on. Where the picture shows several, say under Subject which one is "
            "meant, from 1 at the left; 0 where it shows one.",
            "note",
        )
        tools = make.row(self.role, self.subject, self.reset, kind="fields")
        self.canvas = make.column(self.brush, kind="brush-box")
        self.widget = make.column(note, tools, self._said)
        show(self.canvas, False)
        self._looked_at = False
        self._picture, self._subject = "", 0
        self._painted: object = None
        self._at = ""
        self._over: dict[int, str] = {}  # pictures by their number in the brush
        self._strokes = 0

    def look(self, shown: bool) -> None:
        """Whether somebody looks at the brush."""
        self._looked_at = shown
        show(self.canvas, shown)
        if shown:
            self._wiring.redraw()

    def draw(self, snapshot: Snapshot) -> None:
        """Show the role's picture and its mask, as they are at this place of the history."""
        name, number = self._name(snapshot), self._number(snapshot)
        painted = name in snapshot.painted
        put(self.reset, disabled=not painted)
        put(self.subject, disabled=not name)
        if not name:
            put(self._said, value="There is no picture in this role yet.")
        elif painted:
            put(self._said, value="Painted: this mask is used.")
        else:
            put(self._said, value="As found by the pack.")
        if not self._looked_at:
            return
        at = next((one.id for one in snapshot.history if one.current), "")
        if (name, at, painted) == (self._picture, self._at, self._painted):
            return
        new = (name, number) != (self._picture, self._subject)
        self._picture, self._subject, self._at, self._painted = name, number, at, painted
        if not name:
            self._show("", b"", b"")
            return
        self._wiring.searches.ask("mask", lambda: self._read(name, new=new))

    def _name(self, snapshot: Snapshot) -> str:
        """The id of the role's picture; empty where there is none."""
        picture = snapshot.identity
        if self.role.value != "identity":
            state = snapshot.attribute(self.role.value)
            picture = snapshot.pictures.get(state.picture) if state.kind == "image" else None
        return picture.id if picture else ""

    def _number(self, snapshot: Snapshot) -> int:
        """The number that was chosen of the subjects of the role's picture; 0 for none."""
        return snapshot.subjects.get(self._name(snapshot), 0)

    def _set_subject(self, number: int) -> None:
        self._session.set_subject(self.role.value, number or None)

    def _read(self, picture: str, *, new: bool) -> None:
        strokes = self._strokes
        image, mask = self._session.painting(picture)  # after all that was posted
        if not new and self._shows(picture, mask):
            return
        if self._picture == picture and (new or self._strokes == strokes):
            self._show(picture, png_bytes(image), png_bytes(mask))

    def _show(self, picture: str, image: bytes, mask: bytes) -> None:
        with self._wiring.drawing():
            self._over[self.brush.show(image, mask)] = picture

    def _shows(self, picture: str, mask: Image.Image) -> bool:
        """Whether the brush shows this mask already, so that its strokes can stay undoable."""
        try:
            shown = decode_mask(self.brush.mask)[0, 0] > 0.5
            if self._session.pictures_keep_their_size:  # it is kept enlarged
                photo = self._session.image(picture).size
                there = to_copy(to_photo(bytes(self.brush.mask), photo), mask.size)
                shown = np.asarray(there) > 127
        except UserError:
            return False
        found = np.asarray(mask) > 127
        return shown.shape == found.shape and bool((shown == found).all())

    def _choose(self, _role: str) -> None:
        self._wiring.redraw()

    def _stroke(self, mask: memoryview) -> None:
        picture = self._over.get(self.brush.painted_over, "")
        if picture and len(mask):
            self._strokes += 1
            self._session.paint(picture, bytes(mask))

    def _reset(self) -> None:
        self._session.set_mask(self.role.value, None)
