"""A mapped edit as the picture of what was asked for in words, for methods that need pictures."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import torch

from styleforge.compose.colours import named_colour
from styleforge.compose.paste import pasting_of
from styleforge.compose.render import Layer, render
from styleforge.errors import UserError
from styleforge.mapper.edit import mapper_of
from styleforge.prepare.flat import colour_reference
from styleforge.prepare.problem import Problem, Reference
from styleforge.prepare.regions import soft_regions
from styleforge.recipe.colour_names import colours_of
from styleforge.recipe.combine import parts
from styleforge.recipe.condition import Swatch, Text
from styleforge.recipe.recipe import Compose
from styleforge.recipe.roles import TOWARDS
from styleforge.recipe.starts import Mapped
from styleforge.run.start import begin

if TYPE_CHECKING:
    from collections.abc import Mapping

    from styleforge.forge import Forge
    from styleforge.recipe.recipe import Recipe

PREVIEW = Compose(mode="layered", inpainter="pack")


def with_preview(problem: Problem, recipe: Recipe, forge: Forge) -> tuple[Problem, tuple[str, ...]]:
    """The problem with the mapped picture as the reference of every role in words or colours.

    Returns:
        The problem, and what the user should know; both as they were where nothing is described.

    Raises:
        UserError: if the pack has no mapper, or it does not change what is described.

    Example:
        >>> from styleforge.testing import toy
        >>> forge = toy.toy_forge()
        >>> problem = toy.toy_problem(forge.models("toy"))
        >>> with_preview(problem, forge.recipe("toy", "toy-look"), forge)[1]  # nothing is in words
        ()
    """
    wanted = _wanted(problem, recipe, forge)
    references = {role: one.flat for role, one in wanted.items() if one.flat is not None}
    if recipe.described != "preview" or not wanted:
        return replace(problem, references={**problem.references, **references}), ()
    words = {role: one for role, one in wanted.items() if role not in references}
    if words:
        mapped = _mapped(problem, recipe, forge, words)
        references |= mapped
    names = ", ".join(words).replace("_", " ").capitalize()
    notes = (f"{names}: drawn in one pass first; the run follows that picture.",) if words else ()
    return replace(problem, references={**problem.references, **references}), notes


@dataclass(frozen=True)
class _Wish:
    """A role in words or colours of a domain's edit that needs a picture."""

    flat: Reference | None = None  # the picture that a colour is


def _wanted(problem: Problem, recipe: Recipe, forge: Forge) -> dict[str, _Wish]:
    """What is in words or colours and needs a picture, by role."""
    found: dict[str, _Wish] = {}
    edits = sorted(parts(recipe), key=_length, reverse=True)  # "" is the beginning of all roles
    for role in problem.described:
        if role in problem.references or role.startswith(TOWARDS):
            continue
        prefix, part = next(one for one in edits if role.startswith(one[0]))
        if not part.stages and part.compose.mode != "pasted":
            continue
        name = f"{part.domain}.{role.removeprefix(prefix)}"
        paste = part.start_paste
        pasting = None if paste is None else pasting_of(paste, forge.components)
        flat = None
        if getattr(pasting, "takes_colours", False):
            flat = _flat(problem, part, forge, name, role, getattr(pasting, "tones", 1))
        found[role] = _Wish(flat)
    return found


def _length(edit: tuple[str, Recipe]) -> int:
    return len(edit[0])


def _flat(
    problem: Problem, part: Recipe, forge: Forge, name: str, role: str, tones: int
) -> Reference | None:
    """A picture of nothing but a region in the colour that a condition names, if it names one.

    Words name one where the attribute is a matter of the mean colour.
    """
    mapper = part.mapper if part.described == "preview" else ""
    condition, domain = part.conditions.get(name), forge.domains[part.domain]
    identity = problem.identity
    if isinstance(condition, Swatch):
        colour, source = identity.image.new_tensor(condition.rgb), condition.colour
    elif isinstance(condition, Text) and forge.attributes[name].is_colour:
        named = colours_of(condition.text, forge.attributes[name])
        if named is not None:
            first, *others = (one.rgb for one in named.colours[:tones])
            return colour_reference(first, identity, domain.region, condition.text, *others)
        colour = (
            2 * named_colour(problem.models, problem.described[role], domain.region, mapper) - 1
        )
        source = condition.text
    else:
        return None
    return colour_reference(colour, identity, domain.region, source)


def _mapped(
    problem: Problem, recipe: Recipe, forge: Forge, words: Mapping[str, _Wish]
) -> dict[str, Reference]:
    """Pictures of what was asked for in words, by role.

    Raises:
        UserError: if the pack has no mapper, or it does not change what is described.
    """
    models = problem.models
    mapped = [
        prefix + forge.attributes[name].role
        for prefix, part in parts(recipe)
        if part.conditions
        for name in mapper_of(models, part.mapper).attributes
    ]
    left = [role for role in words if role not in mapped]
    if left:
        msg = (
            f"The mapper makes a picture of {', '.join(mapped)}, and not of {', '.join(left)}; "
            "give a picture for that."
        )
        raise UserError(msg)
    mapping = _mapping(recipe, forge)
    mapping = replace(mapping, also=tuple(_mapping(part, forge) for part in recipe.also))
    layers = [Layer(forge.domains[name], PREVIEW) for name in recipe.domains]
    with torch.no_grad():
        state = begin(problem, mapping)
        image = render(state.latent, state.noise, problem, layers, forge.components).image
        regions = soft_regions(image, models)
    whole = Reference(image=image, regions=regions, source="the mapped picture")
    return dict.fromkeys(words, whole)


def _mapping(recipe: Recipe, forge: Forge) -> Recipe:
    """The recipe as one pass, from the identity.

    At full strength, or beyond it: a strength below 1 holds for what is done with the preview.
    """
    strengths = {name: max(1.0, one) for name, one in recipe.strengths.items()}
    how = recipe.start_map or Mapped(region=forge.domains[recipe.domain].region)
    return replace(recipe, start="mapper", start_map=how, start_paste=None, strengths=strengths)
