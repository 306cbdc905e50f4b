"""The pictures of a run: one for people who watch it, and the result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import torch

from styleforge.compose.full_size import at_full_size
from styleforge.compose.paste_back import place_back
from styleforge.compose.render import layers_of, render
from styleforge.prepare.problem import notes_on
from styleforge.recipe.combine import parts
from styleforge.run.result import Result

if TYPE_CHECKING:
    from torch import Tensor

    from styleforge.compose.render import Layer
    from styleforge.forge import Forge
    from styleforge.plugins.registry import Registry
    from styleforge.prepare.own_colours import Colours
    from styleforge.prepare.problem import Problem
    from styleforge.recipe.recipe import Recipe
    from styleforge.run.state import State


def preview_of(
    problem: Problem, layers: Sequence[Layer], components: Registry[Any], state: State
) -> Tensor:
    """The picture ``(1, 3, H, W)`` of a step, composed as the result will be.

    Example:
        >>> from styleforge.run.start import begin
        >>> from styleforge.testing import toy
        >>> forge = toy.toy_forge()
        >>> problem, recipe = toy.toy_problem(forge.models("toy")), forge.recipe("toy")
        >>> layers = layers_of(problem, recipe, forge)
        >>> preview_of(problem, layers, forge.components, begin(problem, recipe)).shape
        torch.Size([1, 3, 32, 32])
    """
    return render(state.latent, state.noise, problem, layers, components, fast=True).image


def result_of(
    problem: Problem,
    state: State,
    recipe: Recipe,
    forge: Forge,
    *,
    notes: Sequence[str] = (),
    failed: bool = False,
    generated: Tensor | None = None,
) -> Result:
    """The result of a run that is over, stopped, or failed after some steps.

    Args:
        problem: what was edited.
        state: the run's last; where not all steps were done, its best counts.
        recipe: that was run.
        forge: where domains and components are looked up.
        notes: what the user should know, beside what the preparation said.
        failed: the run ended by an error.
        generated: the generator's picture ``(1, 3, H, W)`` of the state, where it was drawn before.

    Example:
        >>> from styleforge.run.start import begin
        >>> from styleforge.testing import toy
        >>> forge = toy.toy_forge()
        >>> problem, recipe = toy.toy_problem(forge.models("toy")), forge.recipe("toy")
        >>> result_of(problem, begin(problem, recipe), recipe, forge).status
        'stopped'
    """
    done = state.done >= recipe.steps and not failed
    latent, noise = state.latent, state.noise
    if not done and state.best is not None:
        latent, noise = state.best.latent, state.best.noise
    with torch.no_grad():
        layers, components = layers_of(problem, recipe, forge), forge.components
        made = render(
            latent, noise, problem, layers, components, fast=not recipe.stages, generated=generated
        )
        pasted = at_full_size(made.image, problem, layers, components)
        colours = _colours(problem, made.regions, recipe, forge)
    prepared = notes_on(problem.references)
    return Result(
        image=made.image,
        pasted=pasted,
        generated=made.generated,
        regions=made.regions,
        latent=latent.clone(),
        noise=tuple(item.clone() for item in noise),
        recipe=recipe if done else replace(recipe, stop_after=state.done),
        status="failed" if failed else "done" if done else "stopped",
        steps=state.done,
        seconds=state.seconds,
        history=tuple(state.history),
        notes=tuple(dict.fromkeys((*prepared, *notes))),
        references=_pictures(problem, recipe),
        colours=colours,
    )


def _pictures(problem: Problem, recipe: Recipe) -> dict[str, Tensor]:
    """The pictures that the recipe names, as they were given, by role."""
    roles = ["identity"]
    for prefix, part in parts(recipe):
        roles += [prefix + name.partition(".")[2] for name in part.conditions]
    return {one: problem.references[one].given for one in roles if one in problem.references}


def _colours(
    problem: Problem, regions: Mapping[str, Tensor], recipe: Recipe, forge: Forge
) -> Colours | None:
    """The colours of the identity's file; to a cut-out the edit may add what is styled."""
    colours = problem.identity.colours
    if colours is None or colours.alpha is None:
        return colours
    styled = [regions[forge.domains[name].region] for name in recipe.domains]
    room = place_back(torch.cat(styled, dim=1).amax(dim=1, keepdim=True), problem.identity)
    return replace(colours, room=room)
