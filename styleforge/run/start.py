"""Where a run starts: the latent, the noise maps and the random numbers before the first step."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from styleforge.compose.paste import ROLE, drafts, with_paste
from styleforge.errors import PluginError, UserError
from styleforge.mapper.edit import mapped_latent
from styleforge.pack.guards import Guarded
from styleforge.plugins.registry import Registry
from styleforge.prepare.pixels import shrink
from styleforge.prepare.problem import Problem
from styleforge.recipe.combine import parts, pasted_alone
from styleforge.recipe.recipe import Recipe
from styleforge.run.schedule import at_rates_of
from styleforge.run.state import State, moved

_OWN_STARTS = ("mean", "inverter", "mapper")
_ENCODED = ("inverter", "mapper")
_MEAN_SAMPLES = 10_000  # latents behind the mean latent and the spread, as published


def set_up(
    problem: Problem, recipe: Recipe, components: Registry[Any], state: State | None = None
) -> tuple[Problem, Recipe, State]:
    """All that a run is advanced with: what `styleforge.run.engine.optimize` takes.

    Args:
        problem: the prepared references; a picture that the recipe pastes first is added.
        recipe: where it names no rates it gets the pack's.
        components: where inpainters are looked up.
        state: of a run that is resumed; it is brought to the models' device.

    Raises:
        UserError: if nobody registered the inpainter that the recipe names, or the pack lacks what
            the recipe starts from.

    Example:
        >>> from styleforge.testing import toy
        >>> forge = toy.toy_forge()
        >>> problem = toy.toy_problem(forge.models("toy"))
        >>> _, recipe, state = set_up(problem, forge.recipe("toy", "toy-look"), forge.components)
        >>> state.latent.shape, recipe.stages[0].schedule.lr
        (torch.Size([1, 8, 8]), 0.1)
    """
    problem = with_paste(problem, recipe, components)
    recipe = at_rates_of(problem.models.pack, recipe)
    if state is None:
        state = begin(problem, recipe, components)
    elif not _drawn_without(recipe) or problem.models.has("generator"):
        _check_fits(state, problem, recipe)
    return problem, recipe, moved(state, problem.models.device)


def _check_fits(state: State, problem: Problem, recipe: Recipe) -> None:
    """Refuse a state that the pack's generator and regions cannot go on from."""
    generator = problem.models.get("generator")
    latent = (1, generator.rows, generator.width)
    maps = [(1, 1, *shape) for shape in generator.noise_shapes]
    pairs = [(state.latent, latent), (state.start, latent)]
    noise = [state.noise]
    if state.best is not None:
        pairs.append((state.best.latent, latent))
        noise.append(state.best.noise)
    dtype = problem.models.dtype
    fits = all(tuple(one.shape) == shape and one.dtype == dtype for one, shape in pairs)
    if not fits or any([tuple(one.shape) for one in some] != maps for some in noise):
        msg = (
            f"The checkpoint does not fit the pack {problem.models.pack.name!r}: W+ of shape "
            f"{latent} and {len(maps)} noise maps are expected, and it has W+ of shape "
            f"{tuple(state.latent.shape)} and {len(state.noise)}. It was changed, or is of another "
            "pack; begin the run anew."
        )
        raise UserError(msg)
    widths = sorted({one.size or recipe.loss_size for one in recipe.stages})
    sizes = [tuple(shrink(problem.identity.image, width).shape) for width in widths]
    if state.picture is not None and tuple(state.picture.shape) not in sizes:
        msg = (
            f"The checkpoint's picture has the shape {tuple(state.picture.shape)}; the recipe and "
            f"the pack {problem.models.pack.name!r} make {' or '.join(map(str, sizes))}. It was "
            "changed, or is of another pack; begin the run anew."
        )
        raise UserError(msg)
    if state.regions is not None and {*state.regions} != {*problem.models.get("regions").names}:
        msg = (
            f"The checkpoint has the regions {', '.join(sorted(state.regions))}, and the pack "
            f"{problem.models.pack.name!r} finds "
            f"{', '.join(sorted(problem.models.get('regions').names))}. A plugin that adds some is "
            "missing, or it was changed; begin the run anew."
        )
        raise UserError(msg)


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
    if _drawn_without(recipe) and not models.has("generator"):
        latent = torch.zeros(1, 0, 0, device=models.device, dtype=models.dtype)
        return State(latent, latent.clone(), (), 0.0, rng)
    generator = models.get("generator")
    mean, spread = None, 0.0
    if recipe.start != "mapper" and not _drawn_without(recipe):  # which are to be quick
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
    if _drawn_without(recipe):
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


def _drawn_without(recipe: Recipe) -> bool:
    """Whether the result is pasted and nothing else, so that no generator draws it."""
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
