"""Small makers of controls. Each is given what it is called; a control without a name has none."""

from __future__ import annotations

from html import escape
from typing import Any

import ipywidgets as widgets


def button(name: str, hint: str, *, icon: str = "", kind: str = "") -> widgets.Button:
    """A button with its words; ``kind`` is ``primary`` for what is done most."""
    made = widgets.Button(description=name, tooltip=hint, icon=icon)
    made.add_class("sf-push")
    if kind:
        made.add_class(f"sf-{kind}")
    return made


def sign(name: str, icon: str) -> widgets.Button:
    """A button of one sign; its name is its tooltip, and read by screen readers."""
    made = widgets.Button(tooltip=name, icon=icon)
    made.add_class("sf-sign")
    return made


def labelled(control: widgets.Widget, *, seen: bool = True) -> widgets.Widget:
    """A control whose description is above it, or only for screen readers."""
    control.add_class("sf-control" if seen else "sf-unlabelled")
    return control


def switch(name: str, hint: str, *, icon: str = "") -> widgets.ToggleButton:
    """A button that stays pressed."""
    made = widgets.ToggleButton(description=name, tooltip=hint, icon=icon)
    made.add_class("sf-push")
    return made


def words(text: str, kind: str = "") -> widgets.HTML:
    """A line of text; what it says is escaped."""
    made = widgets.HTML(value=escape(text))
    made.add_class(f"sf-{kind}" if kind else "sf-words")
    return made


def heading(text: str) -> widgets.HTML:
    """The title of a section."""
    made = widgets.HTML(value=f"<h3>{escape(text)}</h3>")
    made.add_class("sf-heading")
    return made


def row(*children: widgets.Widget, kind: str = "row") -> widgets.Box:
    """Children side by side; the style sheet says how (``sf-row`` and others)."""
    return _box(children, kind)


def column(*children: widgets.Widget, kind: str = "column") -> widgets.Box:
    """Children below each other."""
    return _box(children, kind)


def _box(children: Any, kind: str) -> widgets.Box:
    made = widgets.Box(children)
    made.add_class(f"sf-{kind}")
    return made
