"""A picture with a caption that can be pressed: a button laid over a picture."""

from __future__ import annotations

import ipywidgets as widgets

from styleforge.editor.view.controls import Maker
from styleforge.editor.view.display import image_html
from styleforge.editor.view.wiring import put


class Card:
    """A picture, what it is called under it, and whether it is the chosen one.

    The chosen one has a mark in its caption and a frame; the colour alone says nothing.
    """

    def __init__(self, make: Maker, *, kind: str = "card") -> None:
        self._picture = make.words("", "card-image")
        self.button = make.plain(widgets.Button)
        self.widget = make.row(self._picture, self.button, kind="card")
        self.widget.add_class(f"sf-{kind}")
        self._chosen = False

    def draw(self, picture: bytes, caption: str, hint: str, *, chosen: bool = False) -> None:
        """Show a picture; nothing is sent that is as it was."""
        put(self._picture, value=image_html(picture))  # the button says what it is
        put(self.button, description=f"▸ {caption}" if chosen else caption, tooltip=hint)
        if chosen != self._chosen:
            self._chosen = chosen
            (self.widget.add_class if chosen else self.widget.remove_class)("sf-chosen")
