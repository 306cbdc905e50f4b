"""A thread that makes previews: of several that are asked for the newest."""

from __future__ import annotations

import atexit
import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from styleforge.editor.files import display_bytes
from styleforge.editor.state import Edit, Preview
from styleforge.errors import UserError
from styleforge.run.events import Note

if TYPE_CHECKING:
    from styleforge.recipe.recipe import Recipe
    from styleforge.run.executor import Executor
    from styleforge.run.executor import Run as Submitted

LONGEST = 10.0  # seconds that the end of a pass is waited for
log = logging.getLogger("styleforge.editor")


@dataclass(frozen=True)
class Wish:
    """A preview that is wanted: of which edit, and since when, on the monotonic clock."""

    edit: Edit
    key: Edit
    since: float


class Previewer:
    """Makes one preview at a time; what is asked meanwhile takes the place of what waits.

    The thread starts with the first wish and is a daemon.

    Args:
        executor: where passes are made.
        recipe: the recipe of an edit, and what it leaves out; called on the thread.
        made: called with the wish and its preview, on the thread, unless a newer one is wanted.
        quick: a preview that is there in a blink, or None where that cannot be; called on the
            thread.
    """

    def __init__(
        self,
        executor: Executor,
        recipe: Callable[[Edit], tuple[Recipe, tuple[str, ...]]],
        made: Callable[[Wish, Preview], None],
        quick: Callable[[Edit], Preview | None],
    ) -> None:
        self._executor, self._recipe, self._made = executor, recipe, made
        self._quick = quick
        self._changed = threading.Condition()
        self._wish: Wish | None = None
        self._first: deque[Callable[[], None]] = deque()  # what is loaded before all else
        self._doing: Wish | None = None
        self._submitted: Submitted | None = None
        self._closed = False
        self._thread: threading.Thread | None = None

    def warm(self, load: Callable[[], None]) -> None:
        """Load what previews need, before anything else."""
        with self._changed:
            self._first.append(load)
            self._awake()

    def ask(self, wish: Wish) -> None:
        """Want a preview, instead of one that waits or is being made."""
        with self._changed:
            self._wish = wish
            self._give_up()
            self._awake()

    def drop(self) -> None:
        """Want none any more."""
        with self._changed:
            self._wish = None
            self._doing = None
            self._give_up()

    def close(self) -> None:
        """End the thread after the pass that it is in, and wait for that, though not forever: a
        thread in the midst of a pass aborts a process that ends.
        """
        with self._changed:
            self._closed = True
            self._wish = self._doing = None
            self._give_up()
            self._changed.notify_all()
        atexit.unregister(self.close)
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(LONGEST)

    @property
    def closed(self) -> bool:
        """Whether nobody wants anything any more."""
        return self._closed

    def _awake(self) -> None:
        if self._closed:
            return
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="edit preview", daemon=True)
            self._thread.start()
            atexit.register(self.close)
        self._changed.notify_all()

    def _give_up(self) -> None:
        if self._submitted is not None:
            self._submitted.stop()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._closed or self._wish or self._first)
                if self._closed:
                    return
                first = self._first.popleft() if self._first else None
                wish = None
                if first is None:
                    wish, self._wish = self._wish, None
                    self._doing = wish
            if first is not None:
                try:
                    first()
                except BaseException:  # a run says what is wrong
                    log.info("What previews need could not be loaded.", exc_info=True)
            elif wish is not None:
                self._tell(wish, self._preview(wish))

    def _tell(self, wish: Wish, preview: Preview | None) -> None:
        with self._changed:
            current = self._doing is wish and self._wish is None
            self._doing = None
        if current and preview is not None:
            self._made(wish, preview)

    def _preview(self, wish: Wish) -> Preview | None:
        """The preview of a wish; None where it was given up."""
        try:
            found = self._quick(wish.edit)
            if found is not None:
                return replace(found, seconds=time.monotonic() - wish.since)
            recipe, notes = self._recipe(wish.edit)
            doing = self._executor.submit(recipe)
            with self._changed:
                self._submitted = doing
            said = [event.text for event in doing if isinstance(event, Note)]
            with self._changed:
                if self._doing is not wish or self._wish is not None:
                    return None
            result = doing.result()
            picture = display_bytes(result.picture())
            made = Preview(picture=picture, notes=tuple(dict.fromkeys((*notes, *said))))
        except UserError as error:
            made = Preview(problem=str(error))
        except BaseException as error:  # whatever it was, SystemExit too, the session goes on
            log.exception("A preview failed.")
            made = Preview(problem=f"The preview failed ({type(error).__name__}: {error}).")
        finally:
            with self._changed:
                self._submitted = None
        return replace(made, seconds=time.monotonic() - wish.since)
