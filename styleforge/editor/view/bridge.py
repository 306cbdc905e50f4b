"""The editor's reach into the browser: its style sheet, keys, downloads, the clipboard, and what
screen readers are told. It shows nothing itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, ClassVar

import anywidget
import traitlets as t

from styleforge.editor.widgets.assets import shared


@dataclass(frozen=True)
class _Key:
    """A keyboard shortcut. ``Mod`` is Ctrl, or Cmd on a Mac."""

    keys: str
    command: str
    help: str


KEYS = (
    _Key("Mod+Enter", "run", "Run what the controls say"),
    _Key("Mod+.", "stop", "Stop, and keep the best so far"),
    _Key("Mod+Z", "undo", "Undo"),
    _Key("Mod+Shift+Z", "redo", "Redo"),
    _Key("Mod+Y", "redo", "Redo"),
    _Key("A", "accept", "Accept the result that is shown"),
    _Key("X", "discard", "Discard the result that is shown"),
    _Key("N", "next", "Show the next result"),
    _Key("P", "previous", "Show the result before"),
    _Key("?", "help", "Show or hide these keys"),
)


def _read(name: str) -> str:
    return (files(__package__) / name).read_text("utf-8")


class Bridge(anywidget.AnyWidget):
    """Lives in the editor's root and speaks for all of it.

    Attributes:
        shortcuts: the keys, ``[keys, command]``; they hold inside the editor.
        said: the sentence that screen readers are told next.
        link: the token of a visitor's session, which the page's address is given; else empty.
        lost: what is said where the kernel is gone.
        editor: the id of the editor's own model, whose controls are heard before a click or key.
    """

    _esm: ClassVar[str] = "".join(
        (
            shared("late.js"),
            *map(_read, ("lost.js", "room.js", "drops.js", "heard.js", "bridge.js")),
        )
    )
    _css: ClassVar[str] = shared("colours.css") + _read("bridge.css") + _read("parts.css")

    shortcuts = t.List([[key.keys, key.command] for key in KEYS]).tag(sync=True)
    said = t.Unicode().tag(sync=True)
    link = t.Unicode().tag(sync=True)
    lost = t.Unicode().tag(sync=True)
    editor = t.Unicode().tag(sync=True)

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self._commands: dict[str, Callable[[], object]] = {}
        self._dropped: Callable[[str, str], object] | None = None
        self.on_msg(self._take)

    def on_key(self, command: str, call: Callable[[], object]) -> None:
        """Call when the keys of a command are pressed."""
        self._commands[command] = call

    def on_drop(self, call: Callable[[str, str], object]) -> None:
        """Call with a picture's key and a role when it is dropped where that role is shown."""
        self._dropped = call

    def download(self, name: str, mime: str, data: bytes) -> None:
        """Have the browser save a file under a name."""
        self.send({"kind": "download", "name": name, "mime": mime}, buffers=[data])

    def copy(self, text: str) -> None:
        """Put text on the clipboard, where the browser lets us."""
        self.send({"kind": "copy", "text": text})

    def copy_link(self) -> None:
        """Put the page's address on the clipboard: the visitor's own link to their session."""
        self.send({"kind": "link"})

    def _take(self, _widget: Any, content: dict[str, Any], _buffers: list[Any]) -> None:
        command = self._commands.get(str(content.get("command", "")))
        if content.get("kind") == "key" and command is not None:
            command()
        elif content.get("kind") == "drop" and self._dropped is not None:
            self._dropped(str(content.get("key", "")), str(content.get("role", "")))

    def __repr__(self) -> str:
        """Short, and the same in every run."""
        return "Bridge()"
