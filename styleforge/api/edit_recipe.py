"""What was asked for, by role, to a recipe of one pass, or of one that is refined.

The call `styleforge.edit`, the commands, the editor and the server make their recipes here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from styleforge.api.asked_for import asked_conditions, asked_masks, asked_strengths, named, tuned
from styleforge.api.fitting import fitting_preset
from styleforge.api.one_pass import maps, one_pass_preset
from styleforge.errors import UserError
from styleforge.prepare.parse import image_ref
from styleforge.recipe.combine import JOIN, combine, parts, split
from styleforge.recipe.condition import Condition, Mask
from styleforge.recipe.presets import Changes
from styleforge.recipe.recipe import Recipe
from styleforge.recipe.several import share
from styleforge.recipe.starts import Mapped, Towards

if TYPE_CHECKING:
    from styleforge.forge import Forge
    from styleforge.pack.choice import Choice
    from styleforge.recipe.domain import Attribute


def edit_recipe(
    forge: Forge,
    domain: str,
    identity: str,
    asked: Mapping[str, str | Path | Condition],
    *,
    pack: str = "",
    strength: float | Mapping[str, float] = 1.0,
    interpolate: str | Path | Recipe | None = None,
    at: float = 0.5,
    refine: str = "",
    steps: int | None = None,
    seed: int = 0,
    masks: Mapping[str, str | Mask] | None = None,
    tune: Mapping[str, float] | None = None,
) -> Recipe:
    """The recipe of `styleforge.edit`; takes what that takes, ``asked`` by role or by attribute.

    Raises:
        UserError: as `styleforge.edit`.

    Example:
        >>> from styleforge.testing import toy
        >>> forge = toy.toy_forge()
        >>> edit_recipe(forge, "toy", "me.png", {"shape": "tall"}).conditions
        {'toy.shape': Text(text='tall', kind='text')}
    """
    attributes = forge.attributes_of(domain)
    for key in asked:
        named(key, attributes, domain)  # names that are unknown are refused before all else
    mixing = interpolate is not None
    known = pack or forge.default_pack
    if refine:
        fitting_preset(forge, domain, refine, known)
    choice = _choice(forge, domain, refine, known, mixing=mixing)
    models = forge.models(pack or choice.name)
    conditions = asked_conditions(asked, attributes, domain, models, one_pass=not refine)
    presets = {
        one: refine or one_pass_preset(forge, one, mixing=mixing, pack=known)
        for one in split(domain)
    }
    mapped = {one for one, name in presets.items() if refine or maps(forge, one, name)}
    if not refine:
        by_name = {item.name: item for item in attributes}
        _refuse_unmapped([one for one in conditions if by_name[one].domain in mapped], by_name)
    strengths = asked_strengths(strength, conditions, attributes, domain)
    other = _other(interpolate, at, domain)
    me, painted = image_ref(identity, models), asked_masks(masks, models)
    edits = []
    for one in split(domain):
        how = Mapped(
            region=forge.domains[one].region, towards=_towards(other[one], at) if other else None
        )
        changes: Changes = {
            "pack": pack or choice.clear,
            "identity": me,
            "conditions": conditions,
            "strengths": strengths,
            "masks": painted,
            "seed": seed,
        }
        if one in mapped:
            changes["start"] = "mapper"
            changes["start_map"] = how
            changes["described"] = "preview"
        own = changes if one == domain else share(changes, one)  # masks of one name only their role
        edits.append(forge.recipe(one, presets[one], **own))
    recipe = tuned(combine(*edits), tune or {}, models)
    return recipe if steps is None else recipe.with_steps(steps)


def _choice(forge: Forge, domain: str, refine: str, pack: str, *, mixing: bool) -> Choice:
    """The pack for an edit of which the domain and a refinement are known."""
    drafts = []
    for one in split(domain):
        preset = refine or one_pass_preset(forge, one, mixing=mixing, pack=pack)
        changes: Changes = {}
        if refine or maps(forge, one, preset):
            how = Mapped(region=forge.domains[one].region)
            changes = {"start": "mapper", "start_map": how}
        drafts.append(forge.recipe(one, preset, **changes))
    return forge.pack_for(combine(*drafts))


def _refuse_unmapped(asked: Iterable[str], by_name: Mapping[str, Attribute]) -> None:
    left = [name for name in asked if not by_name[name].drives]
    if left:
        mapped = ", ".join(item.role for item in by_name.values() if item.drives) or "nothing"
        msg = (
            f"One pass changes {mapped}, and not {', '.join(left)}. Leave that out, or refine the "
            "edit with a preset that optimizes it."
        )
        raise UserError(msg)


def _other(other: str | Path | Recipe | None, at: float, domain: str) -> dict[str, Recipe]:
    """The other edit by domain; empty where none is named."""
    if other is None:
        return {}
    if not 0 <= at <= 1:
        msg = f"Interpolation goes from 0 to 1; it was asked for {at}."
        raise UserError(msg)
    if not isinstance(other, Recipe):
        from styleforge.prepare.images import read_recipe

        other = read_recipe(Path(other))
    if set(other.domains) != set(split(domain)):
        theirs = JOIN.join(other.domains)
        msg = f"The other edit is of {theirs!r}, not of {domain!r}; choose one of {domain!r}."
        raise UserError(msg)
    found = {part.domain: part for _, part in parts(other)}
    if any(part.start_map and part.start_map.towards for part in found.values()):
        msg = (
            "The other edit is itself on the way between two edits. Choose one of those two to "
            "interpolate towards."
        )
        raise UserError(msg)
    if not any(part.conditions for part in found.values()):
        msg = "The other edit asks for nothing; choose a result that words or pictures led to."
        raise UserError(msg)
    return found


def _towards(other: Recipe, at: float) -> Towards | None:
    if not other.conditions:
        return None
    return Towards(conditions=other.conditions, strengths=other.strengths, at=at)
