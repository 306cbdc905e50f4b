"""What can be asked of a session: pictures, masks, recipes, code. Answers come when what was posted
before is done; they may take a moment and raise `UserError`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypeVar, cast

import numpy as np
from PIL import Image

from styleforge.editor import files, pictured, storage
from styleforge.editor.grids import Grids
from styleforge.editor.kept import Kept, last_sessions
from styleforge.editor.painting import copy_size, found_in_copy, to_copy
from styleforge.errors import SeveralSubjects, UserError
from styleforge.prepare.cache import prepared_with
from styleforge.prepare.images import to_picture
from styleforge.prepare.painted import placed

if TYPE_CHECKING:
    from styleforge.editor.session import EditSession
    from styleforge.editor.state import Over
    from styleforge.plugins.panel import Panel
    from styleforge.prepare.problem import Reference

T = TypeVar("T")


class Reading(Grids):
    """The reading half of a session."""

    @property
    def panels(self) -> tuple[Panel, ...]:
        """The panels that plugins bring for this session; one that fails is left out."""
        found = []
        for panel in self.forge.panels.values():
            try:
                if panel.shown(cast("EditSession", self)):
                    found.append(panel)
            except Exception as error:
                text = f"The panel {panel.name!r} is left out: {type(error).__name__}: {error}"
                self._post(self._say, "error", text)
        return tuple(sorted(found, key=_order))

    # --- pictures -------------------------------------------------------------------------
    @property
    def gallery(self) -> tuple[str, ...]:
        """The pictures that the pack ships, as ``gallery:NAME``."""
        folder = self._pictures.models.pack.gallery
        names = sorted(path.stem for path in folder.glob("*.png")) if folder else []
        return tuple(f"gallery:{name}" for name in names)

    def caption(self, source: str) -> str:
        """What the pack's gallery says of ``gallery:NAME``; empty where it says nothing."""
        from styleforge.pack.gallery import caption_of
        from styleforge.prepare.prepare import resolve

        return caption_of(resolve(source, self._pictures.models))

    def thumbnail(self, source: str) -> bytes:
        """A small JPEG of a gallery's picture or a file, which need not be on the tray.

        Raises:
            UserError: if it cannot be read.
        """
        from styleforge.prepare.prepare import resolve

        return files.small(resolve(source, self._pictures.models))

    def image(self, picture: str) -> Image.Image:
        """A picture in full size, by id.

        Raises:
            UserError: if there is none, or its file is gone.
        """
        return self._pictures.image(picture)

    def file_bytes(self, picture: str) -> bytes:
        """The bytes of a picture's file, by id.

        Raises:
            UserError: if there is none, or its file is gone.
        """
        return self._pictures.data(picture)

    def png(self, picture: str) -> bytes:
        """A picture in full size as the bytes of a PNG, without a recipe.

        Raises:
            UserError: as `image`.
        """
        return self._pictures.png(picture)

    def several(self, picture: str) -> tuple[tuple[float, float, float], ...]:
        """Where the subjects of a picture, by id, are, if it shows several and none is clearly
        meant: of each its middle in shares of the width and height, and half its width in shares of
        the picture's. They are numbered from 1 in this order; see `set_subject`.
        """
        try:
            prepared_with(self._models).file(self._pictures[picture].source)
        except SeveralSubjects as found:
            return found.places
        except UserError:  # whoever uses the picture is told
            pass
        return ()

    def aligned(self, picture: str) -> Image.Image:
        """A picture, by id or role, as the pack aligns it: what a mask is painted over.

        Raises:
            UserError: if there is none, or it cannot be aligned.
        """
        return to_picture(self._reference(self._picture_id(picture)).image)

    def region_mask(self, picture: str) -> Image.Image:
        """The domain's region of a picture, by id or role, as a mask of the size of `aligned`.

        It is the painted one, or what the pack finds.

        Raises:
            UserError: if there is no such picture, or the pack does not find the region.
        """
        picture_id = self._picture_id(picture)
        reference = self._reference(picture_id)
        painted, over = self._ask(lambda: self._painted(picture_id))
        if painted:
            mask = prepared_with(self._models).mask(self._pictures[painted].source, over)
            return to_picture(placed(mask, reference)[0].expand(-1, 3, -1, -1) * 2 - 1).convert("L")
        if self.domain.region not in reference.regions:
            have = ", ".join(reference.regions)
            msg = (
                f"The pack finds no region {self.domain.region!r}, it finds {have}. Open "
                "another pack."
            )
            raise UserError(msg)
        found = reference.regions[self.domain.region]
        return to_picture(found.expand(-1, 3, -1, -1) * 2 - 1).convert("L")

    def painting(self, picture: str) -> tuple[Image.Image, Image.Image]:
        """What a mask of a picture, by id or role, is painted over, and the mask as it is there.

        That is `aligned` and `region_mask`; of a photograph that keeps its size a copy of it.

        Raises:
            UserError: as `region_mask`.
        """
        if self._models.pack.size is not None:
            return self.aligned(picture), self.region_mask(picture)
        picture_id = self._picture_id(picture)
        photo = self._pictures.image(picture_id)
        size = copy_size(photo.size)
        painted, _ = self._ask(lambda: self._painted(picture_id))
        if painted:
            mask = to_copy(self._pictures.image(painted).convert("L"), size)
        else:
            found = self._reference(picture_id)
            covered = found_in_copy(found, self.domain.region, photo.size, size)
            mask = Image.fromarray((covered * 255).round().astype(np.uint8))
        return photo.resize(size, Image.Resampling.BOX), mask

    def _painted(self, picture_id: str) -> tuple[str, Over]:
        edit = self._model.edit
        return edit.masks.get(picture_id, ""), edit.over.get(picture_id, "")

    def _reference(self, picture_id: str) -> Reference:
        subject = self._ask(lambda: self._model.edit.subjects.get(picture_id))
        return prepared_with(self._models).file(self._pictures[picture_id].source, subject)

    def _picture_id(self, name: str) -> str:
        return self._ask(lambda: pictured.picture_of(self._model.edit, self._desk, name))

    # --- the session itself ---------------------------------------------------------------
    def last_sessions(self) -> tuple[Kept, ...]:
        """The newest other sessions of the domain, which `restore` goes on with; none on a page,
        whose visitors are not to see what others made.
        """
        every = tuple(one for desk in self._desks.values() for one in desk.offered)
        return last_sessions(self.spec, every, self._pictures, but=self.folder)

    def save(self, folder: str | Path | None = None) -> Path:
        """Write the session now; where a folder is given, a copy of it there.

        Returns:
            The folder that `restore` takes.

        Raises:
            UserError: if it cannot be written, or the folder keeps another session.
        """
        target = self.folder if folder is None else Path(folder).absolute()

        def write() -> Path:
            if target == self.folder:
                self._write()
            else:
                held = tuple(self._pictures.held.values())
                storage.copy(self._saved(), self.folder, target, held)
            return target

        return self._ask(write)


def _order(panel: Panel) -> tuple[int, str]:
    return panel.order, panel.name
