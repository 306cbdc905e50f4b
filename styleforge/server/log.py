"""All that a run says, in a file: for whoever asked for the edit from another machine.

A number of 8 bytes before each event says how long it is. What a killed server left half written
is cut off when its run goes on.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from styleforge.errors import UserError
    from styleforge.run.events import Event

FILE = "events.packed"
HEAD = 8  # bytes of the length
LONGEST = 4_000_000_000  # bytes of one event; no result has as many


class Log:
    """The file of an edit's events, to be added to.

    Args:
        folder: the edit's.

    Example:
        >>> import tempfile
        >>> from styleforge.run.events import Note
        >>> log = Log(Path(tempfile.mkdtemp()))
        >>> log.add(Note("Two eyes were found."))
        >>> len(list(frames(log.path)))
        1
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE
        if self.path.exists():
            whole = sum(HEAD + len(one) for one in frames(self.path))
            with self.path.open("r+b") as file:
                file.truncate(whole)

    def add(self, event: Event | UserError) -> None:
        """Write an event, so that a reader finds it whole or not at all."""
        from styleforge.run.packed import pack

        data = pack(event)
        with self.path.open("ab") as file:
            file.write(len(data).to_bytes(HEAD, "little") + data)


def frames(path: Path, start: int = 0) -> Iterator[bytes]:
    """The packed events of a file from a place on; a half written one at the end is left out."""
    with path.open("rb") as file:
        file.seek(start)
        while len(head := file.read(HEAD)) == HEAD:
            length = int.from_bytes(head, "little")
            if length > LONGEST or len(data := file.read(length)) < length:
                return
            yield data
