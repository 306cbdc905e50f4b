"""One edit from its recipe to its result, told to its readers and kept on the way."""

from __future__ import annotations

import threading
import time
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

from styleforge.client.answers import Place
from styleforge.errors import SeveralSubjects, UserError
from styleforge.files import write_whole
from styleforge.recipe.recipe import Recipe
from styleforge.run.events import Event, Finished
from styleforge.server.log import Log
from styleforge.server.outside import with_files, with_names
from styleforge.server.recipes import pictures_of
from styleforge.server.said import Wording, wording_of
from styleforge.server.telling import said, tell
from styleforge.server.uploads import FOLDER as UPLOADS

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    from styleforge.run.executor import Executor
    from styleforge.run.result import Result
    from styleforge.server.feed import Feed
    from styleforge.server.store import Row

RESULT = "result.png"
CHECKPOINT = "run.resume"
NUMBERED = "numbered.png"
AGAIN = 5.0  # seconds after which it is tried again to write what could not be written
_ANEW = "What was done before the server ended could not be read, so it began anew."
_UNKEPT = "The result is there and cannot be written yet; it is tried again until it can."


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How an edit ended.

    ``picture``: there is a result. ``kept``: what there is was written. ``choose``, ``places``: the
    role of a picture of which one subject has to be chosen, and where they are.
    """

    status: str
    picture: bool = False
    kept: bool = True
    choose: str = ""
    places: tuple[Place, ...] = ()
    error: str = ""
    steps: int = 0
    seconds: float = 0.0


@dataclass
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
            result = replace(result, notes=tuple(dict.fromkeys((*self.row.notes, *result.notes))))
            if late.is_set() and result.status == "stopped":
                said = f"The edit ended after {seconds:g} seconds, the limit of this server."
                result = replace(result, notes=(*result.notes, said))
            kept = self._save(result, log)
        except UserError as error:
            return self._failed(error, log, time.monotonic() - started)
        finally:
            timer.cancel()
        for text in result.notes:
            self.feed.note(text)
        return Outcome(
            status=result.status,
            picture=_pictured(result) and kept,
            kept=kept,
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
                log.add(said(event, self._say))
            tell(self.feed, said(event, self._say), started)
        if result is None:
            msg = "The run ended without a result. Ask for it again."
            raise UserError(msg)
        return self._shown(result)

    @cached_property
    def _say(self) -> Wording:
        recipe = Recipe.from_json(self.row.recipe)
        return wording_of(recipe, self.folder, whole=self.row.whole)

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

    def _save(self, result: Result, log: Log | None) -> bool:
        """Write the result, again and again while there is no room; whether it is there."""
        while result.status == "done" or self.saved():
            try:
                if _pictured(result):
                    write_whole(self.folder / RESULT, result.encoded().data)
                if log is not None:
                    log.add(Finished(result))
            except (OSError, UserError) as error:
                if not isinstance(error.__cause__ or error, OSError):  # it is not for want of room
                    raise
                self.feed.note(f"{_UNKEPT} ({self._say(str(error))})")
                if not self.saved():
                    return False
                time.sleep(AGAIN)
            else:
                return True
        return False

    def _failed(self, error: UserError, log: Log | None, seconds: float) -> Outcome:
        raw, said = str(error), self._say(str(error))
        if log is not None and self.saved():
            log.add(_error(error, said))
        outcome = Outcome(status="failed", error=said, seconds=seconds)
        if not isinstance(error, SeveralSubjects) or error.numbered is None:
            return outcome
        with suppress(OSError):  # the sentence says where they are, too
            error.numbered.save(self.folder / NUMBERED)
        return replace(outcome, choose=self._role_of(raw), places=error.places)

    def _role_of(self, text: str) -> str:
        """The role of the picture with whose name a sentence begins."""
        for role, source in pictures_of(Recipe.from_json(self.row.recipe)).items():
            name = source.partition(":")[2]
            names = (source, name, f"{name}.png", str(self.folder / UPLOADS / f"{name}.png"))
            if text.startswith(tuple(f"{one} shows " for one in names)):
                return role
        return ""

    def _shown(self, result: Result) -> Result:
        """The result as it is given: no path of the server in its recipe or its notes."""
        notes = tuple(self._say(text) for text in result.notes)
        return replace(result, recipe=with_names(result.recipe, self.folder), notes=notes)


def _pictured(result: Result) -> bool:
    """Whether there is anything to see: not of a run that was stopped before its first step."""
    return bool(result.steps) or result.status == "done"


def _error(error: UserError, said: str) -> UserError:
    """An error with a sentence that may go out; what it carries stays."""
    with suppress(Exception):
        error.args = (said, *error.args[1:])
    return error
