"""A person's own preset in a call: what it asks for, unless the call says otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeVar

from styleforge.api.asked_for import named
from styleforge.recipe.combine import split
from styleforge.recipe.own_presets import OwnPresets

if TYPE_CHECKING:
    from styleforge.forge import Forge
    from styleforge.recipe.own_preset import OwnPreset

T = TypeVar("T")


def own_preset(forge: Forge, domain: str, preset: str) -> OwnPreset | None:
    """The person's own preset of a name; None for a published one, and of several domains.

    Raises:
        UserError: if its file cannot be read.

    Example:
        >>> from styleforge.testing import toy
        >>> forge = toy.toy_forge()
        >>> own_preset(forge, "toy", "toy-loho") is None
        True
    """
    if not preset or len(split(domain)) > 1:
        return None
    if preset in {one.name for one in forge.domains[domain].presets}:
        return None
    return OwnPresets.of_user().find(domain, preset)


def over(own: Mapping[str, T], given: Mapping[str, T], forge: Forge, domain: str) -> dict[str, T]:
    """What a preset says by attribute, with what a call says, by role or attribute, in its place.

    Raises:
        UserError: if the call names an attribute that there is not.

    Example:
        >>> from styleforge.testing import toy
        >>> forge = toy.toy_forge()
        >>> over({"toy.shape": "tall"}, {"shape": "wide"}, forge, "toy")
        {'toy.shape': 'wide'}
    """
    attributes = forge.attributes_of(domain)
    return {**own, **{named(key, attributes, domain).name: one for key, one in given.items()}}
