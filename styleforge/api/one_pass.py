"""Presets of one pass: those that a mapper makes, or that only paste colours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from styleforge.api.fitting import presets_of
from styleforge.errors import UserError
from styleforge.recipe.combine import pasted_alone

if TYPE_CHECKING:
    from styleforge.forge import Forge


def one_pass_preset(forge: Forge, domain: str, *, mixing: bool = False, pack: str = "") -> str:
    """The domain's preset of one pass: the first that maps, else one that only pastes colours.

    With a pack that is named, the first of these that it can do.

    Raises:
        UserError: if it has none.

    Example:
        >>> from styleforge.testing import toy
        >>> forge = toy.toy_forge()
        >>> one_pass_preset(forge, "toy")
        'toy-mapper'
    """
    if pack and not mixing and forge.models(pack).has("recolour"):
        able = presets_of(forge, domain, pack)
        if able:
            return able[0]
    presets = forge.domains[domain].presets
    mapping = [one.name for one in presets if maps(forge, domain, one.name)]
    if pack:
        mapping = [one for one in mapping if not forge.lacks(forge.recipe(domain, one), pack)]
    if not mixing and not mapping:
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
        >>> from styleforge.testing import toy
        >>> forge = toy.toy_forge()
        >>> maps(forge, "toy", "toy-mapper"), maps(forge, "toy", "toy-loho")
        (True, False)
    """
    found = next(one for one in forge.domains[domain].presets if one.name == preset)
    return found.start == "mapper" and not found.stages


def first_to_map(forge: Forge, domain: str, preset: str) -> bool:
    """Whether a preset is the one that `styleforge.edit` uses.

    Example:
        >>> from styleforge.testing import toy
        >>> forge = toy.toy_forge()
        >>> first_to_map(forge, "toy", "toy-mapper"), first_to_map(forge, "toy", "toy-loho")
        (True, False)
    """
    return maps(forge, domain, preset) and preset == mapped_preset(forge, domain)


def mapped_preset(forge: Forge, domain: str, *, mixing: bool = False) -> str:
    """The domain's preset of one pass; for mixing two edits, one that is nothing but the mapper.

    Raises:
        UserError: if it has none.

    Example:
        >>> from styleforge.testing import toy
        >>> forge = toy.toy_forge()
        >>> mapped_preset(forge, "toy")
        'toy-mapper'
    """
    for preset in forge.domains[domain].presets:
        pasted = preset.compose.mode == "pasted"
        if maps(forge, domain, preset.name) and not (mixing and pasted):
            return preset.name
    msg = f"{domain} has no preset that maps; use `styleforge transfer {domain}`."
    raise UserError(msg)
