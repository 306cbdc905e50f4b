"""Tabs over panels that stand beside them: which one is open is settled in the browser, at once."""

from __future__ import annotations

from typing import ClassVar

import anywidget
import traitlets as t

from styleforge.editor.widgets.assets import browser_half


class Tabs(anywidget.AnyWidget):
    """A list of tabs for the boxes of class ``sf-panel`` in the same parent, in their order.

    ipywidgets' own tabs hold their panels; these leave them where the style sheet puts them, so
    that the first panel can stand in a column of its own where there is room.

    Attributes:
        titles: of the panels.
        selected_index: which panel is open.
        label: what screen readers call the list.
        beside: whether there are panels; tabs without them only say which is chosen.
    """

    _esm: ClassVar[str]
    _css: ClassVar[str]
    _esm, _css = browser_half("tabs")

    titles = t.List(t.Unicode()).tag(sync=True)
    selected_index = t.Int(0, min=0).tag(sync=True)
    label = t.Unicode("Parts of the editor").tag(sync=True)
    beside = t.Bool(default_value=True).tag(sync=True)

    def __repr__(self) -> str:
        """Short, and the same in every run."""
        return f"Tabs({len(self.titles)})"
