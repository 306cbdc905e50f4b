"""What a pack can do of a domain: which presets, which attributes, and which packs there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from styleforge.api.fitting import presets_of
from styleforge.api.one_pass import maps
from styleforge.errors import UserError
from styleforge.recipe.refusals import roles_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from styleforge.forge import Forge
    from styleforge.pack.pack import Pack
    from styleforge.recipe.domain import Attribute, Preset


def able_presets(forge: Forge, domain: str, pack: str) -> tuple[Preset, ...]:
    """The presets that a pack can do, the best first; all where it can do none, which a run says.

    Example:
        >>> from styleforge.testing import toy
        >>> forge = toy.toy_forge()
        >>> [preset.name for preset in able_presets(forge, "toy", "toy")][0]
        'toy-loho'
    """
    known = {preset.name: preset for preset in forge.domains[domain].presets}
    try:
        able = presets_of(forge, domain, pack)
    except UserError:  # a preset names what no plugin brings; it is refused when it is chosen
        able = ()
    return tuple(known[name] for name in able) or tuple(known.values())


def able_attributes(forge: Forge, domain: str, presets: Sequence[Preset]) -> tuple[Attribute, ...]:
    """The attributes that any of the presets changes, in the domain's order.

    Example:
        >>> from styleforge.testing import toy
        >>> forge = toy.toy_forge()
        >>> [one.role for one in able_attributes(forge, "toy", forge.domains["toy"].presets)]
        ['shape', 'appearance', 'finer_style']
    """
    attributes = forge.attributes_of(domain)
    seen: set[str] = set()
    for preset in presets:
        roles = roles_of(preset)
        if roles is None:
            return attributes
        seen |= roles
    return tuple(one for one in attributes if one.role in seen)


def changed_attributes(forge: Forge, domain: str, preset: Preset) -> tuple[Attribute, ...]:
    """The attributes that a preset changes, in the domain's order.

    Example:
        >>> from styleforge.testing import toy
        >>> forge = toy.toy_forge()
        >>> mapper = next(one for one in forge.domains["toy"].presets if one.name == "toy-mapper")
        >>> [one.role for one in changed_attributes(forge, "toy", mapper)]
        ['shape', 'appearance']
    """
    able = able_attributes(forge, domain, (preset,))
    if maps(forge, domain, preset.name):  # a mapper moves rows of the latent
        return tuple(one for one in able if one.drives)
    return able


def able_packs(forge: Forge, domain: str) -> tuple[Pack, ...]:
    """The packs that can do any of a domain's presets.

    Example:
        >>> from styleforge.testing import toy
        >>> [pack.name for pack in able_packs(toy.toy_forge(), "toy")]
        ['toy']
    """
    able = []
    for pack in forge.packs.values():
        try:
            if presets_of(forge, domain, pack.name):
                able.append(pack)
        except UserError:
            continue
    return tuple(able)
