"""A sweep taken out of the editor: the grid as one picture, or every result as a file."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from PIL.PngImagePlugin import PngInfo

from styleforge.display.grids import SIDE, grid
from styleforge.editor import files
from styleforge.editor.exporting import file_name
from styleforge.editor.grid_text import CHUNK, recipes_of_grid
from styleforge.editor.outgoing import Outgoing
from styleforge.errors import UserError
from styleforge.files import write_whole

if TYPE_CHECKING:
    from styleforge.editor.state import Candidate
    from styleforge.editor.sweep import Sweep

GRID = "grid.png"


class Grids(Outgoing):
    """What can be taken out of a sweep; answers come when what was posted before is done."""

    def sweep_png(self, *, recipe: bool = True, share: bool = False, side: int = SIDE) -> bytes:
        """The grid of the sweep as the bytes of a PNG, its rows and columns labelled.

        Args:
            recipe: whether the recipe of every cell travels in the file.
            share: whether these name pictures without their folders.
            side: pixels of the longer side of a cell's picture, which is shown whole.

        Raises:
            UserError: if there is no sweep, or none of its cells is done.
        """
        sweep, done = self._ask(self._swept)
        pictures = [
            [self._pictures.image(done[one].picture) if one in done else None for one in row]
            for row in sweep.cells
        ]
        made = grid(pictures, sweep.columns, sweep.rows, title=sweep.title, side=side)
        info = PngInfo()
        if recipe:
            info.add_itxt(CHUNK, recipes_of_grid(sweep, done, share=share))
        file = io.BytesIO()
        made.save(file, format="PNG", pnginfo=info)
        return file.getvalue()

    def sweep_zip(self, *, recipe: bool = True, share: bool = False) -> bytes:
        """Every result of the sweep in full size, and the grid, as the bytes of a ZIP.

        Raises:
            UserError: as `sweep_png`.
        """
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:  # PNGs are small already
            for name, data in self._sweep_files(recipe=recipe, share=share):
                archive.writestr(name, data)
        return file.getvalue()

    def export_sweep(
        self, path: str | Path, *, recipe: bool = True, share: bool = False
    ) -> tuple[Path, ...]:
        """Write the sweep: to ``*.png`` the grid, to ``*.zip`` all results, else to a folder.

        Returns:
            The files that were written.

        Raises:
            UserError: as `sweep_png`, or if it cannot be written.
        """
        path = Path(path)
        if path.suffix.lower() == ".png":
            write_whole(path, self.sweep_png(recipe=recipe, share=share))
            return (path,)
        if path.suffix.lower() == ".zip":
            write_whole(path, self.sweep_zip(recipe=recipe, share=share))
            return (path,)
        written = []
        for name, data in self._sweep_files(recipe=recipe, share=share):
            write_whole(path / name, data)
            written.append(path / name)
        return tuple(written)

    def _sweep_files(self, *, recipe: bool, share: bool) -> Iterator[tuple[str, bytes]]:
        yield GRID, self.sweep_png(recipe=recipe, share=share)
        sweep, done = self._ask(self._swept)
        for r, row in enumerate(sweep.cells):
            for c, one in enumerate(row):
                if one in done:
                    name = file_name(f"{r + 1:02}-{c + 1:02} {sweep.name(r, c)}"[:80], "PNG")
                    picture = done[one].picture
                    data = self._pictures.data(picture) if recipe else self._pictures.png(picture)
                    yield name, files.shared_copy(data) if recipe and share else data

    def _swept(self) -> tuple[Sweep, dict[str, Candidate]]:
        """The sweep, and those of its results that are there; on the session's thread."""
        sweep = self._model.sweep
        cells = [one for row in sweep.cells for one in row if one] if sweep else []
        done = {one: self._model.candidates[one] for one in cells}
        if sweep is None or not done:
            msg = "No cell of a sweep is done yet; run one first."
            raise UserError(msg)
        return sweep, done
