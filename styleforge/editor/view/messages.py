"""Messages: the newest in one line, all that are kept when asked for; each is read aloud once."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from styleforge.editor.view.wiring import Keyed, Wiring, put, show

if TYPE_CHECKING:
    from styleforge.editor.snapshot import Message, Snapshot

SHOWN = 8  # the newest


class Messages:
    """The newest message, and a button for those before it; errors and notes differ by a word."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring, make = wiring, wiring.make
        rows = make.column(kind="message-rows")
        self._rows = Keyed(wiring, rows, lambda key: _MessageRow(wiring, int(key)))
        self.more = make.button("More", "Show the messages whole")
        self.more.add_class("sf-more")
        wiring.on_click(self.more, self._unfold)
        self.widget = make.row(rows, self.more, kind="messages")
        self._heard = 0
        self._open = False

    def draw(self, snapshot: Snapshot) -> None:
        """Show the newest first, and have screen readers told of it."""
        newest = tuple(reversed(snapshot.messages[-SHOWN:]))
        self._rows.draw(tuple(str(one.id) for one in newest))
        for one in newest:
            self._rows.made[str(one.id)].draw(one)
        self._fold(self._open and bool(newest))
        show(self.widget, bool(newest))
        more = f"+{len(newest) - 1}" if len(newest) > 1 else "More"
        hint = "Show only the newest message" if self._open else "Show the messages whole"
        put(self.more, description="Fold" if self._open else more, tooltip=hint)
        if newest and newest[0].id > self._heard:
            self._heard = newest[0].id
            put(self._wiring.bridge, said=newest[0].text)

    def _unfold(self) -> None:
        self._fold(not self._open)
        self._wiring.redraw()

    def _fold(self, unfolded: bool) -> None:
        if unfolded != self._open:
            self._open = unfolded
            (self.widget.add_class if unfolded else self.widget.remove_class)("sf-unfolded")


class _MessageRow:
    """One message and a button to dismiss it."""

    def __init__(self, wiring: Wiring, key: int) -> None:
        make = wiring.make
        self.text = make.words("", "message-text")
        self.dismiss = make.sign("Dismiss this message", "times")
        wiring.on_click(self.dismiss, lambda: wiring.session.dismiss(key))
        self.widget = make.row(self.text, self.dismiss, kind="message")

    def draw(self, message: Message) -> None:
        """Show it."""
        error = message.level == "error"
        if error:
            self.widget.add_class("sf-error")
        head = "⚠ Error:" if error else "ℹ Note:"
        put(self.text, value=f"<b>{head}</b> {escape(message.text)}")
