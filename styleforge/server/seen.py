"""An edit as it is told to whoever asked for it: from what is kept, and what is going on."""

from __future__ import annotations

import base64
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import anyio

from styleforge.client.answers import ENDED, Edit

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from styleforge.server.feed import Feed
    from styleforge.server.line import Line
    from styleforge.server.store import Row

_PAUSE = 0.1  # seconds between two messages to one reader
_PIECE = 1_000_000  # bytes of a file that are sent at a time


def edit_of(row: Row, line: Line) -> Edit:
    """An edit as it is now."""
    feed = None if row.state in ENDED else line.feed(row.id)
    seen = feed.seen if feed else None
    progress = seen.progress if seen else None
    return Edit(
        id=row.id,
        state=row.state,
        domain=row.domain,
        method=row.method,
        ahead=line.ahead(row.id) if row.state == "queued" else 0,
        doing=progress.doing if progress else "",
        done=progress.done if progress else row.done,
        steps=row.steps,
        seconds=progress.seconds if progress else row.seconds,
        left=progress.left if progress else 0.0,
        notes=seen.notes if seen else row.notes,
        error=row.error,
        result=row.result,
        pictures=row.pictures,
        link=row.link or "",
        created=row.created,
        ended=row.ended,
        expires=row.expires,
        choose=row.choose,
        places=row.places,
    )


async def events_of(feed: Feed, now: Callable[[], Edit]) -> AsyncIterator[dict[str, Any]]:
    """Server-sent events of an edit: ``state``, ``note``, ``progress``, ``preview``, ``state``.

    Args:
        feed: of the edit.
        now: the edit as it is now; asked in a thread.
    """
    state, notes, progress, previewed = "", 0, None, 0
    with feed.reader() as wakes:
        while True:
            wakes.clear()
            seen = feed.seen
            for text in seen.notes[notes:]:
                yield _message("note", {"text": text})
            notes = len(seen.notes)
            if seen.progress != progress and progress is not None:
                yield _message("progress", asdict(seen.progress))
            progress = seen.progress
            if seen.previewed != previewed and seen.preview is not None:
                data = base64.b64encode(seen.preview).decode()
                yield _message("preview", {"picture": f"data:image/jpeg;base64,{data}"})
            previewed = seen.previewed
            if seen.state != state or seen.over:
                yield _message("state", asdict(await anyio.to_thread.run_sync(now)))
            state = seen.state
            if seen.over:
                return
            await anyio.sleep(_PAUSE)
            await wakes.wait()


async def ended(edit: Edit) -> AsyncIterator[dict[str, Any]]:
    """Server-sent events of an edit that is over."""
    for text in edit.notes:
        yield _message("note", {"text": text})
    yield _message("state", asdict(edit))


def _message(event: str, data: Any) -> dict[str, Any]:
    return {"event": event, "data": json.dumps(data)}


async def bytes_of(path: Path, start: int, feed: Feed | None) -> AsyncIterator[bytes]:
    """A file's bytes from a place on; while an edit lasts, what is added to it too."""
    at = start

    def piece() -> bytes:
        if not path.exists():
            return b""
        with path.open("rb") as file:
            file.seek(at)
            return file.read(_PIECE)

    if feed is None:
        while data := await anyio.to_thread.run_sync(piece):
            at += len(data)
            yield data
        return
    with feed.reader() as wakes:
        over = False
        while not over:
            wakes.clear()
            over = feed.seen.over
            while data := await anyio.to_thread.run_sync(piece):
                at += len(data)
                yield data
            if not over:
                await wakes.wait()
