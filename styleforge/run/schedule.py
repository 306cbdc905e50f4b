"""Learning rate and exploration noise over time (StyleGAN2's projector, as LOHO uses it)."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from styleforge.pack.pack import EXPLORATION, LR
from styleforge.recipe.objective import Objective
from styleforge.recipe.stage import Schedule, Stage

if TYPE_CHECKING:
    from styleforge.pack.pack import Pack
    from styleforge.recipe.recipe import Recipe


def at_rates_of(pack: Pack, recipe: Recipe) -> Recipe:
    """A recipe with what its pack says where its stages do not.

    That is the learning rate, the exploration and the coordinates of a schedule. In a stage that is
    to be fitted, the weights are multiplied by the pack's calibration, and its prior is added.

    Example:
        >>> from styleforge.testing import toy
        >>> forge = toy.toy_forge()
        >>> recipe = at_rates_of(toy.toy_pack(), forge.recipe("toy", "toy-look"))
        >>> recipe.stages[0].schedule.lr
        0.1
    """

    def filled(one: Schedule) -> Schedule:
        return replace(
            one,
            lr=pack.lr if one.lr is None else one.lr,
            exploration=pack.exploration if one.exploration is None else one.exploration,
            # A rate that a stage names without coordinates is one in W.
            coordinates=one.coordinates or (pack.coordinates if one.lr is None else "w"),
        )

    def fitted(stage: Stage) -> Objective:
        if not stage.fitted:
            return stage.objective
        have = set(stage.objective.labels)
        prior = pack.prior if "latent" in stage.moves else ()
        weighed = (term * pack.voice(term) for term in stage.objective)
        return Objective((*weighed, *(one for one in prior if one.label not in have)))

    stages = tuple(
        replace(one, schedule=filled(one.schedule), objective=fitted(one), fitted=False)
        for one in recipe.stages
    )
    return replace(recipe, stages=stages)


def learning_rate(schedule: Schedule, t: float) -> float:
    """The rate at t in [0, 1): linear ramp up, flat, cosine ramp down.

    lr(t) = lr · min(1, t / rampup) · (1/2 - 1/2 cos(pi · min(1, (1 - t) / rampdown))).

    Example:
        >>> learning_rate(Schedule(lr=0.1), 0.5)
        0.1
        >>> learning_rate(Schedule(lr=0.1), 0.0)
        0.0
    """
    down = min(1.0, (1 - t) / schedule.rampdown) if schedule.rampdown > 0 else 1.0
    up = min(1.0, t / schedule.rampup) if schedule.rampup > 0 else 1.0
    highest = LR if schedule.lr is None else schedule.lr
    return highest * (0.5 - 0.5 * math.cos(math.pi * down)) * up


def exploration(schedule: Schedule, t: float, spread: float) -> float:
    """Standard deviation of the noise on the latent at t.

    spread · exploration · max(0, 1 - t / explore_until)^2.

    Example:
        >>> exploration(Schedule(exploration=0.05, explore_until=0.5), 0.0, spread=2.0)
        0.1
        >>> exploration(Schedule(exploration=0.05, explore_until=0.5), 0.5, spread=2.0)
        0.0
    """
    if schedule.explore_until <= 0:
        return 0.0
    share = EXPLORATION if schedule.exploration is None else schedule.exploration
    return spread * share * max(0.0, 1 - t / schedule.explore_until) ** 2
