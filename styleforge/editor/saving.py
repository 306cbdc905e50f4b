"""A session is on disk soon after it was changed; where that fails, it is said once."""

from __future__ import annotations

from styleforge.editor import storage
from styleforge.editor.claim import Lost
from styleforge.editor.core import SessionCore
from styleforge.editor.owner import write_owner
from styleforge.errors import UserError


class Saving(SessionCore):
    """What writes a session, on its own thread."""

    _unsaved = ""  # why it could not be saved

    def _save_if_changed(self) -> None:
        """Save what is not saved yet. Where that fails the user is told, once, and it is tried
        again with the next change.
        """
        try:
            if self._model.running is not None:
                self._claim.check()
            if self._dirty:
                self._write()
            self._unsaved = ""
        except UserError as error:
            if str(error) == self._unsaved:
                return
            self._unsaved = str(error)
            self._failed(error)
            if isinstance(error, Lost):
                self._stop_runs()

    def _write(self) -> None:
        self._claim.hold()
        for picture in self._pictures.write_held():
            self._model.say("note", f"{picture.name} is written now; it was only in memory.")
        storage.write(self._saved(), self.folder)
        write_owner(self.folder, self.owner)
        self._dirty = False

    def _saved(self) -> storage.Saved:
        return storage.saved_of(self._model, self._pictures.by_id, self.spec, self.pack)
