"""One pass through the networks for several runs: inversion, mapper and generator at once.

What is of one picture (its preparation, masks, composition and notes) stays with its run.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from styleforge.compose.render import drawn
from styleforge.mapper.edit import mapped_latents
from styleforge.recipe.combine import parts
from styleforge.run.start import begin
from styleforge.run.state import State

if TYPE_CHECKING:
    from styleforge.prepare.problem import Problem
    from styleforge.recipe.recipe import Recipe


@dataclass(frozen=True)
class Passed:
    """What a pass gives one of its runs.

    ``state`` is the run's, ``generated`` the generator's picture ``(1, 3, H, W)``, and ``seconds``
    the run's share of the time.

    Example:
        >>> latent = torch.zeros(1, 8, 8)
        >>> state = State(latent, latent.clone(), (), spread=0.0, rng=torch.Generator())
        >>> Passed(state, torch.zeros(1, 3, 32, 32), 0.01).state.done
        0
    """

    state: State
    generated: Tensor
    seconds: float


def one_pass(recipe: Recipe) -> bool:
    """Whether a run is nothing but a pass that several can share.

    One that draws something first (a paste, a preview) or optimizes is not. Nor is a run that is
    done again with the threads that it had.

    Example:
        >>> from styleforge.testing import toy
        >>> forge = toy.toy_forge()
        >>> one_pass(forge.recipe("toy", "toy-mapper")), one_pass(forge.recipe("toy", "toy-look"))
        (True, False)
    """
    maps = recipe.start == "mapper" and not recipe.stages and not recipe.threads
    return maps and all(
        part.start_paste is None and part.compose.mode != "pasted" for _, part in parts(recipe)
    )


def passed(problems: Sequence[Problem], recipes: Sequence[Recipe]) -> tuple[Passed, ...]:
    """Map and draw edits that have the same models; the generator draws all of them at once.

    On a processor a run gets what it would have come to alone: its W+ to the bit, its picture to
    1e-5 in single precision, and to the bit in bfloat16 where that was measured (AVX-512).

    Raises:
        UserError: if any of them cannot be done.

    Example:
        >>> from styleforge import ImageRef
        >>> from styleforge.testing import toy
        >>> forge = toy.toy_forge()
        >>> problem = toy.toy_problem(forge.models("toy"), "shape")
        >>> asked = {"toy.shape": ImageRef("her.png")}
        >>> recipe = forge.recipe("toy", "toy-mapper", conditions=asked)
        >>> [one.generated.shape for one in passed([problem, problem], [recipe, recipe])]
        [torch.Size([1, 3, 32, 32]), torch.Size([1, 3, 32, 32])]
    """
    began = time.perf_counter()
    latents = mapped_latents(problems, recipes)  # (N, rows, width)
    # Copies, here and below: a result that is kept would keep the tensors of all.
    states = [
        begin(problem, recipe, mapped=latents[at : at + 1].clone())
        for at, (problem, recipe) in enumerate(zip(problems, recipes, strict=True))
    ]
    maps = zip(*(one.noise for one in states), strict=True)
    noise = [torch.cat(one) for one in maps]  # (N, 1, h, w) each
    pictures = drawn(latents, noise, problems[0].models, fast=True)  # (N, 3, H, W)
    seconds = (time.perf_counter() - began) / len(states)
    return tuple(
        Passed(state, pictures[at : at + 1].clone(), seconds) for at, state in enumerate(states)
    )
