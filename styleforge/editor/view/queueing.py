"""The queue: what runs and what waits, each with what is asked for; order, cancel, go on."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from styleforge.editor.view.wiring import Keyed, Wiring, put, show

if TYPE_CHECKING:
    from styleforge.editor.queue import Queued
    from styleforge.editor.snapshot import Snapshot

STATES = {
    "running": "runs now",
    "stopping": "stops after this step",
    "waiting": "waits",
    "hold": "on hold",
}
EMPTY = "Nothing waits. While something runs, Run is called Queue, and adds what the controls say."


class QueuePart:
    """A row for each run in the queue, in the order in which they are done."""

    def __init__(self, wiring: Wiring) -> None:
        self._session, make = wiring.session, wiring.make
        self.go_on = make.button("Go on", "Run what is on hold", icon="play")
        wiring.on_click(self.go_on, self._session.continue_queue)
        self.clear = make.button("Clear", "Take all that waits off the queue", icon="trash")
        wiring.on_click(self.clear, self._session.clear_queue)
        self._about = make.words(EMPTY, "note")
        box = make.column(kind="queue")
        self._rows = Keyed(wiring, box, lambda key: _QueueRow(wiring, key))
        self.widget = make.column(self._about, make.row(self.go_on, self.clear), box)

    def draw(self, snapshot: Snapshot) -> None:
        """Show every entry; what runs is the first."""
        queue = snapshot.queue
        waiting = [one for one in queue if one.state in {"waiting", "hold"}]
        show(self.go_on, any(one.state == "hold" for one in queue))
        show(self.clear, bool(waiting))
        put(self._about, value=escape(_summary(waiting) if queue else EMPTY))
        self._rows.draw(tuple(one.id for one in queue))
        for one in queue:
            place = waiting.index(one) if one in waiting else -1
            self._rows.made[one.id].draw(one, place, len(waiting))


class _QueueRow:
    """One entry, with what can be done with it."""

    def __init__(self, wiring: Wiring, key: str) -> None:
        session, make = wiring.session, wiring.make
        self._place = 0
        self.text = make.words("", "queued-text")
        self.earlier = make.sign("Earlier", "arrow-up")
        wiring.on_click(self.earlier, lambda: session.move(key, self._place - 1))
        self.later = make.sign("Later", "arrow-down")
        wiring.on_click(self.later, lambda: session.move(key, self._place + 1))
        self.cancel = make.sign("Cancel", "times")
        wiring.on_click(self.cancel, lambda: session.cancel(key))
        self.widget = make.row(self.text, self.earlier, self.later, self.cancel, kind="entry")
        self.widget.add_class("sf-queued")

    def draw(self, entry: Queued, place: int, count: int) -> None:
        """Show it; ``place`` is from 0 among those that wait, below 0 for what runs."""
        self._place = place
        many = f", {entry.runs} runs" if entry.runs > 1 else ""
        about = f"<br>{escape(entry.about)}" if entry.about else ""
        put(
            self.text,
            value=f"<b>{escape(entry.label)}</b> {STATES[entry.state]}{many}{about}",
        )
        waits = place >= 0
        show(self.earlier, waits)
        show(self.later, waits)
        put(self.earlier, disabled=place == 0, tooltip=f"Earlier: {entry.label}")
        put(self.later, disabled=place == count - 1, tooltip=f"Later: {entry.label}")
        hint = f"Cancel {entry.label}" if waits else f"Stop {entry.label}, and go on with the next"
        put(self.cancel, disabled=entry.state == "stopping", tooltip=hint)


def _summary(waiting: list[Queued]) -> str:
    """How many wait, and how many are on hold."""
    held = sum(one.runs for one in waiting if one.state == "hold")
    rest = sum(one.runs for one in waiting) - held
    said = [f"{rest} waiting" if rest else "", f"{held} on hold" if held else ""]
    return ", ".join(filter(None, said)) + "." if waiting else "One run, and none waits behind it."
