"""Sets a run up: the pasted picture, the pack's rates, and a state, begun or of a checkpoint."""

from __future__ import annotations

from typing import Any

from styleforge.compose.paste import with_paste
from styleforge.errors import UserError
from styleforge.plugins.registry import Registry
from styleforge.prepare.pixels import shrink
from styleforge.prepare.problem import Problem
from styleforge.recipe.recipe import Recipe
from styleforge.run.schedule import at_rates_of
from styleforge.run.start import begin, pasted_only
from styleforge.run.state import State, moved


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
    elif not pasted_only(recipe) or problem.models.has("generator"):
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
