"""A grid of pictures: searched, filtered, used by a press, dragged to where they are used."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import anywidget
import traitlets as t

from styleforge.editor.widgets.assets import browser_half

Use = Callable[[str, str], object]


class Gallery(anywidget.AnyWidget):
    """Shows pictures, and says which one is to be used as what.

    It is one widget, however many pictures there are: they are sent when they come into sight.

    Attributes:
        items: of each picture its ``key``, its ``name``, what it is ``about``, what it is ``used``
            as (titles), and whether it is the person's own (``mine``) and can be removed.
        roles: what a picture can be used as, ``[title, role]``.
        target: the role that a press uses a picture as.
    """

    _esm: ClassVar[str]
    _css: ClassVar[str]
    _esm, _css = browser_half("gallery")

    items = t.List(t.Dict()).tag(sync=True)
    roles = t.List(t.List(t.Unicode())).tag(sync=True)
    target = t.Unicode().tag(sync=True)

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self._use: list[Use] = []
        self._remove: list[Callable[[str], object]] = []
        self._want: list[Callable[[tuple[str, ...]], object]] = []
        self.on_msg(self._take)

    def on_use(self, call: Use) -> None:
        """Call with a picture's key and a role when the picture is to be used."""
        self._use.append(call)

    def on_remove(self, call: Callable[[str], object]) -> None:
        """Call with a picture's key when it is to be removed."""
        self._remove.append(call)

    def on_want(self, call: Callable[[tuple[str, ...]], object]) -> None:
        """Call with the keys of pictures that came into sight."""
        self._want.append(call)

    def use(self, key: str, role: str = "") -> None:
        """Use a picture, as a press or a drag does; as `target` where no role is named."""
        for call in tuple(self._use):
            call(key, role or self.target)

    def show(self, pictures: Mapping[str, bytes]) -> None:
        """Give the browser pictures by their keys, as bytes of a PNG or JPEG."""
        self.send({"kind": "pictures", "keys": list(pictures)}, buffers=list(pictures.values()))

    def _take(self, _widget: Any, content: dict[str, Any], _buffers: list[Any]) -> None:
        kind, key = content.get("kind"), str(content.get("key", ""))
        if kind == "use":
            self.use(key, str(content.get("role", "")))
        elif kind == "remove":
            for call in tuple(self._remove):
                call(key)
        elif kind == "want":
            keys = tuple(str(one) for one in content.get("keys", ()))
            for wanted in tuple(self._want):
                wanted(keys)

    def __repr__(self) -> str:
        """Short, and the same in every run."""
        return f"Gallery({len(self.items)} pictures)"
