"""What a run says, as readers of its edit are told."""

from __future__ import annotations

import io
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from styleforge.client.answers import Progress
from styleforge.run.events import Event, Note, Preparing, StageStarted, Step

if TYPE_CHECKING:
    from styleforge.server.feed import Feed
    from styleforge.server.said import Wording

_SIDE = 640  # pixels of a preview
_QUALITY = 85  # of its JPEG


def tell(feed: Feed, event: Event, started: float) -> None:
    """Show readers what happened."""
    progress, changes = feed.seen.progress, {}
    if isinstance(event, Note):
        feed.note(event.text)
        return
    if isinstance(event, Preparing):
        progress = replace(progress, doing=event.what)
    elif isinstance(event, StageStarted):
        progress = replace(progress, doing=f"Stage {event.index + 1} of {event.count}")
    elif isinstance(event, Step):
        doing = f"Step {event.done} of {event.total}"
        progress = Progress(doing=doing, done=event.done, steps=event.total, left=event.left)
        if event.preview is not None:
            changes = {"preview": _jpeg(event.preview), "previewed": feed.seen.previewed + 1}
    progress = replace(progress, seconds=time.monotonic() - started)
    feed.tell(progress=progress, **changes)


def _jpeg(image: Any) -> bytes:
    from styleforge.prepare.images import to_picture

    picture = to_picture(image)
    picture.thumbnail((_SIDE, _SIDE))
    file = io.BytesIO()
    picture.save(file, format="JPEG", quality=_QUALITY)
    return file.getvalue()


def said(event: Event, say: Wording) -> Event:
    """An event with its sentences as they go out."""
    if isinstance(event, Note):
        return Note(say(event.text))
    if isinstance(event, Preparing):
        return replace(event, what=say(event.what))
    return event
