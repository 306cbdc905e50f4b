"""Where a run starts: the latent, the noise maps and the random numbers before the first step."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from styleforge.compose.paste import ROLE, drafts
from styleforge.errors import PluginError, UserError
from styleforge.mapper.edit import mapped_latent
from styleforge.pack.guards import Guarded
from styleforge.plugins.registry import Registry
from styleforge.prepare.problem import Problem
from styleforge.recipe.combine import parts, pasted_alone
from styleforge.recipe.recipe import Recipe
from styleforge.run.state import State

_OWN_STARTS = ("mean", "inverter", "mapper")
_ENCODED = ("inverter", "mapper")
_MEAN_SAMPLES = 10_000  # latents behind the mean latent and the spread, as published


def begin(
    problem: Problem,
    recipe: Recipe,
    components: Registry[Any] | None = None,
    *,
    mapped: Tensor | None = None,
) -> State:
    """The state before the first step: start latent, noise maps and random numbers.

    Args:
        problem: the prepared references.
        recipe: what it starts from.
        components: where starts of plugins are looked up.
        mapped: the W+ that `styleforge.mapper.edit` gave, where that was done before.

    Raises:
        UserError: if the run starts from a pasted picture and the problem was given none.

    Example:
        >>> from styleforge.testing import toy
        >>> forge = toy.toy_forge()
        >>> problem = toy.toy_problem(forge.models("toy"))
        >>> begin(problem, forge.recipe("toy", "toy-look")).done
        0
    """
    if drafts(recipe) and ROLE not in problem.references:
        msg = (
            f"The recipe {recipe.method!r} starts from a pasted picture, which this problem does "
            "not have; add it with `with_paste` of styleforge.compose.paste."
        )
        raise UserError(msg)
    models = problem.models
    rng = torch.Generator().manual_seed(recipe.seed)
    if pasted_only(recipe) and not models.has("generator"):
        latent = torch.zeros(1, 0, 0, device=models.device, dtype=models.dtype)
        return State(latent, latent.clone(), (), 0.0, rng)
    generator = models.get("generator")
    mean, spread = None, 0.0
    if recipe.start != "mapper" and not pasted_only(recipe):  # which are to be quick
        mean, spread = (
            mean_latent(generator, rng, models.dtype, models.device)
            if _needs_mean(recipe)
            else _without_mean(generator, rng, models.dtype, models.device)
        )
    chance = [
        torch.randn(1, 1, *shape, generator=rng).to(models.device, models.dtype)
        for shape in generator.noise_shapes
    ]
    # Encoders and mappers were trained with the noise maps that their generator came with.
    stored = getattr(generator, "stored_noise", ()) if recipe.start in _ENCODED else ()
    if stored:
        chance = [one.to(models.device, models.dtype).clone() for one in stored]
    if pasted_only(recipe):
        latent, noise = average(generator, models.dtype, models.device), tuple(chance)
        return State(latent, latent.clone(), noise, spread, rng)
    with torch.no_grad():
        if mean is not None:
            latent = _start_latent(problem, recipe, mean, components)
        else:
            latent = mapped_latent(problem, recipe) if mapped is None else mapped
    return State(latent, latent.clone(), tuple(chance), spread, rng)


def _needs_mean(recipe: Recipe) -> bool:
    """Whether a run begins at the mean latent, or explores by the spread around it."""
    explores = any(stage.schedule.exploration != 0 for stage in recipe.stages)
    return explores or recipe.start != "inverter"


def _without_mean(
    generator: Any, rng: torch.Generator, dtype: torch.dtype, device: torch.device
) -> tuple[Tensor, float]:
    """In place of the mean and the spread, which take half a second; chance goes on the same."""
    torch.randn(_MEAN_SAMPLES, generator.width, generator=rng)
    return torch.zeros(1, 1, generator.width, dtype=dtype, device=device), 0.0


def pasted_only(recipe: Recipe) -> bool:
    """Whether the result is pasted and nothing else, so that no generator draws it.

    Example:
        >>> from styleforge import Compose, Paste
        >>> how = {"compose": Compose(mode="pasted"), "start_paste": Paste(region="lips")}
        >>> pasted_only(Recipe(domain="lips", method="paste", stages=(), **how))
        True
    """
    return all(pasted_alone(one) and one.start_paste is not None for _, one in parts(recipe))


def average(generator: Any, dtype: torch.dtype, device: torch.device) -> Tensor:
    """The W+ ``(1, rows, width)`` of z = 0, which costs one pass through the mapping network.

    Example:
        >>> from styleforge.testing import toy_models
        >>> average(toy_models.generator(), torch.float32, torch.device("cpu")).shape
        torch.Size([1, 8, 8])
    """
    with torch.no_grad():
        w: Tensor = generator.map(torch.zeros(1, generator.width, device=device, dtype=dtype))
    return w[:, None].repeat(1, generator.rows, 1)  # (1, rows, width)


def mean_latent(
    generator: Any, rng: torch.Generator, dtype: torch.dtype, device: torch.device
) -> tuple[Tensor, float]:
    """Mean of mapped latents ``(1, 1, width)``, and their spread.

    The spread is sqrt(sum((w - mean)^2) / samples), one number over all dimensions, as in the
    projector of StyleGAN2 and in LOHO's code.

    Example:
        >>> from styleforge.testing import toy_models
        >>> rng = torch.Generator().manual_seed(0)
        >>> device, generator = torch.device("cpu"), toy_models.generator()
        >>> mean, spread = mean_latent(generator, rng, torch.float32, device)
        >>> mean.shape, spread > 0
        (torch.Size([1, 1, 8]), True)
    """
    with torch.no_grad():
        z = torch.randn(_MEAN_SAMPLES, generator.width, generator=rng).to(device, dtype)
        w = generator.map(z)
        mean = w.mean(dim=0)  # (width,)
        spread = float(((w - mean).square().sum() / _MEAN_SAMPLES).sqrt())
    return mean[None, None], spread


def _start_latent(
    problem: Problem, recipe: Recipe, mean: Tensor, components: Registry[Any] | None = None
) -> Tensor:
    """W+ ``(1, rows, width)``: the mean, what the inverter reads off the pictures, or a plugin's.

    Raises:
        UserError: if nobody registered the start that the recipe names.
        PluginError: if that fails, or gives another shape.

    Example:
        >>> from styleforge.testing import toy
        >>> forge = toy.toy_forge()
        >>> problem = toy.toy_problem(forge.models("toy"))
        >>> _start_latent(problem, forge.recipe("toy", "toy-loho"), torch.zeros(1, 1, 8)).shape
        torch.Size([1, 8, 8])
    """
    models = problem.models
    if recipe.start not in _OWN_STARTS:
        return _plugins_start(problem, recipe, mean, components)
    latent = mean.expand(1, models.get("generator").rows, -1).clone()
    if recipe.start == "inverter":
        latent = models.get("inverter")(problem.role(ROLE).image).clone()
    return latent.to(models.device, models.dtype)


def _plugins_start(
    problem: Problem, recipe: Recipe, mean: Tensor, components: Registry[Any] | None
) -> Tensor:
    """The W+ of the component ``start/NAME`` that a recipe names."""
    kind, models = f"start/{recipe.start}", problem.models
    if components is None or kind not in components:
        have = [name.removeprefix("start/") for name in components or () if "start/" in name]
        msg = (
            f"The recipe starts from {recipe.start!r}, which no plugin registered; there are "
            f"{', '.join((*_OWN_STARTS, *have))}."
        )
        raise UserError(msg)
    what = f"The component {kind!r} of {components.owner(kind)}"
    found = Guarded(components[kind], what)(problem, recipe, mean)
    generator = models.get("generator")
    shape = (1, generator.rows, generator.width)
    if not isinstance(found, Tensor) or tuple(found.shape) != shape:
        had = tuple(found.shape) if isinstance(found, Tensor) else type(found).__name__
        msg = f"{what} gave {had}; W+ of shape {shape} is expected."
        raise PluginError(msg)
    return found.to(models.device, models.dtype)
