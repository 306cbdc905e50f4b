"""Commands on what a picture shows: where its region is, and which of its subjects is meant."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from styleforge.editor.change import Change
from styleforge.editor.painting import to_photo
from styleforge.errors import UserError
from styleforge.prepare.painted import frame_of
from styleforge.recipe.condition import ImageRef

if TYPE_CHECKING:
    from PIL.Image import Image

    from styleforge.editor.desk import Desk
    from styleforge.editor.state import Edit, Over


def picture_of(edit: Edit, desk: Desk, name: str) -> str:
    """The id of a picture, by itself or by the role that it plays.

    Raises:
        UserError: if no picture plays that role.
    """
    if name in desk.pictures.by_id:
        return name
    found = edit.identity
    if name != "identity":
        state = edit.attribute(desk.attribute(name).name)
        found = state.picture if state.kind == "image" else ""
    if not found:
        msg = f"There is no picture for {name} yet; choose one first."
        raise UserError(msg)
    return found


def paint(edit: Edit, desk: Desk, name: str, mask: bytes) -> Change:
    """A region for a picture, by id or role, as it was painted over `EditSession.painting`.

    Raises:
        UserError: as `set_mask`.
    """
    if desk.pictures.models.pack.size is not None:
        return set_mask(edit, desk, name, mask, "aligned")
    photo = desk.pictures.image(picture_of(edit, desk, name))
    return set_mask(edit, desk, name, to_photo(mask, photo.size), "photo")


def set_mask(edit: Edit, desk: Desk, name: str, mask: Any, over: Over = "") -> Change:
    """A painted region for a picture, by id or role; None for what the pack finds.

    Raises:
        UserError: if it is no mask, or has another size than the picture.
    """
    picture_id = picture_of(edit, desk, name)
    picture = desk.pictures[picture_id]
    masks = {name: item for name, item in edit.masks.items() if name != picture_id}
    overs = {name: item for name, item in edit.over.items() if name != picture_id}
    if mask is None:
        label = f"The {desk.domain.region} of {picture.name} as found"
        return Change(replace(edit, masks=masks, over=overs), label)
    taken = desk.pictures.take_mask(mask)
    size, photo = (_size(desk.pictures.image(one.id)) for one in (taken, picture))
    frame_of(size, photo, desk.pictures.models.pack.size or photo, over, ("The mask", picture.name))
    masks[picture_id] = taken.id
    overs |= {picture_id: over} if over else {}
    label = f"Paint the {desk.domain.region} of {picture.name}"
    painted = replace(edit, masks=masks, over=overs)
    return Change(painted, label, touches=f"mask {picture_id}")  # strokes are one row


def _size(picture: Image) -> tuple[int, int]:
    return picture.height, picture.width


def set_subject(edit: Edit, desk: Desk, name: str, number: int | None) -> Change:
    """Which subject of a picture, by id or role, is meant; None where it shows one.

    Raises:
        UserError: if there can be no such number.
    """
    picture = desk.pictures[picture_of(edit, desk, name)]
    ImageRef(picture.source, subject=number)  # refuses what is no number
    subjects = {one: chosen for one, chosen in edit.subjects.items() if one != picture.id}
    if number is not None:
        subjects[picture.id] = number
    label = f"Subject {number} of {picture.name}" if number else f"The subject of {picture.name}"
    return Change(replace(edit, subjects=subjects), label)
