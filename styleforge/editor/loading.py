"""From a recipe to the controls that make it; what they cannot say is run as it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from styleforge.editor.choosing import at_hand
from styleforge.editor.recipes import image_of, recipe_of_edit
from styleforge.editor.state import AttributeState, Edit, Over
from styleforge.errors import UserError
from styleforge.recipe.condition import Condition, Custom, ImageRef, Mask, Text
from styleforge.recipe.recipe import Recipe
from styleforge.run.schedule import at_rates_of

if TYPE_CHECKING:
    from styleforge.editor.desk import Desk


MORE = (
    "The recipe says more than the controls show. It is run as it is, until a control is changed."
)


def edit_of_recipe(
    recipe: Recipe, edit: Edit, desk: Desk, *, beside: Path, keep_identity: bool = False
) -> tuple[Edit, tuple[str, ...]]:
    """The controls as a recipe sets them; locked attributes stay as they are.

    Args:
        recipe: to load.
        edit: the controls until now.
        desk: what recipes are made with.
        beside: a folder to look for the recipe's pictures in, where they are no longer.
        keep_identity: apply it to the present picture instead of the recipe's own.

    Returns:
        The controls, and what the user should know.

    Raises:
        UserError: if it is a recipe of another domain or pack, or a picture of it is not found.
    """
    from styleforge.prepare.locate import located

    _check_fits(recipe, desk)
    here = image_of(edit, desk, edit.identity) if edit.identity else None
    if keep_identity or recipe.identity is None:
        if here is None:
            msg = "Choose the picture that is edited first; the recipe brings none."
            raise UserError(msg)
        recipe = replace(recipe, identity=here, masks={})
    models = desk.forge.models_of(replace(recipe, pack=recipe.pack or desk.pack))
    recipe = located(recipe, models, beside)
    assert recipe.identity is not None
    identity = desk.pictures.take(recipe.identity.path)
    notes = []
    if recipe.stop_after is not None:
        notes.append(
            f"That run was stopped after {recipe.stop_after} steps; it is run to its end here."
        )
        recipe = replace(recipe, stop_after=None)
    attributes: dict[str, AttributeState] = {}
    for item in desk.attributes:
        state = edit.attribute(item.name)
        condition = recipe.conditions.get(item.name)
        if state.locked:
            if condition is not None:
                notes.append(f"{item.title} is locked and stays as it is.")
        elif condition is None:
            state = replace(state, enabled=False, strength=1.0)
        else:
            strength = min(1.0, recipe.strengths.get(item.name, 1.0))  # beyond it: run as it is
            state = replace(with_condition(state, condition, desk), strength=strength)
        attributes[item.name] = state
    used = [state.picture for state in attributes.values() if state.asked and state.picture]
    masks, over = _masks_of(recipe, identity.id, attributes, desk)
    known = recipe.method in {preset.name for preset in desk.domain.presets}
    loaded = replace(
        edit,
        identity=identity.id,
        tray=tuple(dict.fromkeys((*at_hand(edit, desk, edit.identity, identity.id).tray, *used))),
        attributes=attributes,
        masks={**edit.masks, **masks},
        over={**{name: one for name, one in edit.over.items() if name not in masks}, **over},
        subjects=_subjects_of(recipe, edit, identity.id, attributes),
        preset=recipe.method if known else edit.preset,
        steps=_steps(recipe, desk) if known else None,
        seed=edit.seed if edit.seed_locked else recipe.seed,
        custom="",
        own="",
    )
    if not any(state.locked for state in attributes.values()) and not (
        known and says_the_same(loaded, recipe, desk)
    ):
        loaded = replace(loaded, custom=recipe.to_json())
        notes.append(MORE)
    return loaded, tuple(notes)


def _check_fits(recipe: Recipe, desk: Desk) -> None:
    if recipe.domain != desk.domain.name:
        msg = (
            f"The recipe is of the domain {recipe.domain!r}, this editor is of "
            f"{desk.domain.name!r}; open an editor of {recipe.domain!r}."
        )
        raise UserError(msg)
    if recipe.pack and recipe.pack != desk.pack:
        msg = (
            f"The recipe was made with the pack {recipe.pack!r}, this session uses "
            f"{desk.pack!r}; open an editor with pack={recipe.pack!r}."
        )
        raise UserError(msg)


def _steps(recipe: Recipe, desk: Desk) -> int | None:
    own = desk.forge.recipe(desk.domain.name, recipe.method).steps
    return None if recipe.steps == own else recipe.steps


def says_the_same(edit: Edit, recipe: Recipe, desk: Desk) -> bool:
    """Whether the controls make this very recipe."""
    try:
        made = recipe_of_edit(replace(edit, seed=recipe.seed), desk)
    except UserError:
        return False
    return bool(_plain(made, desk) == _plain(recipe, desk))


def _plain(recipe: Recipe, desk: Desk) -> Any:
    """A recipe without what does not change its result."""
    rated = at_rates_of(desk.forge.models(desk.pack).pack, recipe)
    recipe = replace(rated.as_asked(), stop_after=recipe.stop_after)
    if not recipe.stages:
        recipe = replace(recipe, described="words")
    return Recipe.from_json(recipe.to_json())


def _masks_of(
    recipe: Recipe, identity: str, attributes: Mapping[str, AttributeState], desk: Desk
) -> tuple[dict[str, str], dict[str, Over]]:
    """Painted masks, and what they were painted over, by the id of the picture."""
    roles = {state.role: state.picture for state in attributes.values() if not state.locked}
    roles["identity"] = identity
    used = {roles[role]: mask for role, mask in recipe.masks.items() if roles.get(role)}
    taken = {picture: desk.pictures.take(mask.path).id for picture, mask in used.items()}
    return taken, {picture: mask.over for picture, mask in used.items() if mask.over}


def _subjects_of(
    recipe: Recipe, edit: Edit, identity: str, attributes: Mapping[str, AttributeState]
) -> dict[str, int]:
    """Which subjects are meant, by the id of the picture: those of before, and the recipe's."""
    chosen = {
        attributes[name].picture: one.subject
        for name, one in recipe.conditions.items()
        if isinstance(one, ImageRef) and name in attributes and not attributes[name].locked
    }
    chosen[identity] = None if recipe.identity is None else recipe.identity.subject
    return {one: number for one, number in {**edit.subjects, **chosen}.items() if number}


def with_condition(state: AttributeState, condition: Condition, desk: Desk) -> AttributeState:
    """The state of an attribute that is asked for a condition.

    Raises:
        UserError: if its picture cannot be read.
    """
    if isinstance(condition, ImageRef):
        picture = desk.pictures.take(condition.path)
        return replace(state, kind="image", picture=picture.id, enabled=True)
    if isinstance(condition, Mask):
        picture = desk.pictures.take(condition.path)
        return replace(state, kind="mask", mask=picture.id, enabled=True)
    if isinstance(condition, Text):
        return replace(state, kind="text", text=condition.text, enabled=True)
    if isinstance(condition, Custom):
        return replace(state, kind=condition.name, value=condition.value, enabled=True)
    return replace(state, kind="swatch", colour=condition.colour, enabled=True)
