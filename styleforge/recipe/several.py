"""The recipe of one domain, or of several together, from the name of a preset."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar, Unpack

from styleforge.errors import UserError
from styleforge.recipe.combine import combine, misfit
from styleforge.recipe.presets import Changes, recipe_of, refuse_unknown
from styleforge.recipe.refusals import refuse_others, refuse_shared_masks

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from styleforge.plugins.registry import Registry
    from styleforge.recipe.domain import Attribute, Domain
    from styleforge.recipe.recipe import Recipe
    from styleforge.recipe.stage import Stage

T = TypeVar("T")


def recipe_of_domains(
    domains: Sequence[Domain],
    preset: str,
    stages: Registry[Stage],
    attributes: Registry[Attribute],
    /,
    **changes: Unpack[Changes],
) -> Recipe:
    """The recipe of domains that are edited together, with their presets of one name.

    Args:
        domains: one, or several.
        preset: a name that all of them have; see `default_presets` for those where it is empty.
        stages: by the names that presets have for them.
        attributes: of all domains.
        changes: fields that are other than the presets'.

    Raises:
        UserError: as `styleforge.recipe.presets.recipe_of`, or if a field is none of a recipe's,
            something is asked of another domain, or the presets cannot be done together.

    Example:
        >>> from styleforge.testing import toy
        >>> forge = toy.toy_forge()
        >>> recipe_of_domains([toy.TOY], "", forge.stages, forge.attributes, seed=3).method
        'toy-loho'
    """
    refuse_unknown(changes)
    if len(domains) == 1:
        return recipe_of(domains[0], preset, stages, attributes, **changes)
    names = tuple(one.name for one in domains)
    refuse_others(changes.get("conditions", {}), names, attributes)
    refuse_others(changes.get("strengths", {}), names, attributes)
    refuse_shared_masks(changes.get("masks", {}), names)
    presets = (preset,) * len(domains) if preset else default_presets(domains)
    made = [
        recipe_of(one, name, stages, attributes, **share(changes, one.name))
        for one, name in zip(domains, presets, strict=True)
    ]
    return combine(*made)


def default_presets(domains: Sequence[Domain]) -> tuple[str, ...]:
    """The presets of domains that are edited together where nobody names one.

    Each domain's first preset, if these fit together. Else the first preset of the first domain
    whose name all domains have.

    Raises:
        UserError: if there is no such preset.

    Example:
        >>> from styleforge.testing import toy
        >>> default_presets([toy.TOY])
        ('toy-loho',)
    """
    firsts = [one.presets[0] for one in domains if one.presets]
    if len(firsts) == len(domains) and not any(misfit(firsts[0], one) for one in firsts[1:]):
        return tuple(one.name for one in firsts)
    shared = set.intersection(*({item.name for item in one.presets} for one in domains))
    for preset in domains[0].presets:
        if preset.name in shared:
            return (preset.name,) * len(domains)
    names = " and ".join(one.name for one in domains)
    msg = f"{names} have no preset of one name; edit them one after the other."
    raise UserError(msg)


def share(changes: Changes, domain: str) -> Changes:
    """The part of a recipe's changes that is meant for one domain, where several are edited.

    Conditions and strengths go by attribute, masks by ``hat.identity`` and ``hat.shape``.

    Example:
        >>> share({"seed": 3, "masks": {"hat.shape": "drawn.png", "lips.shape": "mine.png"}}, "hat")
        {'seed': 3, 'masks': {'shape': 'drawn.png'}}
    """

    def own(asked: Mapping[str, T]) -> dict[str, T]:
        return {name: one for name, one in asked.items() if name.partition(".")[0] == domain}

    found = changes.copy()
    if "conditions" in changes:
        found["conditions"] = own(changes["conditions"])
    if "strengths" in changes:
        found["strengths"] = own(changes["strengths"])
    if "masks" in changes:
        masks = own(changes["masks"])
        found["masks"] = {name.partition(".")[2]: one for name, one in masks.items()}
    return found
