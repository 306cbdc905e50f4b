"""Sessions to go on with: a picture, what each is about, when it was left."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import anywidget
import traitlets as t
from ipywidgets import Layout

from styleforge.editor.widgets.assets import browser_half


class KeptSessions(anywidget.AnyWidget):
    """A list of sessions, each with a button to go on with it.

    Attributes:
        items: each a dict with ``key``, ``title``, ``when``, and ``picture``, bytes of a JPEG.
        anew: whether a new session can be begun from here.
    """

    _esm: ClassVar[str]
    _css: ClassVar[str]
    _esm, _css = browser_half("kept")

    items = t.List(t.Dict()).tag(sync=True)
    anew = t.Bool(default_value=False).tag(sync=True)

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self._go_on: Callable[[str], object] | None = None
        self._begin: Callable[[], object] | None = None
        self.on_msg(self._take)

    @t.default("layout")
    def _layout(self) -> Layout:
        return Layout(width="100%")

    def on_choice(self, go_on: Callable[[str], object], begin: Callable[[], object]) -> None:
        """Call ``go_on(key)`` when a session is chosen, ``begin()`` when a new one is wanted."""
        self._go_on, self._begin = go_on, begin

    def _take(self, _widget: Any, content: dict[str, Any], _buffers: list[Any]) -> None:
        key = str(content.get("key", ""))
        if content.get("kind") == "go on" and any(one["key"] == key for one in self.items):
            if self._go_on is not None:
                self._go_on(key)
        elif content.get("kind") == "begin" and self.anew and self._begin is not None:
            self._begin()

    def __repr__(self) -> str:
        """Short, and the same in every run."""
        return f"KeptSessions({len(self.items)})"
