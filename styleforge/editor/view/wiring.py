"""Between widgets and the session: events become commands, failures become messages."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

from styleforge.editor.view.controls import Maker
from styleforge.editor.view.pump import Reads
from styleforge.errors import UserError

if TYPE_CHECKING:
    import ipywidgets as widgets

    from styleforge.editor.session import EditSession
    from styleforge.editor.snapshot import Snapshot
    from styleforge.editor.view.bridge import Bridge

log = logging.getLogger("styleforge.editor")


class Part(Protocol):
    """A part of the editor: a widget, and how it shows a snapshot."""

    @property
    def widget(self) -> widgets.Widget:
        """What is shown."""
        ...

    def draw(self, snapshot: Snapshot) -> None:
        """Show a snapshot; called on one thread at a time, with the newest."""
        ...


class Wiring:
    """What every part is given.

    ipywidgets drop exceptions of callbacks without a word, so every callback goes through here:
    what it raises becomes a sentence among the session's messages. What a widget says while it is
    drawn is no event of a person's, and is not passed on.

    Attributes:
        session: the session that is shown.
        reads: does what takes a moment, away from the kernel's thread.
        searches: does what may take many seconds, so that no picture waits for it.
        bridge: the editor's reach into the browser.
        make: makes the controls.
        redraw: draws the newest snapshot once more, on the thread that draws.
    """

    def __init__(self, session: EditSession, bridge: Bridge) -> None:
        self.session, self.bridge = session, bridge
        self.make = Maker()
        self.reads, self.searches = Reads(self.failed), Reads(self.failed)
        self.redraw: Callable[[], None] = _nothing
        self._drawer = threading.local()
        self._bound: list[_Bound] = []
        self._revealed: list[widgets.Widget] = []

    def close(self) -> None:
        """End what reads, and let go of what is drawn."""
        self.reads.close()
        self.searches.close()
        self.redraw = _nothing
        self._bound.clear()
        self._revealed.clear()

    def on_click(self, button: widgets.Button, call: Callable[[], object]) -> None:
        """Call when a button is pressed."""

        def clicked(_button: object) -> None:
            self.attempt(call)

        button.on_click(clicked)

    def on_change(
        self, widget: widgets.Widget, call: Callable[[Any], object], trait: str = "value"
    ) -> None:
        """Call with the new value when a person changes a trait."""

        def changed(change: Any) -> None:
            if not getattr(self._drawer, "busy", False):
                self.attempt(call, change["new"])

        widget.observe(changed, names=trait)

    def bind(
        self,
        widget: widgets.Widget,
        read: Callable[[Snapshot], Any],
        command: Callable[[Any], object],
        trait: str = "value",
    ) -> None:
        """A control that shows a value of the snapshot, and posts a command when it is changed."""
        self._bound.append(_Bound(widget, trait, read))
        self.on_change(widget, command, trait)

    def attempt(self, call: Callable[..., object], *args: Any) -> None:
        """Call, and make a message of what is raised."""
        try:
            call(*args)
        except Exception as error:
            self.failed(error)

    def failed(self, error: Exception) -> None:
        """Put what was raised among the messages, as a sentence."""
        if not isinstance(error, UserError):
            log.error("A control of the editor failed.", exc_info=error)
            error = UserError(f"That did not work ({type(error).__name__}: {error}).")
        self.session.error(str(error))

    @contextmanager
    def drawing(self) -> Iterator[None]:
        """While it lasts, changes on this thread are the view's own."""
        self._drawer.busy = True
        try:
            yield
        finally:
            self._drawer.busy = False

    def draw_bound(self, snapshot: Snapshot, *, afresh: bool) -> None:
        """Show the snapshot's values in the controls that are bound.

        Args:
            snapshot: the newest.
            afresh: also where the session's value is what it was: a command was refused, and the
                control still says what was asked for.
        """
        for bound in self._bound:
            bound.draw(snapshot, afresh=afresh)
        while self._revealed:
            show(self._revealed.pop(), True)

    def reveal(self, widget: widgets.Widget, shown: bool) -> None:
        """As `show`, of a control that is bound, while it is drawn: seen once it has its value.

        Who types at once into what appears would otherwise have the value written over it.
        """
        if shown:
            self._revealed.append(widget)
        else:
            show(widget, False)


def _nothing() -> None:
    """Until the editor is there."""


class _Bound:
    """One trait that follows one value of the snapshot.

    A control that a person has just moved is not moved back by a snapshot from before the command:
    it is set only when the session's value has changed.
    """

    def __init__(self, widget: widgets.Widget, trait: str, read: Callable[[Snapshot], Any]) -> None:
        self._widget, self._trait, self._read = widget, trait, read
        self._shown: list[Any] = []

    def draw(self, snapshot: Snapshot, *, afresh: bool) -> None:
        """Set the trait, if the session's value is another than before."""
        value = self._read(snapshot)
        if afresh or self._shown != [value]:
            self._shown = [value]
            put(self._widget, **{self._trait: value})


def put(widget: widgets.Widget, **values: Any) -> None:
    """Set those traits that change, in one message."""
    changed = {name: value for name, value in values.items() if getattr(widget, name) != value}
    if len(changed) == 1:
        for name, value in changed.items():
            setattr(widget, name, value)
    elif changed:
        with widget.hold_sync():
            for name, value in changed.items():
                setattr(widget, name, value)


HIDDEN = "sf-hidden"


def show(widget: widgets.Widget, shown: bool) -> None:
    """Show or hide a widget; it keeps its place."""
    if shown != is_shown(widget):
        (widget.remove_class if shown else widget.add_class)(HIDDEN)


def is_shown(widget: widgets.Widget) -> bool:
    """Whether `show` has not hidden a widget."""
    return HIDDEN not in widget._dom_classes  # noqa: SLF001  ipywidgets has no other way to read them


class Keyed:
    """Children of a box by key: made once, kept while their key is there, in the keys' order.

    Args:
        wiring: whose controls the children are made of.
        box: whose children they are.
        make: makes the child of a key.
    """

    def __init__(self, wiring: Wiring, box: widgets.Box, make: Callable[[str], Any]) -> None:
        self._wiring, self._box, self._make = wiring, box, make
        self.made: dict[str, Any] = {}
        self._order: tuple[str, ...] = ()

    def draw(self, keys: tuple[str, ...]) -> None:
        """Have one child for each key; the box is touched only if the keys changed."""
        if keys == self._order:
            return
        for key in keys:
            if key not in self.made:
                self.made[key] = self._make(key)
        self._box.children = tuple(self.made[key].widget for key in keys)
        for key in set(self._order) - set(keys):
            close(self.made.pop(key).widget, self._wiring.make)
        self._order = keys


def close(widget: widgets.Widget, make: Maker) -> None:
    """Close a widget and all that is in it, so that the browser forgets them.

    Args:
        widget: that is no longer needed.
        make: whose layout and styles others share, so that they stay.
    """
    for child in getattr(widget, "children", ()):
        close(child, make)
    for name in ("layout", "style"):
        model = getattr(widget, name, None)
        if model is not None and not make.owns(model):
            model.close()
    widget.close()
