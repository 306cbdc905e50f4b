"""A session's own presets: saved, deleted, taken from a file and given as one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from styleforge.editor import presetting
from styleforge.editor.change import Change
from styleforge.editor.results import Results
from styleforge.errors import UserError

if TYPE_CHECKING:
    from styleforge.recipe.own_preset import OwnPreset


class Presets(Results):
    """What a session does with presets of the person's own, on its own thread."""

    def _save_preset(self, title: str) -> None:
        model, store = self._model, self._desk.own
        made, notes = presetting.made_of(model.edit, self._desk, title)
        before = store.find(self.domain.name, made.name)
        store.save(made, self.domain)
        self._chosen(made)
        for text in notes:
            model.say("note", text)
        if before is not None and before != made:
            model.say("note", f"The preset {made.title} is another now.")

    def _delete_preset(self, name: str) -> None:
        gone = self._desk.own.delete(self.domain.name, name)
        self._model.own = self._desk.own.of(self.domain.name)
        self._model.say("note", f"The preset {gone.title} is deleted; the controls stay.")

    def _import_preset(self, source: str | Path | bytes) -> None:
        made = self._desk.own.take(_bytes_of(source), self.domain)
        self._model.own = self._desk.own.of(self.domain.name)
        self._model.say("note", f"The preset {made.title} is one of yours now.")

    def _chosen(self, made: OwnPreset) -> None:
        """The controls say what a preset does, and are named by it."""
        self._model.own = self._desk.own.of(self.domain.name)
        edit = replace(self._model.edit, own=made.name)
        self._apply(Change(edit, f"Preset: {made.title}", touches="preset"))

    def _import_as_asked(self, source: object) -> bool:
        """Take what was given as a recipe as a preset, where it is one."""
        from styleforge.recipe.own_preset import is_own_preset

        if isinstance(source, bytes | bytearray | memoryview) and is_own_preset(bytes(source)):
            self._import_preset(bytes(source))
            return True
        return False


def _bytes_of(source: str | Path | bytes) -> bytes:
    if isinstance(source, bytes):
        return source
    try:
        return Path(source).read_bytes()
    except OSError as error:
        msg = f"{source} cannot be read: {error.strerror or error}."
        raise UserError(msg) from error
