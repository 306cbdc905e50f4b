"""What is done with results and recipes: shown, accepted, discarded, undone, loaded."""

from __future__ import annotations

import tempfile
from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from styleforge.editor import changes, storage
from styleforge.editor.change import Change
from styleforge.editor.claim import Claim
from styleforge.editor.grid_text import first_of_grid
from styleforge.editor.history import History
from styleforge.editor.loading_parts import edit_of_parts
from styleforge.editor.model import completed
from styleforge.editor.owner import presets_of, write_owner
from styleforge.editor.sweeps import Sweeps
from styleforge.editor.uploads import of_session
from styleforge.errors import UserError
from styleforge.prepare.images import read_recipe
from styleforge.recipe.own_presets import OwnPresets
from styleforge.recipe.recipe import Recipe

if TYPE_CHECKING:
    from styleforge.editor.desk import Desk
    from styleforge.editor.owner import Owner
    from styleforge.editor.state import Candidate
    from styleforge.forge import Forge


class Results(Sweeps):
    """Candidates, history and recipes, on the session's own thread."""

    def _candidate(self, candidate_id: str) -> Candidate:
        found = self._model.candidate(candidate_id)
        if found is None:
            msg = f"There is no result {candidate_id!r}." if candidate_id else "There is no result."
            if not candidate_id and self._model.previewing:
                msg = "What you see is a preview."
            raise UserError(msg + " Run the edit first.")
        return found

    def _show(self, candidate: str) -> None:
        self._model.shown = self._candidate(candidate).id
        self._model.pair, self._model.previewing = ("", ""), False
        self._model.ended = ""

    def _set_compare(self, left: str, right: str) -> None:
        for picture in filter(None, (left, right)):
            self._pictures[picture]
        self._model.pair = (left, right)

    def _accept(self, candidate: str) -> None:
        found = self._candidate(candidate)
        self._apply(changes.accept(self._model.edit, self._desk, found))

    def _discard(self, candidate: str) -> None:
        self._apply(changes.discard(self._model.edit, self._candidate(candidate)))

    def _undo(self) -> None:
        self._move(self._model.history.undo())

    def _redo(self) -> None:
        self._move(self._model.history.redo())

    def _go_to(self, node: str) -> None:
        self._move(self._model.history.go_to(node))

    def _move(self, history: History) -> None:
        if history.edit.identity != self._model.edit.identity:
            self._model.pair = ("", "")
        self._model.history = history
        self._dirty = True

    def _load_recipe(self, source: Any, *, keep_identity: bool) -> None:
        if self._import_as_asked(source):
            return
        recipe, beside, said = _recipe_of(source)
        if isinstance(source, bytes | bytearray | memoryview):  # what a page's visitor dropped
            if keep_identity:  # its own is not looked at
                recipe = replace(recipe, identity=None, masks={})
            recipe = of_session(recipe, self._pictures)
        edit, notes = edit_of_parts(
            recipe, self._model.edit, self._desk, beside=beside, keep_identity=keep_identity
        )
        kind = "identity" if edit.identity != self._model.edit.identity else "change"
        label = f"Load a recipe: {_titles(self._desks).get(recipe.method, recipe.method)}"
        self._apply(Change(edit, label, kind, notes=(*said, *notes)))  # type: ignore[arg-type]

    @abstractmethod
    def _import_as_asked(self, source: object) -> bool:
        """Whether what was given is no recipe but a preset, which was taken."""

    def _say(self, level: str, text: str) -> None:
        self._model.say(level, text)

    def _dismiss(self, message: int) -> None:
        kept = tuple(one for one in self._model.messages if one.id != message)
        self._model.messages = kept

    @classmethod
    def _restored(cls, folder: Path, forge: Forge | None, executor: str, owner: Owner) -> Any:
        folder = folder.absolute()
        saved = storage.read(folder)
        session = cls(saved.domain, forge=forge, pack=saved.pack, executor=executor)
        session.owner = owner
        session.folder = session._pictures.folder = folder
        own = OwnPresets(presets_of(owner, folder))
        session._model.front = (
            saved.front if saved.front in session.domains else session._model.front
        )
        for name, desk in tuple(session._desks.items()):
            session._desks[name] = replace(desk, own=own)
        session._model.own = own.of(session.domain.name)
        session._claim = Claim(folder)
        session._claim.take()
        write_owner(folder, owner)
        saved = storage.read(folder)  # whoever had it until now may have saved meanwhile
        gone = session._pictures.restore({one.id: one for one in saved.pictures})
        nodes = {
            node.id: replace(node, edit=completed(node.edit, session._desk)) for node in saved.nodes
        }
        model = session._model
        model.history = History(nodes, saved.current, saved.ahead)
        model.candidates = {one.id: one for one in saved.candidates}
        model.sweep, model.shown, model.runs = saved.sweep, saved.shown, saved.runs
        for text in gone:
            model.say("note", text)
        waiting = [one.run(session._checkpoint) for one in saved.queue]
        for run in (one.run(session._checkpoint) for one in saved.unfinished):
            if run.checkpoint.exists():
                model.interrupted[run.id] = replace(run, held=False)
                model.say("note", f"{run.label} was cut off; what was done can be resumed.")
            else:
                waiting.insert(0, replace(run, resumes=False))  # it had not got anywhere
        model.pending = tuple(waiting)
        if waiting:
            model.say("note", _waits(len(waiting)))
        session._snapshot = session._look(version=0)
        return session


def _waits(runs: int) -> str:
    if runs == 1:
        return "One run waits in the queue; go on with it there."
    return f"{runs} runs wait in the queue; go on with them there."


def _titles(desks: Mapping[str, Desk]) -> dict[str, str]:
    presets = (preset for desk in desks.values() for preset in desk.domain.presets)
    return {preset.name: preset.title for preset in presets}


def _recipe_of(source: Any) -> tuple[Recipe, Path, tuple[str, ...]]:
    """The recipe of a file, of its bytes or its text, where to look for its pictures, and notes."""
    if isinstance(source, Recipe):
        return source, Path(), ()
    if isinstance(source, bytes | bytearray | memoryview):
        data = bytes(source)
        if data.lstrip()[:1] == b"{":
            return Recipe.from_json(data), Path(), ()
        text, cell = first_of_grid(data)
        if text:
            return Recipe.from_json(text), Path(), (_of_grid(cell),)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "the file"
            path.write_bytes(data)
            try:
                return read_recipe(path), Path(), ()
            except UserError as error:
                raise UserError(str(error).replace(str(path), "That file")) from error
    if str(source).lstrip().startswith("{"):
        return Recipe.from_json(str(source)), Path(), ()
    path = Path(source)
    text, cell = (
        first_of_grid(path.read_bytes()) if path.suffix == ".png" and path.is_file() else ("", "")
    )
    if text:
        return Recipe.from_json(text), path.parent, (_of_grid(cell),)
    return read_recipe(path), path.parent, ()


def _of_grid(cell: str) -> str:
    return f"That picture is a grid of results; the recipe of its first, {cell}, is loaded."
