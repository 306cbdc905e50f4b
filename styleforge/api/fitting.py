"""Which preset a named pack can do: packs without a generator do not do what the default needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from styleforge.errors import UserError
from styleforge.recipe.combine import split

if TYPE_CHECKING:
    from styleforge.forge import Forge


def fitting_preset(forge: Forge, domain: str, preset: str, pack: str) -> str:
    """The preset to take with a pack: the one named, else the domain's first that it can do.

    Args:
        forge: plugins and models.
        domain: what is styled; several domains have their own default presets.
        preset: a preset's name, or nothing.
        pack: a pack's name, or nothing where none was chosen.

    Raises:
        UserError: if the pack lacks what the preset needs; it says which presets it can do.

    Example:
        >>> from styleforge.testing import toy
        >>> forge = toy.toy_forge()
        >>> fitting_preset(forge, "toy", "", "toy")
        'toy-loho'
    """
    if not pack:
        return preset
    missing = forge.lacks(forge.recipe(domain, preset), pack)
    able = presets_of(forge, domain, pack) if missing or not preset else ()
    if not missing:
        return preset or (able[0] if able else "")
    if not preset and able:
        return able[0]
    what = preset or "its default presets"
    said = f"The pack {pack!r} cannot do {what} of {domain}: it lacks {', '.join(missing)}."
    other = f" It can do {', '.join(able)}." if able else ""
    msg = f"{said}{other} `styleforge packs` lists what each pack can do."
    raise UserError(msg)


def presets_of(forge: Forge, domain: str, pack: str) -> tuple[str, ...]:
    """The presets of a domain that a pack can do, the best first; none of several domains together.

    That is the domain's first, unless the pack has a recolouring of its own, which is its best.

    Example:
        >>> from styleforge.testing import toy
        >>> forge = toy.toy_forge()
        >>> presets_of(forge, "toy", "toy")[0]
        'toy-loho'
    """
    if len(split(domain)) > 1:
        return ()
    known = forge.domains[domain].presets
    able = [one for one in known if not forge.lacks(forge.recipe(domain, one.name), pack)]
    if forge.models(pack).has("recolour"):
        able.sort(key=lambda one: one.start_paste is None or one.start_paste.by != "recolour")
    return tuple(one.name for one in able)


def takes_nothing(forge: Forge, domain: str, preset: str) -> bool:
    """Whether a preset looks at the identity alone, so that nothing is asked of it.

    Example:
        >>> from styleforge.testing import toy
        >>> takes_nothing(toy.toy_forge(), "toy", "toy-look")
        False
    """
    return all(
        any(one.name == preset and one.roles == () for one in forge.domains[name].presets)
        for name in split(domain)
    )
