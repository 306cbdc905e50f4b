"""A mapped edit as the picture of what was asked for in words, for methods that need pictures."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import torch

from styleforge import masks
from styleforge.errors import UserError
from styleforge.mapper.edit import TOWARDS, mapper_of
from styleforge.problem import Problem, Reference
from styleforge.recipe import Compose, Mapped
from styleforge.render import Layer, render
from styleforge.start import begin
from styleforge.together import parts

if TYPE_CHECKING:
    from styleforge.forge import Forge
    from styleforge.recipe import Recipe

PREVIEW = Compose(mode="layered", inpainter="pack", outline="sketched")


def with_preview(problem: Problem, recipe: Recipe, forge: Forge) -> tuple[Problem, tuple[str, ...]]:
    """The problem with the mapped picture as the reference of every role in words or colours.

    Returns:
        The problem, and what the user should know; both as they were where nothing is described.

    Raises:
        UserError: if the pack has no mapper, or it does not change what is described.
    """
    wanted = [
        role
        for role in problem.described
        if role not in problem.references and not role.startswith(TOWARDS)
    ]
    if recipe.described != "preview" or not recipe.stages or not wanted:
        return problem, ()
    mapped = [
        prefix + forge.attributes[name].role
        for prefix, part in parts(recipe)
        if part.conditions
        for name in mapper_of(problem.models, part.domain).attributes
    ]
    left = [role for role in wanted if role not in mapped]
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
        provider = problem.models.get("regions")
        regions = masks.region_map(tuple(provider.names), provider(image))
    made = Reference(image=image, regions=regions, source="the mapped picture")
    references = {**problem.references, **dict.fromkeys(wanted, made)}
    note = f"{', '.join(wanted)}: mapped to a picture first, which stands for the words."
    return Problem(problem.models, references, problem.described), (note,)


def _mapping(recipe: Recipe, forge: Forge) -> Recipe:
    """The recipe as one pass, from the identity.

    At full strength: a strength holds for the terms that are measured against the preview.
    """
    how = recipe.start_map or Mapped(region=forge.domains[recipe.domain].region)
    return replace(
        recipe, start="mapper", start_map=how, start_noise=(), start_paste=None, strengths={}
    )
