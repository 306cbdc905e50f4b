"""What a server says of edits and pictures: the same words at both ends."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal, Self

from styleforge.run.events import Note

State = Literal["queued", "running", "stopping", "done", "stopped", "failed", "cancelled"]
Place = tuple[float, float, float]
ENDED: frozenset[State] = frozenset({"done", "stopped", "failed", "cancelled"})


def _frozen(value: Any) -> Any:
    return tuple(map(_frozen, value)) if isinstance(value, list) else value


class _Read:
    """Made of JSON; what a newer server says beside it is left out."""

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Self:
        """Read an answer."""
        known = {one.name for one in fields(cls)}  # type: ignore[arg-type]
        given = {name: value for name, value in said.items() if name in known}
        return cls(**{name: _frozen(value) for name, value in given.items()})


@dataclass(frozen=True, kw_only=True)
class Progress(_Read):
    """How far an edit is: what it does in words, steps, seconds so far and to go.

    Example:
        >>> Progress(doing="Step 3 of 12", done=3, steps=12).done
        3
    """

    doing: str = ""
    done: int = 0
    steps: int = 0
    seconds: float = 0.0
    left: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Edit(_Read):
    """An edit on a server.

    ``queued``: it waits, ``ahead`` edits are before it. ``running``, ``stopping``: it is going on,
    or about to end. ``done``: it is finished. ``stopped``: it was ended early, and the best so far
    is its result. ``failed``: ``error`` says why; ``result`` whether there is a picture all the
    same. ``cancelled``: it was ended before there was anything to keep. ``link`` is the secret of
    its link, where it is shared. ``choose`` is the role of a picture that shows several subjects,
    where it failed because none was chosen: ask again with ``subjects={role: number}``. ``places``
    are theirs, in the order of their numbers: the middle in shares of the picture's width and
    height, and half the width in shares of its width. Times are seconds since 1970.

    Example:
        >>> Edit.of({"id": "a", "state": "queued", "notes": ["..."], "of_tomorrow": 1}).notes
        ('...',)
    """

    id: str
    state: State
    domain: str = ""
    method: str = ""
    ahead: int = 0
    doing: str = ""
    done: int = 0
    steps: int = 0
    seconds: float = 0.0
    left: float = 0.0
    notes: tuple[str, ...] = ()
    error: str = ""
    result: bool = False
    pictures: tuple[str, ...] = ()
    link: str = ""
    created: float = 0.0
    ended: float | None = None
    expires: float | None = None
    choose: str = ""
    places: tuple[Place, ...] = ()

    @property
    def over(self) -> bool:
        """Whether it has ended, in whatever way."""
        return self.state in ENDED


@dataclass(frozen=True, kw_only=True)
class Portrait(_Read):
    """A picture of the server's gallery; an edit names it ``gallery:NAME``.

    Example:
        >>> Portrait(name="mira", pack="portraits").source
        'gallery:mira'
    """

    name: str
    pack: str
    caption: str = ""

    @property
    def source(self) -> str:
        """How an edit names it."""
        return f"gallery:{self.name}"


@dataclass(frozen=True)
class Preview:
    """What an edit looks like so far, as the bytes of a JPEG.

    Example:
        >>> Preview(b"...").jpeg
        b'...'
    """

    jpeg: bytes


def told(name: str, data: Any) -> Edit | Note | Progress | Preview:
    """What a server-sent event says.

    Example:
        >>> told("progress", {"doing": "Step 3 of 12", "done": 3, "steps": 12}).done
        3
    """
    if name == "note":
        return Note(data["text"])
    if name == "progress":
        return Progress.of(data)
    if name == "preview":
        return Preview(base64.b64decode(data["picture"].partition(",")[2]))
    return Edit.of(data)
