"""The queue: which edit is next, who runs it, and what is kept of it.

What is in the store is the truth; the feeds are what is going on. Every edit that was answered for
is in the store, and one that had not ended when the server did is queued again.
"""

from __future__ import annotations

import logging
import shutil
import sqlite3
import threading
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from styleforge.errors import as_said
from styleforge.run.many import width_of
from styleforge.server.feed import Feed
from styleforge.server.places import ID
from styleforge.server.work import AGAIN, CHECKPOINT, Outcome, Work

if TYPE_CHECKING:
    from styleforge.client.answers import State
    from styleforge.run.executor import Executor
    from styleforge.server.meters import Meters
    from styleforge.server.settings import Settings
    from styleforge.server.store import Row, Store

EDITS = "edits"  # the folder of their folders
ATTEMPTS = 3  # after which an edit with which the server ended is not begun again
PATIENCE = 20.0  # seconds that runs have to write their checkpoints when the server leaves
_LOG = logging.getLogger(__name__)


class Line:
    """Edits that wait and run.

    Args:
        store: where they are kept.
        executor: where they run, as many at once as it does.
        settings: of the server.
        meters: told what happens.
    """

    def __init__(
        self, store: Store, executor: Executor, settings: Settings, meters: Meters
    ) -> None:
        self._store, self._executor = store, executor
        self.width = width_of(executor)
        self._settings, self._meters = settings, meters
        self._change = threading.Condition()
        self._waiting: list[Feed] = []
        self._running: dict[str, Feed] = {}
        self._leaving = False
        self._threads: list[threading.Thread] = []

    def begin(self) -> None:
        """Queue what had not ended, and begin to work."""
        for row in self._store.unfinished():
            self._waiting.append(Feed(row.id, row.owner, row.created, row.notes))
            if row.state == "stopping":
                self._waiting[-1].stopping.set()
        self._sweep_strangers()
        for number in range(self.width):
            thread = threading.Thread(target=self._work, name=f"edits {number}", daemon=True)
            self._threads.append(thread)
            thread.start()
        self._count()

    def leave(self) -> None:
        """Stop the runs, whose checkpoints stay, and wait for them."""
        with self._change:
            self._leaving = True
            running = list(self._running.values())
            self._change.notify_all()
        for feed in running:
            feed.stop()
        end = time.monotonic() + PATIENCE
        for thread in self._threads:
            thread.join(max(0.0, end - time.monotonic()))

    @property
    def waiting(self) -> int:
        """How many edits wait."""
        return len(self._waiting)

    @property
    def running(self) -> int:
        """How many edits run."""
        return len(self._running)

    def folder(self, edit: str) -> Path:
        """The folder of an edit."""
        return self._settings.place / EDITS / edit

    def feed(self, edit: str) -> Feed | None:
        """The feed of an edit that has not ended."""
        with self._change:
            found = self._running.get(edit)
            return found or next((one for one in self._waiting if one.edit == edit), None)

    def ahead(self, edit: str) -> int:
        """How many edits were asked for before one that waits."""
        with self._change:
            places = [one.edit for one in self._waiting]
            return places.index(edit) if edit in places else 0

    def there(self) -> list[Feed]:
        """The edits that wait or run."""
        with self._change:
            return [*self._waiting, *self._running.values()]

    def add(self, row: Row) -> None:
        """Queue an edit; it is in the store when this returns."""
        self._store.add(row)
        with self._change:
            self._waiting.append(Feed(row.id, row.owner, row.created, row.notes))
            self._change.notify()
        self._meters.asked(row.domain)
        self._count()

    def cancel(self, row: Row) -> None:
        """End an edit: one that waits at once, one that runs after its step, keeping its best."""
        with self._change:
            feed = next((one for one in self._waiting if one.edit == row.id), None)
            if feed is not None:
                self._waiting.remove(feed)
        if feed is not None:
            self._end(row, feed, Outcome(status="stopped"))
            return
        feed = self.feed(row.id)
        if feed is not None:
            self._store.stopping(row.id)
            feed.tell(state="stopping")
            feed.stop()

    def forget(self, row: Row) -> None:
        """Remove an edit that has ended, with its pictures."""
        self._store.remove(row.id)
        shutil.rmtree(self.folder(row.id), ignore_errors=True)

    def _work(self) -> None:
        while (feed := self._next()) is not None:
            try:
                self._one(feed)
            except Exception:  # it is queued when the server is back; the others go on
                _LOG.exception("The edit %s was left", feed.edit)
                feed.tell(state="queued", over=True)
            finally:
                with self._change:
                    self._running.pop(feed.edit, None)
                self._count()

    def _next(self) -> Feed | None:
        """The next edit: of those with the fewest that run now, who asked first."""
        with self._change:
            while not self._leaving:
                if self._waiting:
                    busy = Counter(one.owner for one in self._running.values())
                    feed = min(self._waiting, key=lambda one: (busy[one.owner], one.created))
                    self._waiting.remove(feed)
                    self._running[feed.edit] = feed
                    return feed
                self._change.wait()
            return None

    def _one(self, feed: Feed) -> None:
        row = self._store.get(feed.edit)
        if row is None:
            return
        if row.attempts >= ATTEMPTS:
            said = f"The server ended {row.attempts} times while this edit ran; it is left."
            self._end(row, feed, Outcome(status="failed", error=said))
            return
        state: State = "stopping" if feed.stopping.is_set() else "running"
        self._write(feed, state=state, attempts=row.attempts + 1)
        feed.tell(state=state)
        self._count()
        try:
            folder = self.folder(row.id)
            work = Work(row, folder, self._executor, feed, saved=lambda: not self._leaving)
            outcome = work.until(self._settings.seconds)
        except Exception as error:  # a fault of ours or of a plugin: the others go on
            outcome = Outcome(status="failed", error=str(as_said(error)))
        if self._leaving and not (outcome.status == "done" and outcome.kept):
            self._write(feed, state="queued", attempts=row.attempts)
            feed.tell(state="queued", over=True)
            return
        self._end(row, feed, outcome)

    def _end(self, row: Row, feed: Feed, outcome: Outcome) -> None:
        """Write down how an edit ended, then tell its readers."""
        state: State = outcome.status  # type: ignore[assignment]
        if state == "stopped" and not outcome.picture:
            state = "cancelled"
        now = time.time()
        self._write(
            feed,
            state=state,
            error=outcome.error,
            result=outcome.picture,
            notes=feed.seen.notes,
            done=outcome.steps,
            seconds=outcome.seconds,
            ended=now,
            expires=now + 3600 * self._settings.keep_hours,
            choose=outcome.choose,
            places=outcome.places,
        )
        if state == "done" or not row.whole:  # else whoever asked goes on with it
            (self.folder(row.id) / CHECKPOINT).unlink(missing_ok=True)
        self._meters.ended(row.domain, state, outcome.seconds)
        feed.tell(state=state, over=True)
        self._count()

    def _write(self, feed: Feed, **changes: object) -> None:
        """Write down how an edit is, again and again while there is no room for it.

        Raises:
            sqlite3.Error: if there is none when the server leaves.
        """
        while True:
            try:
                self._store.change(feed.edit, **changes)
            except sqlite3.Error as error:
                feed.note(f"The edit cannot be written down ({error}); it is tried again.")
                with self._change:
                    if self._leaving:
                        raise
                    self._change.wait(AGAIN)
            else:
                return

    def _count(self) -> None:
        self._meters.queue(len(self._waiting), len(self._running))

    def sweep(self) -> int:
        """Remove edits whose time is over; how many there were."""
        gone = self._store.expired(time.time())
        for row in gone:
            self.forget(row)
        return len(gone)

    def _sweep_strangers(self) -> None:
        """Remove folders of requests that a killed server had not answered; others stay."""
        known, place = self._store.ids(), self._settings.place / EDITS
        for folder in place.iterdir() if place.is_dir() else ():
            if ID.fullmatch(folder.name) and folder.name not in known:
                shutil.rmtree(folder, ignore_errors=True)
