"""A person's own presets: what the controls say made into one, and one put into the controls."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from styleforge.editor.change import Change, of_controls
from styleforge.editor.loading import with_condition
from styleforge.editor.recipes import conditions_of
from styleforge.errors import UserError
from styleforge.recipe.own_preset import OwnPreset, can_be_given, name_of, refuse_published

if TYPE_CHECKING:
    from styleforge.editor.desk import Desk
    from styleforge.editor.state import Edit


def made_of(edit: Edit, desk: Desk, title: str) -> tuple[OwnPreset, tuple[str, ...]]:
    """A preset of what the controls say, and what it leaves out.

    Raises:
        UserError: if a recipe is loaded that the controls do not show, or the title is a published
            preset's or can be no name.
    """
    if edit.custom:
        msg = (
            "A recipe was loaded that the controls cannot show, so no preset can be made of them. "
            "Save it under Export."
        )
        raise UserError(msg)
    name_of(title)  # refuses what can be none
    asked = conditions_of(edit, desk)
    given = {name: one for name, one in asked.items() if can_be_given(one)}
    left = [desk.attribute(name).title for name in asked if name not in given]
    strengths = {
        name: edit.attribute(name).strength for name in given if edit.attribute(name).strength != 1
    }
    made = OwnPreset(
        title=" ".join(title.split()),
        domain=desk.domain.name,
        preset=edit.preset,
        steps=edit.steps,
        conditions=given,
        strengths=strengths,
    )
    refuse_published(made, desk.domain)
    if not left:
        return made, ()
    note = (
        f"{', '.join(left)}: a picture of your own is not part of a preset, which others can be "
        "given. The rest is."
    )
    return made, (note,)


def chosen(edit: Edit, desk: Desk, own: OwnPreset) -> Change:
    """The controls as a preset sets them; what it says nothing of, or is locked, stays.

    Raises:
        UserError: if what it begins with is not there, or the domain has no such attribute.
    """
    unknown = desk.unknown_stages(desk.preset(own.preset))
    if unknown:
        raise UserError(unknown)
    attributes, tray, notes = dict(edit.attributes), edit.tray, []
    for name, condition in own.conditions.items():
        attribute = desk.attribute(name)
        state = edit.attribute(attribute.name)
        if state.locked:
            notes.append(f"{attribute.title} is locked and stays as it is.")
            continue
        strength = min(1.0, own.strengths.get(name, 1.0))
        state = replace(with_condition(state, condition, desk), strength=strength)
        attributes[state.name] = state
        if state.kind == "image":
            tray = tuple(dict.fromkeys((*tray, state.picture)))
    made = replace(edit, preset=own.preset, steps=own.steps, tray=tray)
    change = of_controls(made, attributes, Change(made, f"Preset: {own.title}", touches="preset"))
    whole = replace(change.edit, own=own.name)
    return replace(change, edit=whole, notes=(*change.notes, *notes))
