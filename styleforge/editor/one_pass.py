"""What is asked for as one pass, which is there in a moment: the recipe of a preview."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from styleforge.api.edit_recipe import edit_recipe
from styleforge.api.one_pass import maps, one_pass_preset
from styleforge.editor.recipes import conditions_of, image_of, masks_of
from styleforge.editor.together import asked_parts, fronted, own_part
from styleforge.errors import UserError
from styleforge.recipe.combine import combine
from styleforge.recipe.condition import Mask

if TYPE_CHECKING:
    from styleforge.editor.desk import Desk
    from styleforge.editor.state import Edit
    from styleforge.recipe.recipe import Recipe


def asked(edit: Edit) -> Edit:
    """An edit without what does not change its preview, to be compared with another's."""
    if edit.beside:
        edit = fronted(edit, min(edit.domain, *edit.beside))
    states = {
        name: replace(
            state,
            picture=state.picture if state.kind == "image" else "",
            text=" ".join(state.text.split()) if state.kind == "text" else "",
            colour=state.colour if state.kind == "swatch" else "",
            mask=state.mask if state.kind == "mask" else "",
            value=state.value if state.kind not in {"image", "text", "swatch", "mask"} else "",
            locked=False,
        )
        for name, state in edit.attributes.items()
        if state.asked
    }
    beside = {
        name: own_part(asked(replace(part, identity=edit.identity)))
        for name, part in edit.beside.items()
    }
    used = {edit.identity, *(state.picture for state in states.values())}
    return replace(
        edit,
        tray=(),
        attributes=states,
        beside=beside,
        masks={one: mask for one, mask in edit.masks.items() if one in used},
        over={one: over for one, over in edit.over.items() if one in used},
        subjects={one: number for one, number in edit.subjects.items() if one in used},
        preset="",
        own="",
        steps=None,
        seed_locked=False,
        discarded=(),
    )


def preview_recipe(edit: Edit, desk: Desk) -> tuple[Recipe, tuple[str, ...]]:
    """The recipe of one pass for what the controls say, and what it leaves out.

    Raises:
        UserError: if the domain or the pack has no preset of one pass, or it changes nothing of
            what is asked for.
    """
    made = [_preview_of_part(part, at) for at, part in asked_parts(edit, desk)]
    return combine(*(recipe for recipe, _ in made)), tuple(note for _, own in made for note in own)


def _preview_of_part(edit: Edit, desk: Desk) -> tuple[Recipe, tuple[str, ...]]:
    """The recipe of one pass for what is asked of one domain, and what it leaves out."""
    forge, domain = desk.forge, desk.domain.name
    preset = one_pass_preset(forge, domain, pack=desk.pack)
    mapped = maps(forge, domain, preset)
    conditions = conditions_of(edit, desk)
    left = [
        name
        for name, one in conditions.items()
        if mapped and (isinstance(one, Mask) or not desk.attribute(name).drives)
    ]
    titles = ", ".join(desk.attribute(name).title for name in left)
    kept = {name: one for name, one in conditions.items() if name not in left}
    if not kept:
        msg = f"There is no preview of {titles}; run the edit to see it."
        raise UserError(msg)
    strengths = {
        name: edit.attribute(name).strength for name in kept if edit.attribute(name).strength != 1
    }
    identity = image_of(edit, desk, edit.identity)
    recipe = edit_recipe(
        forge,
        domain,
        identity.path,
        kept,
        pack=desk.pack,
        strength=strengths,
        seed=edit.seed,
    )
    masks = masks_of(edit, desk, frozenset(desk.attribute(name).role for name in left))
    notes = (f"{titles}: not in the preview; a run has it.",) if left else ()
    return replace(recipe, identity=identity, masks=masks), notes
