"""A change: an edit, what led to it in a person's words, and which control was moved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from styleforge.editor.saying import said_of
from styleforge.editor.state import AttributeState, Edit
from styleforge.errors import UserError
from styleforge.prepare.parse import expected

if TYPE_CHECKING:
    from styleforge.editor.desk import Desk


@dataclass(frozen=True)
class Change:
    """An edit, what led to it, and which control was moved."""

    edit: Edit
    label: str
    kind: Literal["identity", "accept", "change"] = "change"
    touches: str = ""
    notes: tuple[str, ...] = ()


def unlocked(edit: Edit, desk: Desk, attribute: str) -> AttributeState:
    """The state of an attribute that is not locked.

    Raises:
        UserError: if it is, or there is none of that name.
    """
    found = desk.attribute(attribute)
    state = edit.attribute(found.name)
    if state.locked:
        msg = f"{found.title} is locked; unlock it to change it."
        raise UserError(msg)
    return state


def check_accepts(desk: Desk, name: str, kind: str) -> None:
    """Refuse a kind of condition that an attribute does not take.

    Raises:
        UserError: if it does not.
    """
    attribute = desk.attribute(name)
    if kind not in attribute.accepts:
        msg = f"{attribute.name} takes {expected(attribute)}; it was given a {kind}."
        raise UserError(msg)


def asked_of(edit: Edit, desk: Desk, state: AttributeState, touches: str = "") -> Change:
    """An attribute is asked for something else; history says what."""
    label = said_of(desk.attribute(state.name), state, desk.pictures.by_id)
    return with_state(edit, state, label, touches)


def with_state(edit: Edit, state: AttributeState, label: str, touches: str = "") -> Change:
    """An attribute has another state."""
    attributes = {**edit.attributes, state.name: state}
    return of_controls(edit, attributes, Change(edit, label, touches=touches))


def of_controls(edit: Edit, attributes: Mapping[str, AttributeState], change: Change) -> Change:
    """A change of controls, after which a loaded recipe no longer holds."""
    notes = ("The controls replace the recipe that was loaded.",) if edit.custom else ()
    edit = replace(edit, attributes=dict(attributes), custom="", own="")
    return replace(change, edit=edit, notes=notes)
