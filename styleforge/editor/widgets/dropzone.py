"""Files from the person's computer: dropped, pasted or picked, received in parts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import anywidget
import traitlets as t
from ipywidgets import Layout

from styleforge.editor.widgets.assets import browser_half
from styleforge.errors import UserError

ACCEPTED = ("image/png", "image/jpeg", "image/webp", "application/json")
MEGABYTE = 1_000_000


@dataclass(frozen=True)
class DroppedFile:
    """A file as it came: its name on the person's computer, its media type, its bytes.

    ``role`` says what it was dropped on, where that was not the zone itself.
    """

    name: str
    mime: str
    data: bytes
    role: str = ""

    def __repr__(self) -> str:
        """Short: no bytes."""
        return f"DroppedFile({self.name!r}, {self.mime!r}, {len(self.data)} bytes)"


Receiver = Callable[[DroppedFile], str | None]


class Dropzone(anywidget.AnyWidget):
    """Receives files; `on_file` says who is told of them.

    Attributes:
        label: what to do, in words.
        accept: media types that are taken.
        max_bytes: the largest file that is taken.
        multiple: whether several files may come at once.
        message: the sentence that was last shown and announced.
    """

    _esm: ClassVar[str]
    _css: ClassVar[str]
    _esm, _css = browser_half("dropzone")

    label = t.Unicode("Drop pictures here").tag(sync=True)
    accept = t.List(t.Unicode(), default_value=list(ACCEPTED)).tag(sync=True)
    max_bytes = t.Int(32 * MEGABYTE, min=1).tag(sync=True)
    multiple = t.Bool(default_value=True).tag(sync=True)
    message = t.Unicode()

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self._receivers: list[Receiver] = []
        self._arriving: dict[str, bytearray] = {}
        self.on_msg(self._take)

    @t.default("layout")
    def _layout(self) -> Layout:
        return Layout(width="100%", max_width="560px")

    def on_file(self, receiver: Receiver) -> None:
        """Call ``receiver(file)`` for every file that has come whole.

        The sentence it returns is shown and announced, or one of ours if it returns none. A
        `UserError` it raises is shown as it is; any other exception is shown too, never lost.
        """
        self._receivers.append(receiver)

    def say(self, sentence: str) -> None:
        """Show a sentence under the zone and announce it to screen readers."""
        self.message = sentence
        self.send({"kind": "said", "text": sentence})

    def _take(self, _widget: Any, content: dict[str, Any], buffers: list[Any]) -> None:
        if content.get("kind") != "part" or not buffers:
            return
        key, name, size = str(content["id"]), str(content["name"]), int(content["size"])
        if size > self.max_bytes:
            self.say(f"{name} was not taken: it is {size} bytes, at most {self.max_bytes} are.")
            return
        whole = self._arriving.setdefault(key, bytearray())
        if int(content["offset"]) != len(whole):
            del self._arriving[key]
            if whole:  # said once, not for each part that follows
                self.say(f"{name} did not arrive whole. Drop it once more.")
            return
        whole += bytes(buffers[0])
        if len(whole) >= size:
            del self._arriving[key]
            role = str(content.get("role", ""))
            self._hand_over(DroppedFile(name, str(content["mime"]), bytes(whole), role))

    def _hand_over(self, file: DroppedFile) -> None:
        kind = media_type(file.data)
        if kind not in self.accept:
            said = f"{file.name} was not taken: it holds no picture or recipe that is asked for."
            self.say(said)
            return
        file = DroppedFile(file.name, kind, file.data, file.role)
        said = f"Received {file.name} ({max(1, len(file.data) // 1000)} KB)."
        for receiver in tuple(self._receivers):
            try:
                said = receiver(file) or said
            except UserError as error:
                said = str(error)
            except Exception as error:
                said = f"{file.name} could not be used: {type(error).__name__}: {error}"
        self.say(said)

    def __repr__(self) -> str:
        """Short, and the same in every run."""
        return f"Dropzone({self.label!r})"


def media_type(data: bytes) -> str:
    """What a file is by its first bytes, whatever its name says; empty if it is none of ours."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return "application/json"
    return ""
