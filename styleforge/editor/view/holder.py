"""A box that shows one session after another, and lets go of all that it held."""

from __future__ import annotations

import threading
from abc import abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING

import ipywidgets as widgets

from styleforge.editor.folders import FILE, visited
from styleforge.editor.opening import open_session
from styleforge.editor.session import EditSession
from styleforge.editor.view.bridge import Bridge
from styleforge.editor.view.here import Here, here
from styleforge.editor.view.pump import Pump
from styleforge.editor.view.wiring import Part, Wiring, close

if TYPE_CHECKING:
    from collections.abc import Callable

    from styleforge.editor.snapshot import Snapshot
    from styleforge.forge import Forge

LONGEST = 30.0  # seconds that the end of a session is waited for
LOST = (
    "The kernel was restarted or has ended, so nothing here answers any more. Your work is kept: "
    "run this cell again to go on with it."
)
LOST_PAGE = (
    "This page has lost the process that does its work. What you made is kept: reload the page to "
    "go on with it."
)


class Holder(widgets.VBox):  # type: ignore[misc]  # ipywidgets has no types
    """What an editor shows and how it changes its session; what is in it is the subclass's."""

    _unsubscribe: Callable[[], None]
    _session: EditSession
    _left: dict[tuple[str, str], Path]  # folders of sessions that were left, by domain and pack
    _closing: dict[Path, threading.Thread]  # sessions that are being closed, by their folders
    _shown = False  # whether there is anything in it
    owns = False  # whether the session is this editor's, to be closed with its cell

    @abstractmethod
    def _build(self) -> tuple[widgets.Widget, ...]:
        """Make what is in it for the session; its parts go to `_parts`."""

    @abstractmethod
    def _draw(self, snapshot: Snapshot) -> None:
        """Show a snapshot."""

    @property
    def session(self) -> EditSession:
        """The session that is shown; another after *Go on*."""
        return self._session

    def _given(self, session: EditSession) -> None:
        """Show a session that somebody opened."""
        here(session.spec, self)
        self._show(session)

    def _opened(
        self, domain: str, forge: Forge | None, pack: str, folder: str | Path | None, executor: str
    ) -> None:
        """Show the session of the cell that is run again or of a visitor's link, or a new one."""
        self.owns = True
        place = here(domain, self)
        left = place.session
        if left is not None:
            same = (left.spec, left.executor) == (domain, executor)
            same = same and pack in {"", left.pack} and (forge is None or forge is left.forge)
            if same and folder in {None, left.folder, str(left.folder)}:
                self._show(left)
                return
            left.close()
        owner = place.owner if folder is None else Here().owner
        session = open_session(
            domain, forge=forge, pack=pack, folder=folder, executor=executor, owner=owner
        )
        if place.expired:
            session.note("The session of this link is no longer kept. This is a new one.")
        self._show(session)

    def _show(self, session: EditSession) -> None:
        """Show a session, in place of the one before."""
        self._session = session
        lost = LOST_PAGE if visited() else LOST
        self._bridge = Bridge(lost=lost, editor=self.model_id or "")
        self._wiring = Wiring(session, self._bridge)
        self._parts: list[Part] = []
        self._broken: set[int] = set()
        self._errors = 0
        self.children = self._build()
        self._pump = Pump(self._draw_newest, ticking=_runs, hurried=_previews)
        self._draw(session.snapshot())
        self._wiring.redraw = self._redraw
        self._unsubscribe = session.subscribe(self._pump.put)
        session.live()
        self._shown = True

    def leave(self) -> EditSession | None:
        """Close all widgets, and leave the session open; None where that was done before."""
        if not self._shown:
            return None
        self._shown = False
        self._unsubscribe()
        self._pump.close()
        self._wiring.close()
        children, self.children = self.children, ()
        for child in children:
            close(child, self._wiring.make)
        self._wiring.make.close()
        self._parts.clear()
        return self._session

    def _go_on(self, folder: Path) -> None:
        """Go on with a session on disk; this one is closed, and stays among the last."""
        before = self._session
        session = EditSession.restore(
            self._closed(folder), before.forge, executor=before.executor, owner=before.owner
        )
        self._instead(session)

    def _begin(self) -> None:
        """Begin a new session; this one is closed, and stays among the last."""
        before = self._session
        self._instead(
            EditSession(
                before.spec,
                forge=before.forge,
                pack=before.pack,
                executor=before.executor,
                owner=before.owner,
            )
        )

    def _to_domain(self, domain: str) -> None:
        """Show the controls of another domain of the session."""
        session = self.leave()
        if session is not None:
            session.to_domain(domain)
            self._show(session)

    def _with_pack(self, pack: str) -> None:
        """Go on with another pack: in the session that was left with it, else in a new one.

        A picture that somebody brought comes along; one of a pack's gallery does not.
        """
        before = self._session
        if pack == before.pack:
            return
        domain = before.spec
        self._left[domain, before.pack] = before.folder
        identity = before.snapshot().identity
        brought = identity is not None and identity.origin in {"file", "upload"}
        data = before.file_bytes(identity.id) if identity is not None and brought else b""
        folder = self._left.get((domain, pack))
        if folder is not None and (self._closed(folder) / FILE).is_file():
            session = EditSession.restore(
                folder, before.forge, executor=before.executor, owner=before.owner
            )
        else:
            session = EditSession(
                before.spec,
                forge=before.forge,
                pack=pack,
                executor=before.executor,
                owner=before.owner,
            )
        if data and identity is not None and session.snapshot().identity is None:
            session.set_identity(data, identity.name)
        self._instead(session)

    def _instead(self, session: EditSession) -> None:
        """Show a session; the one before is closed meanwhile, as a step of its run, or the look at
        a large picture that it is in, may take many seconds.
        """
        before = self.leave()
        self._show(session)
        if before is not None:
            closing = threading.Thread(target=before.close, name="edit close", daemon=True)
            self._closing[before.folder] = closing
            closing.start()

    def _closed(self, folder: Path) -> Path:
        """A folder, once no session of this editor's writes to it any more."""
        closing = self._closing.pop(folder, None)
        if closing is not None:
            closing.join(LONGEST)
        return folder

    def _draw_newest(self, _snapshot: Snapshot) -> None:
        """Whoever asks for a drawing may have read an older snapshot than the newest."""
        self._draw(self.session.snapshot())

    def _redraw(self) -> None:
        self._pump.put(self.session.snapshot())

    def close(self) -> None:
        """Close all widgets and the session, and end their threads."""
        session = self.leave()
        if session is not None:
            session.close()
        for folder in tuple(self._closing):
            self._closed(folder)
        self.layout.close()
        super().close()


def _previews(newest: Snapshot, drawn: Snapshot) -> bool:
    """Whether there is another preview to see than what is drawn."""
    return newest.previewing and newest.preview.picture is not drawn.preview.picture


def _runs(snapshot: Snapshot) -> bool:
    return snapshot.progress.active
