"""From what the controls say to a recipe."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from styleforge.api.edit_recipe import edit_recipe
from styleforge.api.one_pass import first_to_map
from styleforge.editor.state import AttributeState, Edit
from styleforge.editor.together import asked_parts
from styleforge.errors import UserError
from styleforge.prepare.inputs import with_inputs
from styleforge.recipe.combine import combine, pasted_alone
from styleforge.recipe.condition import Condition, Custom, ImageRef, Mask, Swatch, Text
from styleforge.recipe.recipe import Recipe
from styleforge.recipe.strength import with_strengths

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from styleforge.editor.desk import Desk
    from styleforge.editor.state import Picture
    from styleforge.recipe.domain import Attribute, Preset


def missing(edit: Edit, desk: Desk) -> tuple[str, ...]:
    """Sentences on what must be chosen before an edit can run."""
    found = [] if edit.identity else ["Choose the picture that is edited."]
    for at, part in asked_parts(edit, desk):
        found += _lacking(part, at)
    return tuple(dict.fromkeys(found))


def _lacking(edit: Edit, desk: Desk) -> list[str]:
    """What is missing of one domain."""
    found: list[str] = []
    if edit.custom:
        return found
    unknown = desk.unknown_stages(desk.preset(edit.preset)) if edit.preset else ""
    if unknown:
        found.append(unknown)
    states = (edit.attribute(item.name) for item in desk.attributes)
    asked = [state for state in states if state.asked]
    if not asked:
        roles = ", ".join(_takes(item) for item in desk.offered)
        found.append(f"Ask for something to change; {desk.domain.title.lower()} has {roles}.")
    elif edit.preset and not desk.preset(edit.preset).stages:
        changed = {one.name for one in desk.changed(desk.preset(edit.preset))}
        left = [desk.attribute(one.name).title for one in asked if one.name not in changed]
        if left:
            found.append(
                f"The preset {edit.preset} does not change {', '.join(left)}; switch that off, "
                "or choose another preset."
            )
    return found


def _takes(attribute: Attribute) -> str:
    names = {"image": "a picture", "text": "words", "swatch": "a colour", "mask": "a mask"}
    kinds = " or ".join(names.get(one, one) for one in attribute.accepts)
    return f"{attribute.title.lower()} ({kinds})"


def recipe_of_edit(edit: Edit, desk: Desk) -> Recipe:
    """The recipe of what the controls say; one of all domains of which something is asked.

    Raises:
        UserError: if something is missing, or the preset cannot do what is asked for.
    """
    found = missing(edit, desk)
    if found:
        raise UserError(" ".join(found))
    made = [_recipe_of_part(part, at) for at, part in asked_parts(edit, desk)]
    return combine(*_alike(made))


def check_together(edit: Edit, desk: Desk) -> tuple[str, ...]:
    """Refuse what several domains cannot do in one run; a sentence where it has one's steps.

    Raises:
        UserError: if their presets do not fit together.
    """
    recipe_of_edit(edit, desk)
    (first, _), *others = asked_parts(edit, desk)
    return tuple(
        f"One run has the steps of {first.domain.title}; those of {at.domain.title} do not count."
        for at, part in others
        if part.steps is not None
    )


def _alike(recipes: Sequence[Recipe]) -> list[Recipe]:
    """Recipes of one pass that say alike what stands for words: without stages, nothing does."""
    first = recipes[0]
    return [
        one if one.stages or pasted_alone(one) else replace(one, described=first.described)
        for one in recipes
    ]


def _recipe_of_part(edit: Edit, desk: Desk) -> Recipe:
    """The recipe of what is asked of one domain."""
    identity = image_of(edit, desk, edit.identity)
    if edit.custom:
        recipe = Recipe.from_json(edit.custom)
        return replace(recipe, identity=identity, seed=edit.seed, masks=masks_of(edit, desk))
    conditions = conditions_of(edit, desk)
    preset = desk.preset(edit.preset)
    strengths = {
        name: edit.attribute(name).strength
        for name in conditions
        if edit.attribute(name).strength != 1
    }
    if is_one_pass(preset, desk):
        recipe = edit_recipe(
            desk.forge,
            desk.domain.name,
            identity.path,
            conditions,
            pack=desk.pack,
            strength=strengths,
            seed=edit.seed,
        )
    else:
        recipe = desk.forge.recipe(
            desk.domain.name,
            preset.name,
            pack=desk.pack,
            identity=identity,
            conditions=conditions,
            seed=edit.seed,
        )
        if edit.steps is not None:
            recipe = recipe.with_steps(edit.steps)
        if strengths and recipe.stages:
            recipe = with_strengths(recipe, desk.attributes, strengths)
        elif strengths:
            recipe = replace(recipe, strengths=strengths)
    return replace(recipe, identity=identity, masks=masks_of(edit, desk))


def with_sources(recipe: Recipe, pictures: Mapping[str, Picture]) -> Recipe:
    """A recipe that names its pictures where the session has them now.

    They are found by their contents, wherever in the recipe they stand: a session may have been
    moved since it was written.
    """
    sources = {picture.sha256: picture.source for picture in pictures.values()}

    def located(item: ImageRef | Mask) -> tuple[str, str | None]:
        return sources.get(item.sha256 or "", item.path), item.sha256

    return with_inputs(recipe, located)


def is_one_pass(preset: Preset, desk: Desk) -> bool:
    """Whether a preset is the one that `styleforge.edit` uses."""
    return first_to_map(desk.forge, desk.domain.name, preset.name)


def conditions_of(edit: Edit, desk: Desk) -> dict[str, Condition]:
    """What is asked for, by attribute, in the domain's order."""
    return {
        item.name: _condition_of_state(edit, desk, edit.attribute(item.name))
        for item in desk.attributes
        if edit.attribute(item.name).asked
    }


def _condition_of_state(edit: Edit, desk: Desk, state: AttributeState) -> Condition:
    """The condition of an attribute that is asked for."""
    match state.kind:
        case "image":
            return image_of(edit, desk, state.picture)
        case "text":
            return Text(" ".join(state.text.split()))
        case "swatch":
            return Swatch(state.colour)
        case "mask":
            picture = desk.pictures[state.mask]
            return Mask(picture.source, sha256=picture.sha256)
        case name:
            return Custom(name, state.value.strip())


def image_of(edit: Edit, desk: Desk, picture_id: str) -> ImageRef:
    """A picture as a recipe names it."""
    picture, subject = desk.pictures[picture_id], edit.subjects.get(picture_id)
    return ImageRef(picture.source, sha256=picture.sha256, subject=subject)


def masks_of(edit: Edit, desk: Desk, but: frozenset[str] = frozenset()) -> dict[str, Mask]:
    """The painted masks of the pictures that a run uses, by role; without those roles ``but``."""
    used = {"identity": edit.identity}
    for state in edit.attributes.values():
        if state.asked and state.kind == "image" and state.role not in but:
            used[state.role] = state.picture
    found = {}
    for role, picture_id in used.items():
        if picture_id in edit.masks:
            mask = desk.pictures[edit.masks[picture_id]]
            over = edit.over.get(picture_id, "")
            found[role] = Mask(mask.source, sha256=mask.sha256, over=over)
    return found
