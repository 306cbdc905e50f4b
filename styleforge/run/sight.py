"""How wide a stage sees: what the generator draws for it, and the views of the references.

A stage may look at pictures smaller than the generator's. A StyleGAN2's skip image at a resolution
is a picture too, and the layers beyond it cost most. Whether it is *the* picture, reduced, depends
on the generator: it is measured, and else the whole picture is drawn and reduced.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from styleforge.prepare.pixels import shrink
from styleforge.run.drawing import draw
from styleforge.run.references import views_of

if TYPE_CHECKING:
    from torch import Tensor

    from styleforge.pack.protocols import Generator
    from styleforge.prepare.problem import Problem
    from styleforge.recipe.recipe import Recipe
    from styleforge.recipe.stage import Stage
    from styleforge.run.drawing import Drawing, Parameters
    from styleforge.run.state import State
    from styleforge.run.view import View

LIKE = 30.0  # dB; above it a skip image is the picture


@dataclass(frozen=True)
class Sight:
    """What a stage sees.

    Attributes:
        size: the width of the pictures.
        stop: the generator's resolution at which drawing ends, None where it draws all.
        views: of the references, at this width.
        rest: ``(1, 3, h, w)``, what the layers beyond ``stop`` added to the picture where the run
            began. They are not drawn, and colours would be fitted without them. None where all is
            drawn.
        note: what the user should know of it; empty if nothing.

    Example:
        >>> Sight(128, 128, {}).note
        ''
    """

    size: int
    stop: int | None
    views: dict[str, View]
    rest: Tensor | None = None
    note: str = ""

    def width_of(self, generator: Generator) -> int:
        """How wide a generator's pictures are seen."""
        return min(self.size, generator.size[1])

    def draw(self, generator: Generator, parameters: Parameters) -> Drawing:
        """The picture that the losses see."""
        drawing = draw(generator, self.size, parameters, stop=self.stop)
        if self.rest is not None:
            drawing.picture = drawing.picture + self.rest  # a constant: the way back stays
        return drawing


def sight_of(problem: Problem, recipe: Recipe, stage: Stage, state: State) -> Sight:
    """What a stage of a run sees; the same after a resume.

    Example:
        >>> from styleforge.run.start import begin
        >>> from styleforge.testing import toy
        >>> forge = toy.toy_forge()
        >>> problem, recipe = toy.toy_problem(forge.models("toy")), forge.recipe("toy", "toy-look")
        >>> sight_of(problem, recipe, recipe.stages[0], begin(problem, recipe)).size
        256
    """
    size = stage.size or recipe.loss_size
    generator = problem.models.get("generator")
    with torch.no_grad():
        stop, rest = _stop(generator, size, state)
        views = views_of(problem, size, state.plan)
    note = ""
    if rest is not None and (decibels := _decibels(rest)) < LIKE:
        note = (
            f"Stage {stage.name!r} looks at pictures of {size} px. What this generator has drawn "
            f"there is not yet its picture ({decibels:.0f} dB), so it draws the whole."
        )
        stop = rest = None
    return Sight(size, stop, views, rest, note)


def _stop(generator: Generator, size: int, state: State) -> tuple[int | None, Tensor | None]:
    """The resolution of a width below the whole, and what the reduced picture has beyond it."""
    resolutions = getattr(generator, "resolutions", ())
    width = generator.size[1]
    side = size * max(resolutions, default=0) // width  # named as if pictures were square
    record = getattr(generator, "record", None)
    if size >= width or side not in resolutions or record is None:
        return None, None
    # Not of the run's own latent and noise maps, which have moved when it is resumed.
    noise = [torch.zeros_like(one) for one in state.noise]
    small = record(state.start, noise, size=side)
    if small is None:
        return None, None
    return side, shrink(generator.synthesize(state.start, noise), size) - small.picture


def _decibels(rest: Tensor) -> float:
    """How like the reduced picture it is without the rest."""
    return 10 * math.log10(4 / max(float(rest.square().mean()), 1e-12))
