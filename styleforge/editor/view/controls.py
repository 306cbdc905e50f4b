"""Makers of controls. Each is given what it is called; a control without a name has none."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Any

import ipywidgets as widgets


class Maker:
    """Makes the controls of one editor, all with the same layout and one style for each kind.

    ipywidgets would give every control a layout and a style of its own: three models where one
    will do, each of which the page has to be told of.
    """

    def __init__(self) -> None:
        self.layout = widgets.Layout()
        self._styles: dict[type, widgets.Widget] = {}

    def control(self, kind: type, *, seen: bool = True, **given: Any) -> Any:
        """A control whose description is above it, or only for screen readers."""
        made = self.plain(kind, **given)
        made.add_class("sf-control" if seen else "sf-unlabelled")
        return made

    def plain(self, kind: type, **given: Any) -> Any:
        """A control as ipywidgets draws it."""
        looks = getattr(getattr(kind, "style", None), "klass", None)
        if looks is not None:
            if looks not in self._styles:
                self._styles[looks] = looks()
            given["style"] = self._styles[looks]
        return kind(layout=self.layout, **given)

    def button(self, name: str, hint: str, *, icon: str = "", kind: str = "") -> widgets.Button:
        """A button with its words; ``kind`` is ``primary`` for what is done most."""
        made: widgets.Button = self.plain(widgets.Button, description=name, tooltip=hint, icon=icon)
        made.add_class("sf-push")
        if kind:
            made.add_class(f"sf-{kind}")
        return made

    def sign(self, name: str, icon: str) -> widgets.Button:
        """A button of one sign; its name is its tooltip, and read by screen readers."""
        made: widgets.Button = self.plain(widgets.Button, tooltip=name, icon=icon)
        made.add_class("sf-sign")
        return made

    def switch(self, name: str, hint: str, *, icon: str = "") -> widgets.ToggleButton:
        """A button that stays pressed."""
        made: widgets.ToggleButton = self.plain(
            widgets.ToggleButton, description=name, tooltip=hint, icon=icon
        )
        made.add_class("sf-push")
        return made

    def checkbox(self, name: str, hint: str, *, value: bool = False) -> widgets.Checkbox:
        """A box to tick."""
        made: widgets.Checkbox = self.plain(
            widgets.Checkbox, description=name, tooltip=hint, value=value, indent=False
        )
        return made

    def words(self, text: str, kind: str = "") -> widgets.HTML:
        """A line of text; what it says is escaped."""
        made: widgets.HTML = self.plain(widgets.HTML, value=escape(text))
        made.add_class(f"sf-{kind}" if kind else "sf-words")
        return made

    def heading(self, text: str) -> widgets.HTML:
        """The title of a section."""
        made: widgets.HTML = self.plain(widgets.HTML, value=f"<h3>{escape(text)}</h3>")
        made.add_class("sf-heading")
        return made

    def row(self, *children: widgets.Widget, kind: str = "row") -> widgets.Box:
        """Children side by side; the style sheet says how (``sf-row`` and others)."""
        return self._box(children, kind)

    def column(self, *children: widgets.Widget, kind: str = "column") -> widgets.Box:
        """Children below each other."""
        return self._box(children, kind)

    def _box(self, children: Iterable[widgets.Widget], kind: str) -> widgets.Box:
        made = widgets.Box(tuple(children), layout=self.layout)
        made.add_class(f"sf-{kind}")
        return made

    def owns(self, model: widgets.Widget) -> bool:
        """Whether a layout or style is one that all controls share."""
        return model is self.layout or model in self._styles.values()

    def close(self) -> None:
        """Close what the controls share, when all of them are closed."""
        for model in (self.layout, *self._styles.values()):
            model.close()
