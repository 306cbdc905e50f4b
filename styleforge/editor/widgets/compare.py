"""Two pictures, before and after: wipe, side by side, or their difference."""

from __future__ import annotations

from typing import ClassVar

import anywidget
import traitlets as t
from ipywidgets import Layout
from ipywidgets.widgets.trait_types import CByteMemoryView

from styleforge.editor.widgets.assets import browser_half

MODES = ("wipe", "side", "difference")


class Compare(anywidget.AnyWidget):
    """Shows ``before`` and ``after``, PNG, JPEG or WebP bytes; both can change at any time.

    Keys: 1, 2, 3 choose the mode; arrows, Home and End move the wipe. + and - zoom, 0 shows all of
    the picture, O a pixel for a pixel; arrows move a picture that is near. So do wheel and pinch.

    Attributes:
        before: the first picture's bytes, none where empty.
        after: the second picture's bytes.
        before_label: what the first picture is called under it and by screen readers.
        after_label: the same of the second.
        empty: what is said where there is no picture.
        mode: ``wipe``, ``side`` or ``difference``.
        position: where the wipe stands, in [0, 1] of the width; told once per drag.
        size: width and height of the whole picture, where a smaller copy was given; zooming in
            counts its pixels.
        sharp: set by the browser when it shows more pixels than the copy has; give the whole then.
        places: of several subjects of the first picture ``[x, y, half]``, in shares of its width
            and height; they are numbered in this order and can be pressed.
        chosen: the number of the one that was pressed last; 0 for none.
        gain: how many times the difference is amplified, 1 to 16.
    """

    _esm: ClassVar[str]
    _css: ClassVar[str]
    _esm, _css = browser_half("compare", "zoom")

    before = CByteMemoryView().tag(sync=True)
    after = CByteMemoryView().tag(sync=True)
    before_label = t.Unicode("Before").tag(sync=True)
    after_label = t.Unicode("After").tag(sync=True)
    empty = t.Unicode("No picture yet").tag(sync=True)
    mode = t.Enum(MODES, default_value="wipe").tag(sync=True)
    position = t.Float(0.5, min=0.0, max=1.0).tag(sync=True)
    size = t.List(t.Int()).tag(sync=True)
    sharp = t.Bool(default_value=False).tag(sync=True)
    places = t.List(t.List(t.Float())).tag(sync=True)
    chosen = t.Int(0).tag(sync=True)
    gain = t.Int(4, min=1, max=16).tag(sync=True)

    @t.default("layout")
    def _layout(self) -> Layout:
        return Layout(width="100%", max_width="560px")

    def __repr__(self) -> str:
        """Short, and the same in every run."""
        return f"Compare({self.before_label!r}, {self.after_label!r})"
