"""What outlives the server: its edits, a row each, in SQLite. Pictures are files beside it."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from styleforge.client.answers import Place, State
from styleforge.errors import UserError

FILE = "edits.sqlite"
VERSION = 2
_TABLE = """
CREATE TABLE IF NOT EXISTS edits (
    id TEXT PRIMARY KEY, owner TEXT NOT NULL, state TEXT NOT NULL, domain TEXT NOT NULL,
    method TEXT NOT NULL, recipe TEXT NOT NULL, steps INTEGER NOT NULL, done INTEGER NOT NULL,
    seconds REAL NOT NULL, notes TEXT NOT NULL, error TEXT NOT NULL, result INTEGER NOT NULL,
    pictures TEXT NOT NULL, link TEXT UNIQUE, whole INTEGER NOT NULL, previews INTEGER NOT NULL,
    attempts INTEGER NOT NULL, created REAL NOT NULL, ended REAL, expires REAL,
    choose TEXT NOT NULL DEFAULT '', places TEXT NOT NULL DEFAULT '[]'
);
CREATE INDEX IF NOT EXISTS by_owner ON edits (owner, created);
CREATE INDEX IF NOT EXISTS by_state ON edits (state);
"""


@dataclass(frozen=True, kw_only=True)
class Row:
    """An edit as it is kept.

    ``whole``: all that a run makes is kept for the executor ``http://``, not the picture alone.
    ``attempts``: how often it was begun. ``choose``: the role of a picture of which one subject
    has to be chosen, and ``places`` where they are.
    """

    id: str
    owner: str
    state: State
    domain: str
    method: str
    recipe: str
    created: float
    steps: int = 0
    done: int = 0
    seconds: float = 0.0
    notes: tuple[str, ...] = ()
    error: str = ""
    result: bool = False
    pictures: tuple[str, ...] = ()
    link: str | None = None
    whole: bool = False
    previews: int = 0
    attempts: int = 0
    ended: float | None = None
    expires: float | None = None
    choose: str = ""
    places: tuple[Place, ...] = ()

    def begun_anew(self) -> Row:
        """The same edit before anything was done of it."""
        asked = ("id", "owner", "domain", "method", "recipe", "created", "steps", "notes",
                 "pictures", "whole", "previews")  # fmt: skip
        return Row(state="queued", **{name: getattr(self, name) for name in asked})


_NAMES = tuple(one.name for one in fields(Row))
_COLUMNS = ", ".join(_NAMES)
_MARKS = ", ".join("?" * len(_NAMES))
_INSERT = f"INSERT INTO edits ({_COLUMNS}) VALUES ({_MARKS})"  # noqa: S608 - names are of our own
_LISTS = ("notes", "pictures", "places")
_FLAGS = ("result", "whole")


class Store:
    """The edits of a folder. One server has it at a time; any thread may ask.

    Raises:
        UserError: if another server has the folder, or it cannot be written.
    """

    def __init__(self, folder: Path) -> None:
        self._lock = threading.Lock()
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._rows = sqlite3.connect(folder / FILE, timeout=2, check_same_thread=False)
            self._rows.row_factory = sqlite3.Row
            with self._rows:
                # One process alone has the file, so a second server is refused.
                self._rows.execute("PRAGMA locking_mode = EXCLUSIVE")
                self._rows.execute("PRAGMA journal_mode = WAL")
                self._rows.execute("PRAGMA synchronous = FULL")
                self._rows.executescript(_TABLE)
                _renewed(self._rows)
                self._rows.execute(f"PRAGMA user_version = {VERSION}")
        except OSError as error:
            msg = f"{folder} cannot be written: {error.strerror or error}. Give another --data."
            raise UserError(msg) from error
        except sqlite3.Error as error:
            msg = (
                f"The edits in {folder} cannot be opened ({error}). Another server may have them: "
                "stop it, or give another --data."
            )
            raise UserError(msg) from error

    def add(self, row: Row) -> None:
        """Keep a new edit."""
        self._do(_INSERT, _values(row))

    def change(self, edit: str, **changes: Any) -> None:
        """Keep what is another now."""
        names = ", ".join(f"{name} = ?" for name in changes)
        values = [_value(name, value) for name, value in changes.items()]
        statement = f"UPDATE edits SET {names} WHERE id = ?"  # noqa: S608 - names are of our own
        self._do(statement, (*values, edit))

    def stopping(self, edit: str) -> None:
        """Keep that an edit was asked to end, unless it has by now."""
        self._do("UPDATE edits SET state = 'stopping' WHERE id = ? AND state = 'running'", (edit,))

    def remove(self, edit: str) -> None:
        """Forget an edit."""
        self._do("DELETE FROM edits WHERE id = ?", (edit,))

    def get(self, edit: str) -> Row | None:
        """An edit by its id."""
        return next(iter(self._ask("WHERE id = ?", (edit,))), None)

    def shared(self, link: str) -> Row | None:
        """The edit of a link."""
        return next(iter(self._ask("WHERE link = ?", (link,))), None)

    def of(self, owner: str, most: int) -> list[Row]:
        """The edits of an owner, the newest first."""
        return self._ask("WHERE owner = ? ORDER BY created DESC LIMIT ?", (owner, most))

    def unfinished(self) -> list[Row]:
        """The edits that have not ended, the oldest first."""
        where = "WHERE state IN ('queued', 'running', 'stopping') ORDER BY created, rowid"
        return self._ask(where, ())

    def expired(self, now: float) -> list[Row]:
        """The edits whose time is over."""
        return self._ask("WHERE expires < ?", (now,))

    def ids(self) -> frozenset[str]:
        """All edits by id."""
        with self._lock:
            return frozenset(one["id"] for one in self._rows.execute("SELECT id FROM edits"))

    def close(self) -> None:
        """Let another server have the folder."""
        with self._lock:
            self._rows.close()

    def _do(self, statement: str, values: Iterable[Any]) -> None:
        with self._lock, self._rows:
            self._rows.execute(statement, tuple(values))

    def _ask(self, where: str, values: Iterable[Any]) -> list[Row]:
        with self._lock:
            found = self._rows.execute(
                f"SELECT {_COLUMNS} FROM edits {where}",  # noqa: S608 - as above
                tuple(values),
            ).fetchall()
        return [_row(one) for one in found]


def _renewed(rows: sqlite3.Connection) -> None:
    """Add what a table of the first version lacks."""
    have = {one["name"] for one in rows.execute("PRAGMA table_info(edits)")}
    for name, empty in (("choose", ""), ("places", "[]")):
        if name not in have:
            rows.execute(f"ALTER TABLE edits ADD COLUMN {name} TEXT NOT NULL DEFAULT '{empty}'")


def _value(name: str, value: Any) -> Any:
    return json.dumps(value) if name in _LISTS else value


def _values(row: Row) -> list[Any]:
    return [_value(name, getattr(row, name)) for name in _NAMES]


def _row(found: sqlite3.Row) -> Row:
    said = dict(found)
    said |= {name: tuple(json.loads(said[name])) for name in _LISTS}
    said["places"] = tuple(tuple(one) for one in said["places"])
    said |= {name: bool(said[name]) for name in _FLAGS}
    return Row(**said)
