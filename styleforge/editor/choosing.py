"""Commands that choose pictures: which is edited, which are at hand, which are references."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from styleforge.editor.change import Change, asked_of, check_accepts, of_controls, unlocked
from styleforge.errors import UserError

if TYPE_CHECKING:
    from styleforge.editor.desk import Desk
    from styleforge.editor.state import AttributeState, Edit


def identity(edit: Edit, desk: Desk, source: Any, name: str) -> Change:
    """Another picture is edited; the one before stays at hand."""
    picture = desk.pictures.take(source, name)
    edit = at_hand(edit, desk, edit.identity, picture.id)
    return Change(replace(edit, identity=picture.id), f"Edit {picture.name}", "identity")


def at_hand(edit: Edit, desk: Desk, *pictures: str) -> Edit:
    """The edit with pictures on the tray, each where it was; the gallery's are at hand anyway."""
    known = desk.pictures.by_id
    own = [one for one in pictures if one in known and known[one].origin != "gallery"]
    return replace(edit, tray=tuple(dict.fromkeys((*edit.tray, *own))))


def add_reference(edit: Edit, desk: Desk, source: Any, name: str, attribute: str) -> Change:
    """A picture on the tray, for an attribute where one is named."""
    picture = desk.pictures.take(source, name)
    edit = replace(edit, tray=tuple(dict.fromkeys((*edit.tray, picture.id))))
    if attribute:
        return assign(edit, desk, attribute, picture.id)
    return Change(edit, f"Add {picture.name}")


def remove_reference(edit: Edit, desk: Desk, picture_id: str) -> Change:
    """A picture off the tray, and off the attributes it was assigned to."""
    picture = desk.pictures[picture_id]
    for state in edit.attributes.values():
        if state.picture == picture_id and state.locked:
            title = desk.attribute(state.name).title
            msg = f"{picture.name} is used by {title}, which is locked; unlock it first."
            raise UserError(msg)
    attributes = {
        name: _without(state) if state.picture == picture_id else state
        for name, state in edit.attributes.items()
    }
    tray = tuple(one for one in edit.tray if one != picture_id)
    return of_controls(replace(edit, tray=tray), attributes, Change(edit, f"Remove {picture.name}"))


def assign(edit: Edit, desk: Desk, attribute: str, picture_id: str) -> Change:
    """A picture of the session as the reference of an attribute; none where the id is empty."""
    state = unlocked(edit, desk, attribute)
    if not picture_id:
        return asked_of(edit, desk, _without(state))
    check_accepts(desk, state.name, "image")
    picture = desk.pictures[picture_id]
    edit = replace(edit, tray=tuple(dict.fromkeys((*edit.tray, picture.id))))
    return asked_of(edit, desk, replace(state, kind="image", picture=picture.id, enabled=True))


def assign_all(edit: Edit, desk: Desk, pictures: Mapping[str, str]) -> Change:
    """Pictures for several attributes at once; locked ones stay as they are."""
    notes, labels = [], []
    for attribute, picture_id in pictures.items():
        found = desk.attribute(attribute)
        if edit.attribute(found.name).locked:
            notes.append(f"{found.title} is locked and stays as it is.")
        else:
            change = assign(edit, desk, attribute, picture_id)
            edit = change.edit
            labels.append(change.label)
    return Change(edit, ", ".join(labels) or "Nothing assigned", notes=tuple(notes))


def _without(state: AttributeState) -> AttributeState:
    kind = "none" if state.kind == "image" else state.kind
    return replace(state, kind=kind, picture="")
