"""Commands on what is asked for, and on results: functions from an edit to another, with what
history calls it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from styleforge.editor.change import Change, asked_of, check_accepts, unlocked, with_state
from styleforge.editor.choosing import at_hand
from styleforge.editor.loading import with_condition
from styleforge.editor.state import COLOUR, KINDS, Candidate, Edit
from styleforge.editor.together import all_done, switched_off
from styleforge.errors import UserError
from styleforge.prepare.parse import condition_of
from styleforge.recipe.condition import Swatch, kind_of

if TYPE_CHECKING:
    from styleforge.editor.desk import Desk
    from styleforge.recipe.condition import Condition

WAITS = {"image": "a picture", "text": "words", "mask": "a mask"}  # that are still to be given


def set_kind(edit: Edit, desk: Desk, attribute: str, kind: str) -> Change:
    """What counts for an attribute: its picture, its words, its colour, or nothing.

    A colour that was never chosen is the one that its control shows.

    Raises:
        UserError: if it is neither one of these nor a kind that the attribute accepts.
    """
    state, found = unlocked(edit, desk, attribute), desk.attribute(attribute)
    known = dict.fromkeys((*KINDS, *found.accepts))
    if kind not in known:
        msg = f"{kind!r} is no kind of condition; there are {', '.join(known)}."
        raise UserError(msg)
    if kind == "none":
        return asked_of(edit, desk, replace(state, kind=kind))
    check_accepts(desk, state.name, kind)
    colour = state.colour or COLOUR if kind == "swatch" else state.colour
    state = replace(state, kind=kind, colour=colour, enabled=True)
    if not state.asked:
        waits = WAITS.get(kind, kind.rpartition(".")[2].replace("_", " "))
        return with_state(edit, state, f"{found.title}: from {waits}")
    return asked_of(edit, desk, state)


def set_text(edit: Edit, desk: Desk, attribute: str, text: str) -> Change:
    """Words for an attribute."""
    state = unlocked(edit, desk, attribute)
    check_accepts(desk, state.name, "text")
    state = replace(state, kind="text", text=str(text), enabled=True)
    return asked_of(edit, desk, state, f"{state.name} text")


def set_colour(edit: Edit, desk: Desk, attribute: str, colour: str) -> Change:
    """A colour ``#rrggbb`` for an attribute."""
    state = unlocked(edit, desk, attribute)
    check_accepts(desk, state.name, "swatch")
    state = replace(state, kind="swatch", colour=Swatch(colour).colour, enabled=True)
    return asked_of(edit, desk, state, f"{state.name} colour")


def set_value(edit: Edit, desk: Desk, attribute: str, kind: str, value: str) -> Change:
    """What a condition of a plugin's own says for an attribute."""
    state = unlocked(edit, desk, attribute)
    check_accepts(desk, state.name, kind)
    state = replace(state, kind=kind, value=str(value), enabled=True)
    return asked_of(edit, desk, state, f"{state.name} {kind}")


def set_condition(edit: Edit, desk: Desk, attribute: str, value: str | Condition) -> Change:
    """Whatever somebody typed, or a condition."""
    state = unlocked(edit, desk, attribute)
    models = desk.forge.models(desk.pack)
    if isinstance(value, str):
        value = condition_of(value, desk.attribute(attribute), models)
    check_accepts(desk, state.name, kind_of(value))
    state = with_condition(state, value, desk)
    if state.kind == "image":
        edit = replace(edit, tray=tuple(dict.fromkeys((*edit.tray, state.picture))))
    return asked_of(edit, desk, state)


def set_strength(edit: Edit, desk: Desk, attribute: str, strength: float) -> Change:
    """How far an attribute goes: from 0, the identity's own, to 1, what is asked for."""
    state, title = unlocked(edit, desk, attribute), desk.attribute(attribute).title
    if not 0 <= strength <= 1:
        msg = f"The strength of {title} is {strength}; give a number from 0 to 1."
        raise UserError(msg)
    state = replace(state, strength=float(strength))
    return with_state(edit, state, f"{title}: strength {strength:g}", f"{state.name} strength")


def set_enabled(edit: Edit, desk: Desk, attribute: str, *, enabled: bool) -> Change:
    """An attribute on or off."""
    state = replace(unlocked(edit, desk, attribute), enabled=enabled)
    title = desk.attribute(attribute).title
    return with_state(edit, state, f"{title} switched {'on' if enabled else 'off'}")


def lock(edit: Edit, desk: Desk, attribute: str, *, locked: bool) -> Change:
    """Lock or unlock an attribute."""
    found = desk.attribute(attribute)
    state = replace(edit.attribute(found.name), locked=locked)
    attributes = {**edit.attributes, state.name: state}
    label = f"{'Lock' if locked else 'Unlock'} {found.title}"
    return Change(replace(edit, attributes=attributes), label)


def accept(edit: Edit, desk: Desk, candidate: Candidate) -> Change:
    """The candidate's picture is edited from now on; only what is locked is still asked for."""
    chosen = edit.subjects.get(candidate.base)  # the result shows the same ones
    subjects = {**edit.subjects, candidate.picture: chosen} if chosen else edit.subjects
    accepted = replace(
        at_hand(edit, desk, candidate.base),
        identity=candidate.picture,
        attributes=switched_off(edit),
        beside=all_done(edit),
        subjects=subjects,
        custom="",
        own="",
    )
    return Change(accepted, f"Accept {candidate.label}", "accept")


def discard(edit: Edit, candidate: Candidate) -> Change:
    """The candidate leaves the strip, until that is undone."""
    discarded = tuple(dict.fromkeys((*edit.discarded, candidate.id)))
    return Change(replace(edit, discarded=discarded), f"Discard {candidate.label}")
