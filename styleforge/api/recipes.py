"""What was asked for, by role, to a recipe: of one pass, or of an optimization.

The calls `styleforge.edit` and `styleforge.transfer`, the commands and the editor make their
recipes here.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from styleforge.errors import UserError
from styleforge.prepare.parse import as_condition, checksum, image_ref
from styleforge.recipe.combine import JOIN, combine, parts, pasted_alone, spelling, split
from styleforge.recipe.condition import Condition, Mask
from styleforge.recipe.presets import Changes, share
from styleforge.recipe.recipe import Mapped, Recipe, Towards

if TYPE_CHECKING:
    from styleforge.forge import Forge
    from styleforge.pack.choice import Choice
    from styleforge.pack.pack import Models
    from styleforge.recipe.domain import Attribute

FARTHEST = 3.0  # strengths beyond it leave what the generator knows


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
    masks: Mapping[str, str] | None = None,
) -> Recipe:
    """The recipe of `styleforge.edit`; takes what that takes, ``asked`` by role or by attribute.

    Raises:
        UserError: as `styleforge.edit`.

    Example:
        >>> from styleforge import Forge
        >>> from styleforge.testing import toy
        >>> forge = Forge(())
        >>> forge.use(toy)
        >>> edit_recipe(forge, "toy", "me.png", {"shape": "tall"}).conditions
        {'toy.shape': Text(text='tall', kind='text')}
    """
    attributes = forge.attributes_of(domain)
    for key in asked:
        named(key, attributes, domain)  # names that are unknown are refused before all else
    mixing = interpolate is not None
    choice = _choice(forge, domain, refine, mixing=mixing)
    models = forge.models(pack or choice.name)
    conditions = _conditions(asked, attributes, domain, models, one_pass=not refine)
    presets = {one: refine or one_pass_preset(forge, one, mixing=mixing) for one in split(domain)}
    mapped = {one for one, name in presets.items() if refine or maps(forge, one, name)}
    if not refine:
        by_name = {item.name: item for item in attributes}
        _refuse_unmapped([one for one in conditions if by_name[one].domain in mapped], by_name)
    strengths = _strengths(strength, conditions, attributes, domain)
    other = _other(interpolate, at, domain)
    edits = []
    for one in split(domain):
        how = Mapped(
            region=forge.domains[one].region, towards=_towards(other[one], at) if other else None
        )
        changes: Changes = {
            "pack": pack or choice.clear,
            "identity": image_ref(identity, models),
            "conditions": conditions,
            "strengths": strengths,
            "masks": _masks(masks, models),
            "seed": seed,
        }
        if one in mapped:
            changes["start"] = "mapper"
            changes["start_map"] = how
            changes["described"] = "preview"
        own = changes if one == domain else share(changes, one)  # masks of one name only their role
        edits.append(forge.recipe(one, presets[one], **own))
    recipe = combine(*edits)
    return recipe if steps is None else recipe.with_steps(steps)


def _choice(forge: Forge, domain: str, refine: str, *, mixing: bool) -> Choice:
    """The pack for an edit of which the domain and a refinement are known."""
    drafts = []
    for one in split(domain):
        preset = refine or one_pass_preset(forge, one, mixing=mixing)
        changes: Changes = {}
        if refine or maps(forge, one, preset):
            how = Mapped(region=forge.domains[one].region)
            changes = {"start": "mapper", "start_map": how}
        drafts.append(forge.recipe(one, preset, **changes))
    return forge.pack_for(combine(*drafts))


def one_pass_preset(forge: Forge, domain: str, *, mixing: bool = False) -> str:
    """The domain's preset of one pass: the first that maps, else one that only pastes colours.

    Raises:
        UserError: if it has none.

    Example:
        >>> from styleforge import Forge
        >>> from styleforge.testing import toy
        >>> forge = Forge(())
        >>> forge.use(toy)
        >>> one_pass_preset(forge, "toy")
        'toy-mapper'
    """
    presets = forge.domains[domain].presets
    if not mixing and not any(maps(forge, domain, one.name) for one in presets):
        for preset in presets:
            paste = preset.start_paste
            kind = "" if paste is None else f"paste/{paste.method}"
            known = pasted_alone(preset) and kind in forge.components
            if known and getattr(forge.components[kind], "takes_colours", False):
                return preset.name
    return mapped_preset(forge, domain, mixing=mixing)


def maps(forge: Forge, domain: str, preset: str) -> bool:
    """Whether a preset is one pass of a mapper, be its result pasted or drawn.

    Example:
        >>> from styleforge import Forge
        >>> from styleforge.testing import toy
        >>> forge = Forge(())
        >>> forge.use(toy)
        >>> maps(forge, "toy", "toy-mapper"), maps(forge, "toy", "toy-loho")
        (True, False)
    """
    found = next(one for one in forge.domains[domain].presets if one.name == preset)
    return found.start == "mapper" and not found.stages


def transfer_recipe(
    forge: Forge,
    domain: str,
    identity: str,
    asked: Mapping[str, str | Path | Condition],
    *,
    pack: str = "",
    preset: str = "",
    strength: float | Mapping[str, float] = 1.0,
    steps: int | None = None,
    pose: bool = True,
    described: Literal["", "words", "preview"] = "",
    seed: int = 0,
    masks: Mapping[str, str] | None = None,
) -> Recipe:
    """The recipe of `styleforge.transfer`; ``asked`` is by role or by attribute.

    Raises:
        UserError: as `styleforge.transfer`.

    Example:
        >>> from styleforge import Forge
        >>> from styleforge.testing import toy
        >>> forge = Forge(())
        >>> forge.use(toy)
        >>> transfer_recipe(forge, "toy", "me.png", {"shape": "me.png"}, steps=5).steps
        5
    """
    attributes = forge.attributes_of(domain)
    choice = forge.pack_for(forge.recipe(domain, preset, pack=pack))
    models = forge.models(pack or choice.name)
    conditions = _conditions(asked, attributes, domain, models)
    changes: Changes = {
        "pack": pack or choice.clear,
        "identity": image_ref(identity, models),
        "conditions": conditions,
        "strengths": _strengths(strength, conditions, attributes, domain),
        "masks": _masks(masks, models),
        "seed": seed,
    }
    if not pose:
        changes["pose"] = "off"
    if described:
        changes["described"] = described
    recipe = forge.recipe(domain, preset, **changes)
    return recipe if steps is None else recipe.with_steps(steps)


def _conditions(
    asked: Mapping[str, str | Path | Condition],
    attributes: Sequence[Attribute],
    domain: str,
    models: Models,
    *,
    one_pass: bool = False,
) -> dict[str, Condition]:
    """Conditions by attribute, of what was asked for by role.

    Raises:
        UserError: if nothing was, an attribute twice, or it does not take what it was given.
    """
    found: dict[str, str | Path | Condition] = {}
    for key, value in asked.items():
        name = named(key, attributes, domain).name
        if name in found:
            msg = f"{name} was asked for twice, {found[name]} and {value}; say it once."
            raise UserError(msg)
        found[name] = value
    if not found:
        several = len(split(domain)) > 1
        have = [item for item in attributes if item.drives or not one_pass]
        roles = ", ".join(spelling(item) if several else item.role for item in have) or "none"
        msg = f"Nothing to change was asked for; give one or more of {roles}."
        raise UserError(msg)
    by_name = {item.name: item for item in attributes}
    return {name: as_condition(one, by_name[name], models) for name, one in found.items()}


def _masks(masks: Mapping[str, str] | None, models: Models) -> dict[str, Mask]:
    """Painted masks by role, with their checksums."""
    return {role: Mask(path, sha256=checksum(path, models)) for role, path in (masks or {}).items()}


def mapped_preset(forge: Forge, domain: str, *, mixing: bool = False) -> str:
    """The domain's preset of one pass; for mixing two edits, one that is nothing but the mapper.

    Raises:
        UserError: if it has none.

    Example:
        >>> from styleforge import Forge
        >>> from styleforge.testing import toy
        >>> forge = Forge(())
        >>> forge.use(toy)
        >>> mapped_preset(forge, "toy")
        'toy-mapper'
    """
    for preset in forge.domains[domain].presets:
        pasted = preset.compose.mode == "pasted"
        if preset.start == "mapper" and not preset.stages and not (mixing and pasted):
            return preset.name
    msg = f"{domain} has no preset that maps; use `styleforge transfer {domain}`."
    raise UserError(msg)


def named(key: str, attributes: Sequence[Attribute], domain: str) -> Attribute:
    """The attribute that is called by its name, its role, or ``hat_shape`` for ``hat.shape``.

    Raises:
        UserError: if there is none of that name, or a role is that of several domains.

    Example:
        >>> from styleforge.testing import toy
        >>> named("shape", toy.ATTRIBUTES, "toy").name
        'toy.shape'
    """
    several = len(split(domain)) > 1
    found = mentioned(key, attributes)
    if len(found) == 1:
        return found[0]
    have = ", ".join(spelling(item) if several else item.role for item in attributes)
    if found:
        names = " and ".join(spelling(item) for item in found)
        msg = f"{key!r} is an attribute of several domains; write {names}."
    else:
        msg = f"{domain} has no attribute {key!r}; it has {have}."
    raise UserError(msg)


def mentioned(key: str, attributes: Sequence[Attribute]) -> list[Attribute]:
    """The attributes that a name, a role, or ``hat_shape`` for ``hat.shape`` may mean.

    Example:
        >>> from styleforge import Forge
        >>> from styleforge.testing import toy
        >>> forge = Forge(())
        >>> forge.use(toy)
        >>> [one.name for one in mentioned("shape", forge.attributes_of("toy"))]
        ['toy.shape']
    """
    return [item for item in attributes if key in {item.name, spelling(item), item.role}]


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


def _strengths(
    strength: float | Mapping[str, float],
    asked: Mapping[str, object],
    attributes: tuple[Attribute, ...],
    domain: str,
) -> dict[str, float]:
    if isinstance(strength, Mapping):
        given = {named(key, attributes, domain).name: float(v) for key, v in strength.items()}
    else:
        given = {} if strength == 1 else dict.fromkeys(asked, float(strength))
    for name, value in given.items():
        if not math.isfinite(value) or not 0 <= value <= FARTHEST:
            msg = f"The strength of {name} is {value}; give a number from 0 to {FARTHEST:g}."
            raise UserError(msg)
    return given
