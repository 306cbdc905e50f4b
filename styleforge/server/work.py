"""One edit from its recipe to its result, told to its readers and kept on the way."""

from __future__ import annotations

import io
import threading
import time
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from styleforge.client.answers import Progress
from styleforge.errors import UserError
from styleforge.files import write_whole
from styleforge.recipe.recipe import Recipe
from styleforge.run.events import Event, Finished, Note, Preparing, StageStarted, Step
from styleforge.server.log import Log
from styleforge.server.outside import with_files, with_names

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    from styleforge.run.executor import Executor
    from styleforge.run.result import Result
    from styleforge.server.feed import Feed
    from styleforge.server.store import Row

RESULT = "result.png"
CHECKPOINT = "run.resume"
_ANEW = "What was done before the server ended could not be read, so it began anew."
_SIDE = 640  # pixels of a preview
_QUALITY = 85  # of its JPEG


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How an edit ended. ``picture``: there is a result."""

    status: str
    picture: bool = False
    error: str = ""
    steps: int = 0
    seconds: float = 0.0


@dataclass(frozen=True)
class Work:
    """An edit and where it is done.

    Args:
        row: the edit.
        folder: its own.
        executor: where it runs.
        feed: told what happens; it may ask to stop.
        saved: whether the result is to be kept; not where the server leaves, and the edit goes on
            from its checkpoint when it is back.
    """

    row: Row
    folder: Path
    executor: Executor
    feed: Feed
    saved: Callable[[], bool]

    def until(self, seconds: float) -> Outcome:
        """Run the edit; its picture and, where all was asked for, its events are in its folder.

        Args:
            seconds: after which it ends, keeping its best.
        """
        log = Log(self.folder) if self.row.whole else None
        started, late = time.monotonic(), threading.Event()

        def end() -> None:
            late.set()
            self.feed.stop()

        timer = threading.Timer(seconds, end)
        timer.daemon = True
        timer.start()
        try:
            result = self._run(log, started)
            if late.is_set() and result.status == "stopped":
                said = f"The edit ended after {seconds:g} seconds, the limit of this server."
                result = replace(result, notes=(*result.notes, said))
            if self.saved():
                self._save(result, log)
        except UserError as error:
            said = without_places(str(error), self.folder)
            if log is not None and self.saved():
                log.add(_error(error, said))
            return Outcome(status="failed", error=said, seconds=time.monotonic() - started)
        finally:
            timer.cancel()
        for text in result.notes:
            self.feed.note(text)
        return Outcome(
            status=result.status,
            picture=_pictured(result),
            error=result.notes[-1] if result.status == "failed" and result.notes else "",
            steps=result.steps,
            seconds=result.seconds or time.monotonic() - started,
        )

    def _run(self, log: Log | None, started: float) -> Result:
        """The result as it is given out; events are told on the way.

        Raises:
            UserError: if it fails, or nothing comes of it.
        """
        result: Result | None = None
        for event in self._events():
            if isinstance(event, Finished):
                result = event.result
                continue
            if log is not None:  # before readers are woken to read it
                log.add(_without_places(event, self.folder))
            _tell(self.feed, event, started, self.folder)
        if result is None:
            msg = "The run ended without a result. Ask for it again."
            raise UserError(msg)
        return _shown(result, self.folder)

    def _events(self) -> Iterator[Event]:
        """The events of a run, which goes on where it was if there is a checkpoint."""
        recipe = with_files(Recipe.from_json(self.row.recipe), self.folder, lambda _: None)
        checkpoint = self.folder / CHECKPOINT if recipe.stages else None
        resume = checkpoint is not None and checkpoint.exists()
        submit = partial(
            self.executor.submit, recipe, checkpoint=checkpoint, preview_every=self.row.previews
        )
        try:
            run = submit(resume=resume)
        except UserError:
            if not resume or checkpoint is None:
                raise
            checkpoint.unlink()
            self.feed.note(_ANEW)
            run = submit(resume=False)
        events = closing(cast("Generator[Event]", iter(run)))
        with self.feed.running(run), events as stream:
            yield from stream

    def _save(self, result: Result, log: Log | None) -> None:
        if _pictured(result):
            write_whole(self.folder / RESULT, result.encoded().data)
        if log is not None:
            log.add(Finished(result))


def _pictured(result: Result) -> bool:
    """Whether there is anything to see: not of a run that was stopped before its first step."""
    return bool(result.steps) or result.status == "done"


def _tell(feed: Feed, event: Event, started: float, folder: Path) -> None:
    """Show readers what happened."""
    progress, changes = feed.seen.progress, {}
    if isinstance(event, Note):
        feed.note(without_places(event.text, folder))
        return
    if isinstance(event, Preparing):
        progress = replace(progress, doing=without_places(event.what, folder))
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


def _shown(result: Result, folder: Path) -> Result:
    """The result as it is given: no path of the server in its recipe or its notes."""
    notes = tuple(without_places(text, folder) for text in result.notes)
    return replace(result, recipe=with_names(result.recipe, folder), notes=notes)


def _without_places(event: Event, folder: Path) -> Event:
    if isinstance(event, Note):
        return Note(without_places(event.text, folder))
    if isinstance(event, Preparing):
        return replace(event, what=without_places(event.what, folder))
    return event


def without_places(text: str, folder: Path) -> str:
    """A sentence without the folders of the server: pictures are called by their uploads' names.

    Example:
        >>> without_places("/data/a/uploads/me.png shows nobody.", Path("/data/a"))
        'me.png shows nobody.'
    """
    for place in (folder / "uploads", folder, folder.parent):
        text = text.replace(f"{place}/", "")
    return text


def _error(error: UserError, said: str) -> UserError:
    """An error with a sentence that may go out; what it carries stays."""
    with suppress(Exception):
        error.args = (said, *error.args[1:])
    return error
