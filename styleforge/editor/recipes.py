"""Between what the controls say and a recipe, both ways."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from styleforge.condition import Condition, ImageRef, Mask, Swatch, Text
from styleforge.editing import FARTHEST, edit_recipe, mapped_preset
from styleforge.editor.state import AttributeState, Edit
from styleforge.errors import UserError
from styleforge.recipe import Recipe
from styleforge.strength import with_strengths

if TYPE_CHECKING:
    from styleforge.domain import Attribute, Domain, Preset
    from styleforge.editor.pictures import Pictures
    from styleforge.forge import Forge


@dataclass(frozen=True)
class Desk:
    """What recipes are made with: plugins, the domain, the pack and the session's pictures."""

    forge: Forge
    domain: Domain
    pack: str
    pictures: Pictures

    @property
    def attributes(self) -> tuple[Attribute, ...]:
        """The domain's attributes, whichever plugin added them."""
        return self.forge.attributes_of(self.domain.name)

    def preset(self, name: str) -> Preset:
        """A preset of the domain.

        Raises:
            UserError: if there is none of that name.
        """
        for preset in self.domain.presets:
            if preset.name == name:
                return preset
        have = ", ".join(preset.name for preset in self.domain.presets) or "none"
        msg = f"{self.domain.name} has no preset {name!r}; it has {have}."
        raise UserError(msg)

    def attribute(self, name: str) -> Attribute:
        """An attribute by name or role.

        Raises:
            UserError: if the domain has none of that name.
        """
        for item in self.attributes:
            if name in {item.name, item.role}:
                return item
        have = ", ".join(item.role for item in self.attributes)
        msg = f"{self.domain.name} has no attribute {name!r}; it has {have}."
        raise UserError(msg)


def strength_max(preset: Preset) -> float:
    """How far strengths go: beyond 1 where a mapper makes the result in one pass."""
    return 1.0 if preset.stages else FARTHEST


def missing(edit: Edit, desk: Desk) -> tuple[str, ...]:
    """Sentences on what must be chosen before an edit can run."""
    found = []
    if not edit.identity:
        found.append("Choose the picture that is edited.")
    if edit.custom:
        return tuple(found)
    asked = [edit.attributes[item.name] for item in desk.attributes if _asked(edit, item)]
    if not asked:
        roles = ", ".join(_takes(item) for item in desk.attributes)
        found.append(f"Ask for something to change; {desk.domain.title.lower()} has {roles}.")
    elif edit.preset and not desk.preset(edit.preset).stages:
        left = [state.role for state in asked if not desk.attribute(state.name).drives]
        if left:
            found.append(
                f"The preset {edit.preset} does not change {', '.join(left)}; switch that off, "
                "or choose a preset that optimizes."
            )
    return tuple(found)


def _asked(edit: Edit, attribute: Attribute) -> bool:
    state = edit.attributes.get(attribute.name)
    return state is not None and state.asked


def _takes(attribute: Attribute) -> str:
    names = {"image": "a picture", "text": "words", "swatch": "a colour", "mask": "a mask"}
    return f"{attribute.role} ({' or '.join(names[kind] for kind in attribute.accepts)})"


def recipe_of_edit(edit: Edit, desk: Desk) -> Recipe:
    """The recipe of what the controls say.

    Raises:
        UserError: if something is missing, or the preset cannot do what is asked for.
    """
    found = missing(edit, desk)
    if found:
        raise UserError(" ".join(found))
    identity = _image(desk.pictures, edit.identity)
    if edit.custom:
        recipe = Recipe.from_json(edit.custom)
        return replace(recipe, identity=identity, seed=edit.seed, masks=_masks(edit, desk))
    conditions = conditions_of(edit, desk)
    preset = desk.preset(edit.preset)
    strengths = {
        name: edit.attributes[name].strength
        for name in conditions
        if edit.attributes[name].strength != 1
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
    return replace(recipe, masks=_masks(edit, desk))


def is_one_pass(preset: Preset, desk: Desk) -> bool:
    """Whether a preset is the one that `styleforge.edit` uses."""
    if preset.stages or preset.start != "mapper":
        return False
    return preset.name == mapped_preset(desk.forge, desk.domain.name)


def conditions_of(edit: Edit, desk: Desk) -> dict[str, Condition]:
    """What is asked for, by attribute, in the domain's order."""
    return {
        item.name: condition_of_state(edit.attributes[item.name], desk.pictures)
        for item in desk.attributes
        if _asked(edit, item)
    }


def condition_of_state(state: AttributeState, pictures: Pictures) -> Condition:
    """The condition of an attribute that is asked for."""
    match state.kind:
        case "image":
            return _image(pictures, state.picture)
        case "text":
            return Text(" ".join(state.text.split()))
        case "swatch":
            return Swatch(state.colour)
        case _:
            picture = pictures[state.mask]
            return Mask(picture.source, sha256=picture.sha256)


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
    return replace(state, kind="swatch", colour=condition.colour, enabled=True)


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
    from styleforge.cli.files import located

    _check_fits(recipe, desk)
    here = _image(desk.pictures, edit.identity) if edit.identity else None
    if keep_identity or recipe.identity is None:
        if here is None:
            msg = "Choose the picture that is edited first; the recipe brings none."
            raise UserError(msg)
        recipe = replace(recipe, identity=here, masks={})
    recipe = located(recipe, desk.forge.models(recipe.pack or desk.pack), beside)
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
        state = edit.attributes[item.name]
        condition = recipe.conditions.get(item.name)
        if state.locked:
            if condition is not None:
                notes.append(f"{item.role} is locked and stays as it is.")
        elif condition is None:
            state = replace(state, enabled=False, strength=1.0)
        else:
            strength = recipe.strengths.get(item.name, 1.0)
            state = replace(with_condition(state, condition, desk), strength=strength)
        attributes[item.name] = state
    used = [state.picture for state in attributes.values() if state.asked and state.picture]
    known = recipe.method in {preset.name for preset in desk.domain.presets}
    loaded = replace(
        edit,
        identity=identity.id,
        tray=tuple(dict.fromkeys((*edit.tray, *used))),
        attributes=attributes,
        masks={**edit.masks, **_masks_of(recipe, identity.id, attributes, desk)},
        preset=recipe.method if known else edit.preset,
        steps=_steps(recipe, desk) if known else None,
        seed=edit.seed if edit.seed_locked else recipe.seed,
        custom="",
    )
    if not any(state.locked for state in attributes.values()) and not (
        known and _same(loaded, recipe, desk)
    ):
        loaded = replace(loaded, custom=recipe.to_json())
        notes.append(
            "The recipe says more than the controls show. It is run as it is, until a control is "
            "changed."
        )
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


def _same(edit: Edit, recipe: Recipe, desk: Desk) -> bool:
    """Whether the controls make this very recipe."""
    try:
        made = recipe_of_edit(replace(edit, seed=recipe.seed), desk)
    except UserError:
        return False
    return bool(_plain(made) == _plain(recipe))


def _plain(recipe: Recipe) -> Any:
    """A recipe without what does not change its result."""
    recipe = replace(recipe, weights="")
    if not recipe.stages:
        recipe = replace(recipe, described="words")
    return Recipe.from_json(recipe.to_json())


def _image(pictures: Pictures, picture_id: str) -> ImageRef:
    picture = pictures[picture_id]
    return ImageRef(picture.source, sha256=picture.sha256)


def _masks(edit: Edit, desk: Desk) -> dict[str, Mask]:
    """The painted masks of the pictures that a run uses, by role."""
    used = {"identity": edit.identity}
    for state in edit.attributes.values():
        if state.asked and state.kind == "image":
            used[state.role] = state.picture
    found = {}
    for role, picture_id in used.items():
        if picture_id in edit.masks:
            mask = desk.pictures[edit.masks[picture_id]]
            found[role] = Mask(mask.source, sha256=mask.sha256)
    return found


def _masks_of(
    recipe: Recipe, identity: str, attributes: Mapping[str, AttributeState], desk: Desk
) -> dict[str, str]:
    roles = {state.role: state.picture for state in attributes.values() if not state.locked}
    roles["identity"] = identity
    return {
        roles[role]: desk.pictures.take(mask.path).id
        for role, mask in recipe.masks.items()
        if roles.get(role)
    }
