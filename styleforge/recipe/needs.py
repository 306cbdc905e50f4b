"""What a recipe needs of a pack: which regions are found, which kinds of components there are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from styleforge.errors import UserError
from styleforge.recipe.combine import parts, pasted_alone
from styleforge.recipe.condition import Swatch, Text
from styleforge.recipe.expression import names_in

if TYPE_CHECKING:
    from styleforge.plugins.registry import Registry
    from styleforge.recipe.domain import Attribute, Domain
    from styleforge.recipe.recipe import Recipe


def regions_of(recipe: Recipe, domains: Registry[Domain]) -> tuple[str, ...]:
    """The regions that a recipe mentions: its domains', and those in masks of its terms.

    Example:
        >>> from styleforge.testing import toy
        >>> forge = toy.toy_forge()
        >>> regions_of(forge.recipe("toy"), forge.domains)
        ('thing', 'keep')
    """
    return tuple(dict.fromkeys(_regions(recipe, domains)))


def _regions(recipe: Recipe, domains: Registry[Domain]) -> Iterator[str]:
    for _, part in parts(recipe):
        domain = domains[part.domain]
        yield from (domain.region, *domain.keep, *domain.behind)
        if part.start_paste is not None:
            yield from (part.start_paste.region, *part.start_paste.behind)
        if part.start_map is not None:
            yield part.start_map.region
    masks: list[str] = []
    for stage in recipe.stages:
        for term in stage.objective:
            masks += [value for value in term.args.values() if isinstance(value, str)]
            if isinstance(term.args.get("region"), str):
                yield term.args["region"]
    for mask in masks:
        try:
            yield from (region for _, region in names_in(mask))
        except UserError:  # it is no mask
            continue


def components_of(
    recipe: Recipe,
    losses: Registry[Any],
    components: Registry[Any],
    attributes: Mapping[str, Attribute],
) -> tuple[str, ...]:
    """The kinds of components without which a recipe cannot run.

    Losses say what they ask for as ``needs``; of one that does not nothing is known.

    Example:
        >>> from styleforge.testing import toy
        >>> forge = toy.toy_forge()
        >>> components_of(forge.recipe("toy", "toy-mapper"), forge.losses, forge.components, {})
        ('regions', 'generator', 'inverter', 'mapper/toy')
    """
    return tuple(dict.fromkeys(_kinds(recipe, losses, components, attributes)))


def brought_to(recipe: Recipe) -> tuple[tuple[str, str], ...]:
    """What a recipe takes of components beside packs that may be of some regions alone.

    Returns:
        kinds of components and the regions that they are asked for: of mappers and pastings.

    Example:
        >>> from styleforge.testing import toy
        >>> brought_to(toy.toy_forge().recipe("toy", "toy-mapper"))
        (('mapper/toy', 'thing'),)
    """
    found = []
    for _, part in parts(recipe):
        if part.start_paste is not None:
            found.append((f"paste/{part.start_paste.method}", part.start_paste.region))
        if part.start == "mapper" and part.start_map is not None and not pasted_alone(part):
            found.append((f"mapper/{part.mapper}", part.start_map.region))
    return tuple(found)


def _kinds(
    recipe: Recipe,
    losses: Registry[Any],
    components: Registry[Any],
    attributes: Mapping[str, Attribute],
) -> Iterator[str]:
    yield "regions"
    edits = [part for _, part in parts(recipe)]
    if not all(pasted_alone(part) for part in edits):
        yield "generator"
        if recipe.start in {"inverter", "mapper"}:
            yield "inverter"
    for part in edits:
        mapper = f"mapper/{part.mapper}"
        if part.start == "mapper" and not pasted_alone(part):
            yield mapper
        for name, condition in part.conditions.items():
            if isinstance(condition, Text | Swatch) and _is_mapped(
                part, condition, components, attributes.get(name)
            ):
                yield from (mapper, "generator", "inverter")
    for stage in recipe.stages:
        for term in stage.objective:
            if term.loss in losses:
                yield from getattr(losses[term.loss], "needs", ())


def _is_mapped(
    part: Recipe, condition: Text | Swatch, components: Registry[Any], attribute: Attribute | None
) -> bool:
    """Whether what is asked for in words or as a colour has to be mapped to a picture first."""
    if part.described != "preview":
        return False
    paste = part.start_paste
    name = "" if paste is None else f"paste/{paste.method}"
    if name not in components or not getattr(components[name], "takes_colours", False):
        return True
    return isinstance(condition, Text) and not (attribute is not None and attribute.is_colour)
