"""A colour, chosen by sliders that are heard while they move."""

from __future__ import annotations

from typing import ClassVar

import anywidget
import traitlets as t

from styleforge.editor.widgets.assets import browser_half


class Colour(anywidget.AnyWidget):
    """Hue, vividness and lightness as sliders, beside the browser's own chooser and the value.

    ipywidgets' ColorPicker tells its value when the chooser is closed; this one while a slider is
    moved, at most 20 times a second.

    Attributes:
        value: ``#rrggbb``.
        label: what screen readers call it.
        disabled: whether it cannot be changed.
    """

    _esm: ClassVar[str]
    _css: ClassVar[str]
    _esm, _css = browser_half("colour")

    value = t.Unicode("#7a4a2a").tag(sync=True)
    label = t.Unicode("Colour").tag(sync=True)
    disabled = t.Bool(default_value=False).tag(sync=True)

    def __repr__(self) -> str:
        """Short, and the same in every run."""
        return f"Colour({self.value!r})"
