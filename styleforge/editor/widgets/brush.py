"""A mask painted over a picture, in the browser: Python hears of it once per stroke."""

from __future__ import annotations

from typing import Any, ClassVar

import anywidget
import numpy as np
import traitlets as t
from ipywidgets import Layout
from ipywidgets.widgets.trait_types import CByteMemoryView

from styleforge.editor.widgets.assets import browser_half
from styleforge.editor.widgets.masks import decode_mask


class Brush(anywidget.AnyWidget):
    """Paints ``mask`` over ``image``.

    Keys: [ and ] change the size, E erases, Z and Shift+Z undo and redo strokes, arrows move the
    brush and Space paints; + and - zoom, 0 shows all of the picture, O a pixel for a pixel.

    Attributes:
        image: the picture's bytes (PNG, JPEG, WebP); the mask has its size.
        start: the mask that *Reset* goes back to, PNG bytes, such as the region provider's.
        mask: the mask as it is, PNG bytes, white inside; set from the browser after each stroke.
        size: the brush's diameter in pixels of the picture.
        erase: whether the brush takes away.
        opacity: of the overlay, in [0, 1]; its outline is always seen.
        label: what screen readers call it.
        painted_over: which picture the mask was painted over, as `show` numbers them. A stroke can
            come when another picture is shown already.
    """

    _esm: ClassVar[str]
    _css: ClassVar[str]
    _esm, _css = browser_half("brush", "ink", "hand", "zoom")

    image = CByteMemoryView().tag(sync=True)
    start = CByteMemoryView().tag(sync=True)
    mask = CByteMemoryView().tag(sync=True, echo_update=False)
    size = t.Int(24, min=1, max=200).tag(sync=True)
    erase = t.Bool(default_value=False).tag(sync=True)
    opacity = t.Float(0.6, min=0.0, max=1.0).tag(sync=True)
    label = t.Unicode("Mask brush").tag(sync=True)
    _pictures = t.Int(0).tag(sync=True)  # how often `show` was called: views begin anew
    painted_over = t.Int(0).tag(sync=True, echo_update=False)

    def __init__(self, **given: Any) -> None:
        given.setdefault("mask", given.get("start", b""))
        super().__init__(**given)

    @t.default("layout")
    def _layout(self) -> Layout:
        return Layout(width="100%", max_width="560px")

    def show(self, image: bytes, start: bytes = b"") -> int:
        """Take another picture and its mask to start from; strokes are forgotten.

        Returns:
            The picture's number, which `painted_over` is after its strokes.
        """
        with self.hold_sync():
            self.image = image
            self.start = start
            self.mask = start
            self._pictures += 1
            self.painted_over = self._pictures
        return int(self._pictures)

    @property
    def values(self) -> np.ndarray:
        """The mask as float32 ``(1, 1, H, W)`` in [0, 1].

        Raises:
            UserError: if there is none, or its bytes are no picture.
        """
        return decode_mask(self.mask)

    @property
    def coverage(self) -> float:
        """The share of the picture that is painted, in [0, 1]; 0 where there is no mask."""
        return float(self.values.mean()) if len(self.mask) else 0.0

    def __repr__(self) -> str:
        """Short, and the same in every run."""
        return f"Brush({self.label!r})"
