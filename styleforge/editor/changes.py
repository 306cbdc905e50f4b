"""Commands that change an edit: functions from an edit to another, with what history calls it."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from styleforge.editor.loading import with_condition
from styleforge.editor.recipes import strength_max
from styleforge.editor.state import KINDS, AttributeState, Candidate, Edit
from styleforge.errors import UserError
from styleforge.prepare.parse import condition_of, expected
from styleforge.recipe.condition import Swatch, kind_of

if TYPE_CHECKING:
    from styleforge.editor.recipes import Desk
    from styleforge.recipe.condition import Condition

SEEDS = 2**31


@dataclass(frozen=True)
class Change:
    """An edit, what led to it, and which control was moved."""

    edit: Edit
    label: str
    kind: Literal["identity", "accept", "change"] = "change"
    touches: str = ""
    notes: tuple[str, ...] = ()


def identity(edit: Edit, desk: Desk, source: Any, name: str) -> Change:
    """Another picture is edited."""
    picture = desk.pictures.take(source, name)
    return Change(replace(edit, identity=picture.id), f"Edit {picture.name}", "identity")


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
            msg = f"{picture.name} is used by {state.role}, which is locked; unlock it first."
            raise UserError(msg)
    attributes = {
        name: _without(state) if state.picture == picture_id else state
        for name, state in edit.attributes.items()
    }
    tray = tuple(one for one in edit.tray if one != picture_id)
    return _controls(replace(edit, tray=tray), attributes, Change(edit, f"Remove {picture.name}"))


def assign(edit: Edit, desk: Desk, attribute: str, picture_id: str) -> Change:
    """A picture of the session as the reference of an attribute; none where the id is empty."""
    state = _open(edit, desk, attribute)
    if not picture_id:
        return _one(edit, _without(state), f"No reference for {state.role}")
    _accepts(desk, state.name, "image")
    picture = desk.pictures[picture_id]
    edit = replace(edit, tray=tuple(dict.fromkeys((*edit.tray, picture.id))))
    state = replace(state, kind="image", picture=picture.id, enabled=True)
    return _one(edit, state, f"{state.role}: {picture.name}")


def assign_all(edit: Edit, desk: Desk, pictures: Mapping[str, str]) -> Change:
    """Pictures for several attributes at once; locked ones stay as they are."""
    notes = []
    before = edit
    for attribute, picture_id in pictures.items():
        state = edit.attribute(desk.attribute(attribute).name)
        if state.locked:
            notes.append(f"{state.role} is locked and stays as it is.")
        else:
            edit = assign(edit, desk, attribute, picture_id).edit
    label = "Assign references" if edit != before else "Nothing assigned"
    return Change(edit, label, notes=tuple(notes))


def set_kind(edit: Edit, desk: Desk, attribute: str, kind: str) -> Change:
    """What counts for an attribute: its picture, its words, its colour, or nothing.

    Raises:
        UserError: if it is neither one of these nor a kind that the attribute accepts.
    """
    state = _open(edit, desk, attribute)
    known = dict.fromkeys((*KINDS, *desk.attribute(attribute).accepts))
    if kind not in known:
        msg = f"{kind!r} is no kind of condition; there are {', '.join(known)}."
        raise UserError(msg)
    if kind != "none":
        _accepts(desk, state.name, kind)
    return _one(edit, replace(state, kind=kind), f"{state.role}: {kind}")


def set_text(edit: Edit, desk: Desk, attribute: str, text: str) -> Change:
    """Words for an attribute."""
    state = _open(edit, desk, attribute)
    _accepts(desk, state.name, "text")
    state = replace(state, kind="text", text=str(text), enabled=True)
    return _one(edit, state, f"{state.role}: {text}", f"{state.name} text")


def set_colour(edit: Edit, desk: Desk, attribute: str, colour: str) -> Change:
    """A colour ``#rrggbb`` for an attribute."""
    state = _open(edit, desk, attribute)
    _accepts(desk, state.name, "swatch")
    state = replace(state, kind="swatch", colour=Swatch(colour).colour, enabled=True)
    return _one(edit, state, f"{state.role}: {state.colour}", f"{state.name} colour")


def set_value(edit: Edit, desk: Desk, attribute: str, kind: str, value: str) -> Change:
    """What a condition of a plugin's own says for an attribute."""
    state = _open(edit, desk, attribute)
    _accepts(desk, state.name, kind)
    state = replace(state, kind=kind, value=str(value), enabled=True)
    return _one(edit, state, f"{state.role}: {value}", f"{state.name} {kind}")


def set_condition(edit: Edit, desk: Desk, attribute: str, value: str | Condition) -> Change:
    """Whatever somebody typed, or a condition."""
    state = _open(edit, desk, attribute)
    models = desk.forge.models(desk.pack)
    if isinstance(value, str):
        value = condition_of(value, desk.attribute(attribute), models)
    _accepts(desk, state.name, kind_of(value))
    state = with_condition(state, value, desk)
    if state.kind == "image":
        edit = replace(edit, tray=tuple(dict.fromkeys((*edit.tray, state.picture))))
    return _one(edit, state, f"{state.role}: {kind_of(value)}")


def set_strength(edit: Edit, desk: Desk, attribute: str, strength: float) -> Change:
    """How far an attribute goes."""
    state = _open(edit, desk, attribute)
    most = strength_max(desk.preset(edit.preset))
    if not 0 <= strength <= most:
        msg = f"The strength of {state.role} is {strength}; give a number from 0 to {most:g}."
        raise UserError(msg)
    state = replace(state, strength=float(strength))
    return _one(edit, state, f"Strength of {state.role}: {strength:g}", f"{state.name} strength")


def set_enabled(edit: Edit, desk: Desk, attribute: str, *, enabled: bool) -> Change:
    """An attribute on or off."""
    state = replace(_open(edit, desk, attribute), enabled=enabled)
    return _one(edit, state, f"{state.role} {'on' if enabled else 'off'}")


def lock(edit: Edit, desk: Desk, attribute: str, *, locked: bool) -> Change:
    """Lock or unlock an attribute."""
    state = replace(edit.attribute(desk.attribute(attribute).name), locked=locked)
    attributes = {**edit.attributes, state.name: state}
    label = f"{'Lock' if locked else 'Unlock'} {state.role}"
    return Change(replace(edit, attributes=attributes), label)


def set_preset(edit: Edit, desk: Desk, name: str) -> Change:
    """Another preset; strengths that are too high for it come down to what it takes.

    Raises:
        UserError: if there is none of that name, or it names a stage that no plugin brings.
    """
    preset = desk.preset(name)
    unknown = desk.unknown_stages(preset)
    if unknown:
        raise UserError(unknown)
    most = strength_max(preset)
    attributes = {
        key: replace(state, strength=min(state.strength, most))
        for key, state in edit.attributes.items()
    }
    edit = replace(edit, preset=name, steps=None)
    return _controls(edit, attributes, Change(edit, f"Preset {name}", touches="preset"))


def set_steps(edit: Edit, desk: Desk, steps: int | None) -> Change:
    """How many steps in all; None for the preset's own."""
    stages = len(desk.preset(edit.preset).stages)
    if steps is not None and not stages:
        msg = f"The preset {edit.preset} takes no steps; choose one that optimizes."
        raise UserError(msg)
    if steps is not None and steps < stages:
        msg = f"{steps} steps cannot be shared among {stages} stages; ask for at least {stages}."
        raise UserError(msg)
    label = "Steps of the preset" if steps is None else f"{steps} steps"
    edit = replace(edit, steps=steps)
    return _controls(edit, edit.attributes, Change(edit, label, touches="steps"))


def set_seed(edit: Edit, _desk: Desk, seed: int) -> Change:
    """The seed, which governs everything random."""
    if not 0 <= seed < 2**63:
        msg = f"The seed is {seed}; give a whole number from 0 to 2**63 - 1."
        raise UserError(msg)
    return Change(replace(edit, seed=int(seed)), f"Seed {seed}", touches="seed")


def random_seed(edit: Edit, desk: Desk) -> Change:
    """Another seed by chance; a locked one stays."""
    if edit.seed_locked:
        msg = f"The seed {edit.seed} is locked; unlock it to draw another."
        raise UserError(msg)
    return set_seed(edit, desk, random.SystemRandom().randrange(SEEDS))


def lock_seed(edit: Edit, _desk: Desk, *, locked: bool) -> Change:
    """Lock or unlock the seed."""
    return Change(replace(edit, seed_locked=locked), f"{'Lock' if locked else 'Unlock'} the seed")


def accept(edit: Edit, candidate: Candidate) -> Change:
    """The candidate's picture is edited from now on; only what is locked is still asked for."""
    attributes = {
        name: state if state.locked else replace(state, enabled=False)
        for name, state in edit.attributes.items()
    }
    chosen = edit.subjects.get(candidate.base)  # the result shows the same ones
    subjects = {**edit.subjects, candidate.picture: chosen} if chosen else edit.subjects
    accepted = replace(
        edit, identity=candidate.picture, attributes=attributes, subjects=subjects, custom=""
    )
    return Change(accepted, f"Accept {candidate.label}", "accept")


def discard(edit: Edit, candidate: Candidate) -> Change:
    """The candidate leaves the strip, until that is undone."""
    discarded = tuple(dict.fromkeys((*edit.discarded, candidate.id)))
    return Change(replace(edit, discarded=discarded), f"Discard {candidate.label}")


def _open(edit: Edit, desk: Desk, attribute: str) -> AttributeState:
    """The state of an attribute that is not locked."""
    state = edit.attribute(desk.attribute(attribute).name)
    if state.locked:
        msg = f"{state.role} is locked; unlock it to change it."
        raise UserError(msg)
    return state


def _accepts(desk: Desk, name: str, kind: str) -> None:
    attribute = desk.attribute(name)
    if kind not in attribute.accepts:
        msg = f"{attribute.name} takes {expected(attribute)}; it was given a {kind}."
        raise UserError(msg)


def _without(state: AttributeState) -> AttributeState:
    kind = "none" if state.kind == "image" else state.kind
    return replace(state, kind=kind, picture="")


def _one(edit: Edit, state: AttributeState, label: str, touches: str = "") -> Change:
    return _controls(
        edit, {**edit.attributes, state.name: state}, Change(edit, label, touches=touches)
    )


def _controls(edit: Edit, attributes: Mapping[str, AttributeState], change: Change) -> Change:
    """A change of controls, after which a loaded recipe no longer holds."""
    notes = ("The controls replace the recipe that was loaded.",) if edit.custom else ()
    return replace(change, edit=replace(edit, attributes=dict(attributes), custom=""), notes=notes)
