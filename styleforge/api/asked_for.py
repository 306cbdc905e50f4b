"""What was asked for, by role: which attributes, how far each is to go, where, how it is tuned."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from styleforge.errors import UserError
from styleforge.pack.knobs import refuse_knobs
from styleforge.prepare.parse import as_condition, checksum
from styleforge.recipe.combine import spelling, split
from styleforge.recipe.condition import Condition, Mask

if TYPE_CHECKING:
    from styleforge.pack.models import Models
    from styleforge.recipe.domain import Attribute
    from styleforge.recipe.recipe import Recipe

FARTHEST = 3.0  # strengths beyond it leave what the generator knows


def asked_conditions(
    asked: Mapping[str, str | Path | Condition],
    attributes: Sequence[Attribute],
    domain: str,
    models: Models,
    *,
    one_pass: bool = False,
    or_nothing: bool = False,
) -> dict[str, Condition]:
    """Conditions by attribute, of what was asked for by role.

    Raises:
        UserError: if nothing was, where it has to be; an attribute was twice; or it does not take
            what it was given.

    Example:
        >>> from styleforge.pack.models import Models
        >>> from styleforge.testing import toy
        >>> asked = {"shape": "tall"}
        >>> asked_conditions(asked, toy.ATTRIBUTES, "toy", Models(toy.toy_pack()))
        {'toy.shape': Text(text='tall', kind='text')}
    """
    found: dict[str, str | Path | Condition] = {}
    for key, value in asked.items():
        name = named(key, attributes, domain).name
        if name in found:
            msg = f"{name} was asked for twice, {found[name]} and {value}; say it once."
            raise UserError(msg)
        found[name] = value
    if not found and not or_nothing:
        several = len(split(domain)) > 1
        have = [item for item in attributes if item.drives or not one_pass]
        roles = ", ".join(spelling(item) if several else item.role for item in have) or "none"
        msg = f"Nothing to change was asked for; give one or more of {roles}."
        raise UserError(msg)
    by_name = {item.name: item for item in attributes}
    return {name: as_condition(one, by_name[name], models) for name, one in found.items()}


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
        >>> from styleforge.testing import toy
        >>> forge = toy.toy_forge()
        >>> [one.name for one in mentioned("shape", forge.attributes_of("toy"))]
        ['toy.shape']
    """
    return [item for item in attributes if key in {item.name, spelling(item), item.role}]


def asked_strengths(
    strength: float | Mapping[str, float],
    asked: Mapping[str, object],
    attributes: tuple[Attribute, ...],
    domain: str,
) -> dict[str, float]:
    """Strengths by attribute: one for all that is asked for, or by role.

    Raises:
        UserError: if one is out of range, or of an attribute that there is not.

    Example:
        >>> from styleforge.testing import toy
        >>> asked_strengths(0.5, {"toy.shape": "tall"}, toy.ATTRIBUTES, "toy")
        {'toy.shape': 0.5}
    """
    if isinstance(strength, Mapping):
        given = {named(key, attributes, domain).name: float(v) for key, v in strength.items()}
    else:
        given = {} if strength == 1 else dict.fromkeys(asked, float(strength))
    for name, value in given.items():
        if not math.isfinite(value) or not 0 <= value <= FARTHEST:
            msg = f"The strength of {name} is {value}; give a number from 0 to {FARTHEST:g}."
            raise UserError(msg)
    return given


def asked_masks(masks: Mapping[str, str | Mask] | None, models: Models) -> dict[str, Mask]:
    """Painted masks by role, with their checksums.

    Raises:
        UserError: if a file is not there.

    Example:
        >>> from styleforge.testing import toy
        >>> asked_masks({"identity": "me.png"}, toy.toy_forge().models("toy"))["identity"].path
        'me.png'
    """
    found = {}
    for role, given in (masks or {}).items():
        mask = Mask(given) if isinstance(given, str) else given
        found[role] = replace(mask, sha256=checksum(mask.path, models))
    return found


def tuned(recipe: Recipe, tune: Mapping[str, float], models: Models) -> Recipe:
    """A recipe whose recolouring is tuned, that of each of its domains.

    Raises:
        UserError: a domain of it recolours nothing, or it cannot be tuned so.

    Example:
        >>> from styleforge.testing import toy
        >>> forge = toy.toy_forge()
        >>> recipe = forge.recipe("toy", "toy-look")
        >>> tuned(recipe, {}, forge.models("toy")) is recipe  # nothing is to be tuned
        True
    """
    if not tune:
        return recipe
    paste = recipe.start_paste
    if paste is None or paste.method != "recolour":
        msg = (
            f"{recipe.method} cannot be tuned ({', '.join(tune)} was asked for); that is for the "
            "preset recolour. Leave it out."
        )
        raise UserError(msg)
    refuse_knobs(tune, models)
    also = tuple(tuned(one, tune, models) for one in recipe.also)
    return replace(recipe, start_paste=replace(paste, tune=dict(tune)), also=also)
