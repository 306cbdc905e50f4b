"""Messages: sentences that stay until they are dismissed, and are read aloud once."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from styleforge.editor.view.controls import column, row, sign, words
from styleforge.editor.view.wiring import Keyed, Wiring, put

if TYPE_CHECKING:
    from styleforge.editor.state import Message, Snapshot

SHOWN = 4  # the newest


class Messages:
    """The newest messages; errors and notes differ by a sign and a word."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self.widget = column(kind="messages")
        self._rows = Keyed(self.widget, lambda key: _MessageRow(wiring, int(key)))
        self._heard = 0

    def draw(self, snapshot: Snapshot) -> None:
        """Show them, and have screen readers told of the newest."""
        newest = snapshot.messages[-SHOWN:]
        self._rows.draw(tuple(str(one.id) for one in newest))
        for one in newest:
            self._rows.made[str(one.id)].draw(one)
        if newest and newest[-1].id > self._heard:
            self._heard = newest[-1].id
            put(self._wiring.bridge, said=newest[-1].text)


class _MessageRow:
    """One message and a button to dismiss it."""

    def __init__(self, wiring: Wiring, key: int) -> None:
        self.text = words("", "message-text")
        self.dismiss = sign("Dismiss this message", "times")
        wiring.on_click(self.dismiss, lambda: wiring.session.dismiss(key))
        self.widget = row(self.text, self.dismiss, kind="message")

    def draw(self, message: Message) -> None:
        """Show it."""
        error = message.level == "error"
        if error:
            self.widget.add_class("sf-error")
        head = "⚠ Error:" if error else "ℹ Note:"
        put(self.text, value=f"<b>{head}</b> {escape(message.text)}")
