"""What leaves a session: recipes, code, results and their files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from styleforge.editor import files
from styleforge.editor.code import python_of
from styleforge.editor.exporting import Exported, exported
from styleforge.editor.live import Live
from styleforge.editor.recipes import recipe_of_edit
from styleforge.errors import UserError
from styleforge.files import write_whole

if TYPE_CHECKING:
    from styleforge.recipe.recipe import Recipe
    from styleforge.run.result import Result

T = TypeVar("T")


class Outgoing(Live):
    """What can be taken out of a session; answers come when what was posted before is done."""

    # --- recipes and results --------------------------------------------------------------
    def recipe(self) -> Recipe:
        """The recipe of what the controls say.

        Raises:
            UserError: if something is missing.
        """
        return recipe_of_edit(self._ask(lambda: self._model.edit), self._desk)

    def recipe_json(self) -> str:
        """The recipe of what the controls say, as JSON.

        Raises:
            UserError: if something is missing.
        """
        return self.recipe().to_json(indent=2)

    def save_recipe(self, path: str | Path) -> None:
        """Write the recipe to a JSON file.

        Raises:
            UserError: if something is missing, or the file cannot be written.
        """
        write_whole(Path(path), (self.recipe_json() + "\n").encode())

    def preset_json(self, name: str) -> str:
        """A preset of one's own as a file for others, by its name or title.

        Raises:
            UserError: if there is none.
        """
        return self._desk.own.get(self.domain.name, name).to_json()

    def to_python(self, out: str = "edit.png") -> str:
        """Python code that does what the controls say and writes ``out``.

        Raises:
            UserError: if something is missing.
        """
        return python_of(self._ask(lambda: self._model.edit), self._desk, out)

    def result(self, candidate: str = "") -> Result:
        """The whole result of a candidate, that which is shown by default.

        Raises:
            UserError: if there is none, or it is so old that only its picture is kept.
        """
        found = self._ask(lambda: self._candidate(candidate))
        if found.id not in self._results:
            msg = f"Of {found.label} only the picture is kept; run its recipe again for the rest."
            raise UserError(msg)
        return self._results[found.id]

    def export_bytes(
        self, candidate: str = "", *, recipe: bool = True, share: bool = False
    ) -> bytes:
        """A result as the bytes of a PNG, with the recipe inside unless it is to be left out.

        Args:
            candidate: its id; by default the one shown, else the result that was accepted last.
            recipe: whether the recipe travels in the file.
            share: whether the recipe names pictures without their folders, which are nobody
                else's business.

        Raises:
            UserError: if there is no result.
        """
        picture = self._pictures[self._ask(lambda: self._result_picture(candidate))]
        if not recipe:
            return self._pictures.png(picture.id)
        data = self._pictures.data(picture.id)
        return files.shared_copy(data) if share else data

    def exported(
        self,
        candidate: str = "",
        *,
        form: str = "PNG",
        scale: float = 1.0,
        recipe: bool = True,
        share: bool = False,
    ) -> Exported:
        """A result as a file of another format or size; see `styleforge.editor.exporting`.

        Raises:
            UserError: if there is no result or format, or it would have too many pixels.
        """
        picture = self._pictures[self._ask(lambda: self._result_picture(candidate))]
        data = self._pictures.data(picture.id)
        return exported(data, form, scale=scale, recipe=recipe, share=share)

    def export(
        self, path: str | Path, candidate: str = "", *, recipe: bool = True, share: bool = False
    ) -> None:
        """Write a result to a PNG; takes what `export_bytes` takes.

        Raises:
            UserError: if there is no result, or the file cannot be written.
        """
        write_whole(Path(path), self.export_bytes(candidate, recipe=recipe, share=share))

    def _result_picture(self, candidate: str) -> str:
        edit = self._model.edit
        accepted = edit.identity and self._pictures[edit.identity].origin == "result"
        if accepted and not candidate and self._model.candidate("") is None:
            return edit.identity
        return self._candidate(candidate).picture

    def _ask(self, function: Callable[[], T]) -> T:
        return self._loop.ask(function)
