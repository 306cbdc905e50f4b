"""A recoloured photograph in a blink: its smaller copy, read once, in whatever colour is asked for.

A pack with a recolouring of its own finds a region once; after that another colour is a few
milliseconds' work on a copy. A run does the same to the photograph itself.
"""

from __future__ import annotations

import io
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from PIL import Image

from styleforge.editor.painting import copy_size, found_in_copy, to_copy
from styleforge.editor.state import Preview
from styleforge.pack.protocols import RemarkingRecolour
from styleforge.prepare.cache import prepared_with
from styleforge.prepare.found import vague
from styleforge.prepare.images import to_picture
from styleforge.prepare.problem import notes_on
from styleforge.recipe.colour_names import colours_of
from styleforge.recipe.condition import Swatch
from styleforge.recipe.refusals import roles_of_paste

if TYPE_CHECKING:
    from torch import Tensor

    from styleforge.editor.desk import Desk
    from styleforge.editor.state import AttributeState, Edit
    from styleforge.recipe.domain import Preset

SIDE = 800  # pixels of the longer side of the copy
QUALITY = 88  # of the JPEG
KEPT = 3  # copies


@dataclass(frozen=True, eq=False)
class Copy:
    """A photograph made small ``(1, 3, h, w)`` in [-1, 1], and how far it is covered."""

    image: Tensor
    coverage: Tensor  # (1, 1, h, w) in [0, 1]
    notes: tuple[str, ...] = ()


class Quick:
    """Previews of recolouring, for packs whose pictures keep their own size.

    Args:
        desk: the session's plugins, domain, pack and pictures.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._models = desk.forge.models(desk.pack)
        self._copies: OrderedDict[tuple[object, ...], Copy] = OrderedDict()

    def load(self) -> bool:
        """Load what is needed; False where a pack recolours nothing in its own way."""
        if self._preset() is None:
            return False
        for kind in ("regions", "subjects", "recolour"):
            if self._models.has(kind):
                self._models.get(kind)
        return True

    def preview(self, edit: Edit) -> Preview | None:
        """A preview of what is asked for; None where it takes more than another colour.

        Raises:
            UserError: if the photograph cannot be read, or shows several people of whom none was
                chosen.
        """
        found = self._asked(edit)
        if found is None:
            return None
        region, state, colour = found
        copy = self._copy(edit, region)
        recolour = self._models.get("recolour")
        with torch.no_grad():
            made = recolour(copy.image, copy.coverage, colour, state.strength)
        said: tuple[str, ...] = ()
        if isinstance(recolour, RemarkingRecolour):
            said = recolour.remarks(copy.image, copy.coverage, colour)
        return Preview(picture=_jpeg(to_picture(made)), notes=(*copy.notes, *said))

    def warm(self, edit: Edit) -> None:
        """Read the photograph, before a colour is asked for."""
        preset = self._preset()
        if preset is not None and preset.start_paste is not None and edit.identity:
            self._copy(edit, preset.start_paste.region)

    def _preset(self) -> Preset | None:
        """The preset that only recolours, where the pack does that in its own way."""
        if self._models.pack.size is not None or not self._models.has("recolour"):
            return None
        first = self._desk.presets[0]
        paste = first.start_paste
        return first if paste is not None and paste.by == "recolour" else None

    def _asked(self, edit: Edit) -> tuple[str, AttributeState, Tensor] | None:
        """The region, the attribute and the colour that are asked for."""
        preset = self._preset()
        if preset is None or edit.custom or preset.start_paste is None:
            return None
        paste = preset.start_paste
        recipe = self._desk.forge.recipe(self._desk.domain.name, preset.name, pack=self._desk.pack)
        roles = roles_of_paste(recipe) or frozenset()
        asked = [state for state in edit.attributes.values() if state.asked]
        if len(asked) != 1 or asked[0].role != paste.look or paste.look not in roles:
            return None
        colour = self._colour(asked[0])
        return None if colour is None else (paste.region, asked[0], colour)

    def _colour(self, state: AttributeState) -> Tensor | None:
        """The colour ``(3,)`` in [0, 1] of a swatch, or of words that name one and nothing else."""
        swatch = Swatch(state.colour) if state.kind == "swatch" else None
        if state.kind == "text":
            named = colours_of(state.text, self._desk.attribute(state.name))
            if named is not None and named.exact and len(named.colours) == 1:
                swatch = named.colours[0]
        return None if swatch is None else (torch.tensor(swatch.rgb) + 1) / 2

    def _copy(self, edit: Edit, region: str) -> Copy:
        picture = self._desk.pictures[edit.identity]
        mask = edit.masks.get(edit.identity, "")
        over, subject = edit.over.get(edit.identity, ""), edit.subjects.get(edit.identity)
        key = (picture.source, picture.sha256, mask, over, subject, region)
        if key not in self._copies:
            self._copies[key] = self._read(picture.id, mask, region, edit)
            while len(self._copies) > KEPT:
                self._copies.popitem(last=False)
        self._copies.move_to_end(key)
        return self._copies[key]

    def _read(self, picture_id: str, mask: str, region: str, edit: Edit) -> Copy:
        desk, prepared = self._desk, prepared_with(self._models)
        picture = desk.pictures[picture_id]
        subject = edit.subjects.get(picture_id)
        photo = desk.pictures.image(picture_id)
        size = copy_size(photo.size, SIDE)
        small = np.asarray(photo.resize(size, Image.Resampling.BOX), np.float32)
        reference = prepared.file(picture.source, subject, painted=bool(mask))
        if mask:
            painted = to_copy(desk.pictures.image(mask).convert("L"), size)
            coverage = torch.from_numpy(np.array(painted, np.float32) / 255)
        else:
            found = found_in_copy(reference, region, photo.size, size)
            coverage = torch.from_numpy(found)
        notes = notes_on({"identity": reference})
        if not mask:
            notes = (*notes, *vague(reference, region, self._models.pack.vague))
        if size != photo.size:
            notes = (*notes, f"It is made of a copy of {size[0]} x {size[1]} pixels.")
        image = torch.from_numpy(small).permute(2, 0, 1)[None] / 127.5 - 1
        return Copy(image, coverage[None, None], notes)


def _jpeg(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.convert("RGB").save(file, format="JPEG", quality=QUALITY)
    return file.getvalue()
