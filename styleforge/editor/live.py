"""A session that shows at once what is asked for: previews in one pass, the newest wins."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from styleforge.editor import queue
from styleforge.editor.one_pass import asked, preview_recipe
from styleforge.editor.presets import Presets
from styleforge.editor.previewer import Previewer, Wish
from styleforge.editor.quick import Quick
from styleforge.editor.saying import plainly
from styleforge.editor.state import Edit, Preview
from styleforge.editor.together import asks, states_of
from styleforge.errors import UserError

if TYPE_CHECKING:
    from styleforge.recipe.recipe import Recipe

ALSO = ("landmarks", "subjects", "embedding", "inpainter", "poser", "features", "lpips")


class Live(Presets):
    """Previews, on the session's own thread unless it says otherwise."""

    _previewer: Previewer | None = None
    _quick: Quick
    _key: Edit | None = None  # of the preview that there is or will be
    _read = ""  # the identity that was prepared ahead

    def _set_live(self, *, on: bool) -> None:
        if on and self._previewer is None:
            self._quick = Quick(self._desk)
            self._previewer = Previewer(
                self._where, self._preview_recipe, self._told_by_preview, self._quick_preview
            )
            self._previewer.warm(self._load)
        elif not on and self._previewer is not None:
            self._previewer.close()
            self._previewer = None
            self._forget_preview()

    def _look_at_preview(self) -> None:
        if not self._model.preview.picture:
            msg = "There is no preview; ask for something to change."
            raise UserError(msg)
        self._model.previewing, self._model.pair = True, ("", "")

    def _idle(self) -> bool:
        return super()._idle() and not self._model.preview.stale

    def _settle(self) -> None:
        if self._previewer is not None:
            self._follow(self._previewer)
        super()._settle()

    def _follow(self, previewer: Previewer) -> None:
        """Want the preview of what is asked for now, unless it is there, or something runs."""
        model, edit = self._model, self._model.edit
        if model.running is not None or queue.ready(model.pending):
            if model.preview.stale:
                previewer.drop()
                model.preview = replace(model.preview, stale=False)
            self._key = None
            return
        ready = edit.identity and not edit.custom
        asking = ready and any(state.asked for state in states_of(edit))
        key = asked(edit) if asking else None
        if key is None:
            previewer.drop()
            self._forget_preview()
            if ready and edit.identity != self._read:
                self._read = edit.identity
                previewer.warm(self._prepare)
        elif key != self._key:
            same = [one for one in model.strip() if asked(one.edit) == key and not one.sweep]
            if same:  # a run made it already
                previewer.drop()
                self._forget_preview()
                model.shown = same[-1].id
            else:
                previewer.ask(Wish(edit, key, time.monotonic()))
                model.preview = replace(model.preview, stale=True)
            self._key = key

    def _forget_preview(self) -> None:
        self._model.preview, self._model.previewing, self._key = Preview(), False, None

    def _preview_recipe(self, edit: Edit) -> tuple[Recipe, tuple[str, ...]]:
        return preview_recipe(edit, self._desk)

    def _quick_preview(self, edit: Edit) -> Preview | None:
        return None if any(map(asks, edit.beside.values())) else self._quick.preview(edit)

    def _to_domain(self, name: str) -> None:
        if name not in self._desks:
            msg = f"This session edits {' and '.join(self.domains)}, and not {name!r}."
            raise UserError(msg)
        if len(self._desks) > 1:
            self._model.front = name
            self._model.own = self._desk.own.of(name)
            self._dirty = True
            if self._previewer is not None:
                self._quick = Quick(self._desk)
            self._settle()

    def _told_by_preview(self, wish: Wish, preview: Preview) -> None:
        """Called on the previews' thread."""
        self._loop.post(self._take_preview, wish, preview)

    def _take_preview(self, wish: Wish, preview: Preview) -> None:
        if wish.key != self._key or not self._model.preview.stale:
            return
        texts = tuple(plainly(text, self._desk) for text in preview.notes)
        problem = plainly(preview.problem, self._desk)
        self._model.preview = replace(preview, notes=texts, problem=problem)
        self._model.previewing = bool(preview.picture)

    def _load(self) -> None:
        """Load what previews and runs need, while the person still chooses; on their thread."""
        if self._quick.load():
            return
        for preset in self.domain.presets:
            recipe = self.forge.recipe(self.domain.name, preset.name, pack=self.pack)
            if preset.start == "mapper" and not self.forge.lacks(recipe, self.pack):
                for kind in (*self.forge.components_of(recipe), *ALSO):
                    if self._previewer is None or self._previewer.closed:
                        return
                    if self._models.has(kind):
                        self._models.get(kind)
                return

    def _prepare(self) -> None:
        """Align the picture that was chosen, while the person still says what to change."""
        from styleforge.prepare.cache import prepared_with

        edit = self._model.edit
        if edit.identity:
            source, subject = self._pictures[edit.identity].source, edit.subjects.get(edit.identity)
            prepared_with(self._models).file(source, subject)
            self._quick.warm(edit)

    def _close(self) -> None:
        if self._previewer is not None:
            self._previewer.close()
            self._model.preview = replace(self._model.preview, stale=False)
        super()._close()
        self._results.clear()  # what they hold is large; their pictures are on disk
