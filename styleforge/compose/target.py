"""The colour that a region of a mapped edit is to have.

A mapper reaches only colours that the generator was trained to draw. A user who names a colour
wants that colour, and a user who names none wants the identity's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from styleforge.compose.colours import named_colour
from styleforge.prepare.pixels import mean_colour
from styleforge.prepare.regions import hard_regions
from styleforge.recipe.colour_names import colours_of
from styleforge.recipe.combine import parts
from styleforge.recipe.condition import ImageRef, Swatch, Text
from styleforge.recipe.roles import TOWARDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import Tensor

    from styleforge.forge import Forge
    from styleforge.prepare.problem import Problem
    from styleforge.recipe.condition import Condition
    from styleforge.recipe.domain import Attribute
    from styleforge.recipe.recipe import Recipe


def target_colour(
    problem: Problem, recipe: Recipe, forge: Forge, *, prefix: str = ""
) -> tuple[Tensor, float] | None:
    """The colour ``(3,)`` in [0, 1] that a region is to have, and how far to go; or nothing.

    Of one pass only, and of domains that have an attribute whose likeness is a mean colour. Where
    that is not asked for the identity's own colour is held; a strength goes from there to what is
    asked for, a mixture from one edit's colour to the other's. Nothing is held of an identity that
    has no such region.

    Words mean the colour that they name (`styleforge.recipe.colour_names`); words that name none
    stand for the colour whose patch the text-image encoder finds nearest to them.

    Example:
        >>> from styleforge import Swatch
        >>> from styleforge.testing import toy
        >>> forge = toy.toy_forge()
        >>> problem = toy.toy_problem(forge.models("toy"))
        >>> asked = {"toy.appearance": Swatch("#ffffff")}
        >>> target_colour(problem, forge.recipe("toy", "toy-mapper", conditions=asked), forge)
        (tensor([1., 1., 1.]), 1.0)
    """
    if recipe.stages or recipe.compose.mode == "pasted":
        return None
    if recipe.start_map is not None and not recipe.start_map.tints:
        return None
    found = _of_edit(problem, recipe, forge, recipe.conditions, recipe.strengths, prefix)
    towards = recipe.start_map.towards if recipe.start_map else None
    if towards is None:
        return found
    other = _of_edit(
        problem, recipe, forge, towards.conditions, towards.strengths, TOWARDS + prefix
    )
    if found is None or other is None:
        return None
    at = towards.at
    return torch.lerp(found[0], other[0].to(found[0]), at), found[1] + at * (other[1] - found[1])


def _of_edit(
    problem: Problem,
    recipe: Recipe,
    forge: Forge,
    conditions: Mapping[str, Condition],
    strengths: Mapping[str, float],
    prefix: str,
) -> tuple[Tensor, float] | None:
    """The colour of one edit, as `target_colour` gives it."""
    region = forge.domains[recipe.domain].region
    colours = [one for one in forge.attributes_of(recipe.domain) if one.is_colour]
    if not colours:
        return None
    own = _seen(problem, "identity", region)
    for attribute in colours:
        if attribute.name not in conditions:
            continue
        asked = _asked(problem, recipe, conditions[attribute.name], attribute, region, prefix)
        if asked is None:
            continue
        share = min(strengths.get(attribute.name, 1.0), 1.0)
        return (asked, share) if own is None else (torch.lerp(own, asked.to(own), share), 1.0)
    return None if own is None else (own, 1.0)


def _asked(
    problem: Problem,
    recipe: Recipe,
    condition: Condition,
    attribute: Attribute,
    region: str,
    prefix: str,
) -> Tensor | None:
    """The colour ``(3,)`` that a condition asks for; None where it asks for none."""
    named = colours_of(condition.text, attribute) if isinstance(condition, Text) else None
    swatch = condition if named is None else named.colours[0]
    if isinstance(swatch, Swatch):
        return (torch.tensor(swatch.rgb) + 1) / 2
    role = prefix + attribute.role
    if role in problem.described and not isinstance(condition, ImageRef):
        return named_colour(problem.models, problem.described[role], region, recipe.mapper).float()
    return _seen(problem, role, region) if role in problem.references else None


def _seen(problem: Problem, role: str, region: str) -> Tensor | None:
    """The mean colour ``(3,)`` of a reference's region; None where it has none."""
    reference = problem.role(role)
    mask = hard_regions(reference.regions)[region]  # (1, 1, H, W)
    if not mask.any():
        return None
    return torch.from_numpy(mean_colour(reference.image, mask)).float()


def guesses(problem: Problem, recipe: Recipe, forge: Forge) -> tuple[str, ...]:
    """A note for words that name no colour: which one the encoder took them for.

    Example:
        >>> from styleforge import Text
        >>> from styleforge.testing import toy
        >>> forge = toy.toy_forge()
        >>> asked = {"toy.appearance": Text("red")}  # which is a name
        >>> problem = toy.toy_problem(forge.models("toy"))
        >>> guesses(problem, forge.recipe("toy", "toy-mapper", conditions=asked), forge)
        ()
    """
    notes = []
    for prefix, part in parts(recipe):
        region = forge.domains[part.domain].region
        for name, condition in part.conditions.items():
            attribute = forge.attributes[name]
            role = prefix + attribute.role
            if (
                part.stages
                or not isinstance(condition, Text)
                or not attribute.is_colour
                or role not in problem.described
                or colours_of(condition.text, attribute) is not None
            ):
                continue
            found = named_colour(problem.models, problem.described[role], region, part.mapper)
            code = "#" + "".join(f"{round(255 * one):02x}" for one in found.tolist())
            notes.append(f"{condition.text!r} names no known colour; it was taken for {code}.")
    return tuple(notes)
