"""``styleforge packs``: the packs of models, what each can do, and what it lacks for the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from styleforge.forge import Forge
    from styleforge.pack.pack import Pack
    from styleforge.recipe.domain import Domain, Preset


def packs(
    pack: Annotated[str, typer.Argument(metavar="PACK", help="A pack; all by default.")] = "",
) -> None:
    """List the packs of models, and what each can do.

    Of every preset it says what the pack lacks for it, if anything.
    """
    from styleforge.forge import Forge
    from styleforge.pack.choice import default_pack

    forge = Forge()
    default = default_pack(forge.packs, forge.default_pack)
    for item in [forge.packs[pack]] if pack else forge.packs.values():
        mark = " (default)" if item.name == default else ""
        print(f"{item.name}{mark}: {item.help} {item.licence}.")
        print(f"  finds       {', '.join(_regions(forge, item)) or 'nothing yet'}")
        for domain in forge.domains.values():
            for line in _presets(forge, item, domain):
                print(line)
        for line in (*_knobs(forge, item), *_to_bring(item)):
            print(line)
        if any(one.domain in forge.domains for one in item.showcases):
            print(f"  to see      `styleforge demo {item.name}`")


def _knobs(forge: Forge, pack: Pack) -> Iterator[str]:
    """A line for each number that a pack's own recolouring can be tuned by."""
    from styleforge.pack.protocols import TunableRecolour

    own = forge.models(pack.name).get("recolour") if "recolour" in pack.components else None
    knobs = own.knobs if isinstance(own, TunableRecolour) else {}
    for index, (name, one) in enumerate(knobs.items()):
        lead = "--tune" if not index else ""
        yield f"  {lead:<10}  {name} (0 to {one.most:g}, else {one.usual:g}): {one.help}"


def _to_bring(pack: Pack) -> Iterator[str]:
    """A line for each kind of component that a pack lacks and weights would bring."""
    missing = {kind: names for kind, names in pack.brings.items() if kind not in pack.components}
    for index, (kind, names) in enumerate(missing.items()):
        lead = "to bring" if not index else ""
        yield f"  {lead:<10}  {kind}: {' and '.join(names)}"
    if missing:
        yield "              `styleforge weights list NAME` says what each is, and how to get it."


def _regions(forge: Forge, pack: Pack) -> tuple[str, ...]:
    """The regions that a pack finds, and those that plugins add to it."""
    models = forge.models(pack.name)
    own = pack.regions or (tuple(models.get("regions").names) if models.has("regions") else ())
    kinds = [kind for kind in forge.components if kind.startswith("regions/")]
    added = [kind.removeprefix("regions/") for kind in kinds]
    return (*own, *(f"{name} (added)" for name in added if name not in own))


def _presets(forge: Forge, pack: Pack, domain: Domain) -> Iterator[str]:
    """A line for each of a domain's presets, and one more where words need more than pictures."""
    yield f"  {domain.name}"
    width = max((len(preset.name) for preset in domain.presets), default=0)
    for preset in domain.presets:
        missing = forge.lacks(forge.recipe(domain.name, preset.name), pack.name)
        said = f"lacks {', '.join(missing)}" if missing else "yes"
        words = () if missing else _for_words(forge, pack, domain, preset)
        more = f"; for words it lacks {', '.join(words)}" if words else ""
        yield f"    {preset.name:<{width}}  {said}{more}"


def _for_words(forge: Forge, pack: Pack, domain: Domain, preset: Preset) -> tuple[str, ...]:
    """What a pack lacks for what can be asked for in words."""
    from styleforge.recipe.condition import Text
    from styleforge.recipe.refusals import roles_of

    seen = roles_of(preset)
    asked = {
        one.name: Text("red")
        for one in forge.attributes_of(domain.name)
        if "text" in one.accepts and (seen is None or one.role in seen)
    }
    return forge.lacks(forge.recipe(domain.name, preset.name, conditions=asked), pack.name)
