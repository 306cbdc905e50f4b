"""`EditSession`: everything an editor does, without a widget.

Commands return at once: they are posted to the session's own thread and done there in order. Each
change ends in a new `Snapshot` for whoever subscribed. A command that cannot be done puts a
sentence into `Snapshot.messages`; it never raises where it was called.

    session = EditSession("lips")
    session.set_identity("gallery:12")
    session.set_text("colour", "dark red")
    session.run(wait=True).save("out.png")
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from styleforge.editor.commands import Commands
from styleforge.editor.owner import NOBODY, Owner

if TYPE_CHECKING:
    from styleforge.forge import Forge
    from styleforge.recipe.recipe import Recipe
    from styleforge.run.result import Result


class EditSession(Commands):
    """One person's work on one picture after another.

    Args:
        domain: what is styled; ``first+second`` edits both in one session: `to_domain` says which
            one commands are about, and a run does what is asked of both at once.
        forge: plugins and models; a new one when left out.
        pack: the pack of models; the first when left out.
        folder: where the session keeps what was made, and saves itself after every change; a new
            one in styleforge's own folder when left out. It is made when there is something to
            keep.
        executor: where runs happen (see `styleforge.run.executor`); ``STYLEFORGE_EXECUTOR``,
            or here, by default.
        owner: whose it is, if somebody's (see `styleforge.editor.owner`).

    Raises:
        UserError: if there is no such domain, pack or executor, or the domain has no presets.
    """

    # --- domains --------------------------------------------------------------------------
    def to_domain(self, name: str) -> None:
        """Have the commands that follow be about another domain of a session of several.

        What is asked of the others stays, and is part of the next run.

        Raises:
            UserError: if the session does not edit it.
        """
        self._ask(lambda: self._to_domain(name))

    # --- runs -----------------------------------------------------------------------------
    def run(
        self, *, replace: bool = False, wait: bool = False, timeout: float | None = None
    ) -> Result | None:
        """Run what the controls say now; the result becomes a candidate.

        One run at a time: while another is in progress this one waits behind it, in
        `Snapshot.queue`. With ``replace`` the other is stopped (its best so far becomes a candidate
        too) and whatever waited is dropped.

        Args:
            replace: see above.
            wait: return when it has ended, with its result. Not for callbacks.
            timeout: of waiting, in seconds.

        Raises:
            UserError: only with ``wait``, if the run failed or took longer.
        """
        if not wait:
            self._post(self._run, replace=replace)
            return None
        return self._run_and_wait(replace=replace, timeout=timeout)

    def stop(self) -> None:
        """End the run after the step it is in, keeping the best so far.

        What waits stays in the queue, on hold, until `continue_queue`.
        """
        self._post(self._stop_runs)

    def cancel(self, entry: str) -> None:
        """Take one entry of `Snapshot.queue` off it, by its id. What runs ends after the step that
        it is in, its best so far is kept, and the next one begins.
        """
        self._post(self._cancel, entry)

    def move(self, entry: str, place: int) -> None:
        """Do an entry of the queue at another place, from 0, among those that wait."""
        self._post(self._move_entry, entry, place)

    def continue_queue(self) -> None:
        """Go on with what is on hold: after `stop`, or since the session was restored."""
        self._post(self._continue_queue)

    def clear_queue(self) -> None:
        """Take all that waits off the queue; what runs goes on."""
        self._post(self._clear_queue)

    def resume(self, run: str = "") -> None:
        """Go on with a stopped run, by its candidate's id (that which is shown by default), or
        with one of `Snapshot.interrupted`.
        """
        self._post(self._resume, run)

    def sweep(self, axes: Mapping[str, Sequence[Any]]) -> None:
        """Run a grid over one or two things, across and down, with all else as it is.

            session.sweep({"seed": range(4)})
            session.sweep({"shape": ["bob", "gallery:noor"], "shape strength": [0.5, 1]})

        Cells appear in `Snapshot.sweep` as they are done; `open_cell` puts one on the strip,
        `export_sweep` writes them all.

        Args:
            axes: values by what they are of: ``seed``; an attribute, whose values are pictures,
                words, colours or conditions as `set_condition` and `set_identity` take them; an
                attribute and ``strength``. Numbers of an attribute are strengths, from 0 to 1.
        """
        self._post(self._start_sweep, {name: tuple(values) for name, values in axes.items()})

    def open_cell(self, candidate: str) -> None:
        """Put a sweep's result among the candidates, and show it."""
        self._post(self._open_cell, candidate)

    def live(self, on: bool = True) -> None:
        """Make a preview in one pass, `Snapshot.preview`, whenever something else is asked for.

        The newest change wins; runs go first. What previews need is loaded right away.
        """
        self._post(self._set_live, on=on)

    def look_at_preview(self) -> None:
        """Look at the preview instead of a candidate."""
        self._post(self._look_at_preview)

    # --- results --------------------------------------------------------------------------
    def show(self, candidate: str) -> None:
        """Look at a candidate."""
        self._post(self._show, candidate)

    def compare(self, left: str = "", right: str = "") -> None:
        """Compare two pictures by id; the identity and the candidate shown by default."""
        self._post(self._set_compare, left, right)

    def accept(self, candidate: str = "") -> None:
        """Edit the result from now on: chained edits.

        The candidate's photo, pasted back into the full picture, becomes the identity. What was
        asked for is switched off, as it is done, unless it is locked. Undo goes back to the picture
        before, with its candidates.

        Args:
            candidate: its id; the one that is shown by default.
        """
        self._post(self._accept, candidate)

    def discard(self, candidate: str = "") -> None:
        """Take a candidate off the strip; undo brings it back."""
        self._post(self._discard, candidate)

    # --- history --------------------------------------------------------------------------
    def undo(self) -> None:
        """Take the last change back."""
        self._post(self._undo)

    def redo(self) -> None:
        """Do again what was taken back."""
        self._post(self._redo)

    def go_to(self, node: str) -> None:
        """Go to any place of the history, on any branch."""
        self._post(self._go_to, node)

    def load_recipe(self, source: str | Path | bytes | Recipe, keep_identity: bool = False) -> None:
        """Set the controls as a recipe says; locked attributes and a locked seed stay.

        Args:
            source: a result's PNG or a recipe's JSON, as a path, as bytes or (JSON) as text; or a
                recipe.
            keep_identity: apply it to the present picture instead of the recipe's own.
        """
        self._post(self._load_recipe, source, keep_identity=keep_identity)

    # --- presets of one's own ---------------------------------------------------------------
    def save_preset(self, title: str) -> None:
        """Keep what the controls say as a preset: the one it begins with, steps, words, colours.

        `set_preset`, `styleforge.transfer` and the command line take it by its name: ``my-copper``
        for *My copper*. A preset of the same name is replaced; a published one is not.
        """
        self._post(self._save_preset, title)

    def delete_preset(self, name: str) -> None:
        """Remove a preset of one's own, by name or title."""
        self._post(self._delete_preset, name)

    def import_preset(self, source: str | Path | bytes) -> None:
        """Keep the preset of a file, or of its bytes, among one's own."""
        self._post(self._import_preset, source)

    # --- messages and ends ----------------------------------------------------------------
    def note(self, text: str) -> None:
        """Put a sentence among the messages."""
        self._post(self._say, "note", text)

    def error(self, text: str) -> None:
        """Put a sentence on what went wrong among the messages."""
        self._post(self._say, "error", text)

    def dismiss(self, message: int) -> None:
        """Take a message away, by its id."""
        self._post(self._dismiss, message)

    def close(self) -> None:
        """Stop what runs, save the session, and end its threads."""
        self._close()

    @classmethod
    def restore(
        cls,
        folder: str | Path,
        forge: Forge | None = None,
        *,
        executor: str = "",
        owner: Owner = NOBODY,
    ) -> EditSession:
        """The session that a folder keeps, as it was when it was saved last. With an ``owner`` it
        is theirs from then on.

        Raises:
            UserError: if there is none, or its domain or pack is not installed.
        """
        session: EditSession = cls._restored(Path(folder), forge, executor, owner)
        return session

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<EditSession of {self.spec!r}>"
