"""Recipes changed in one respect, for the benchmarks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from styleforge.recipe.objective import Objective, Term
from styleforge.recipe.recipe import Recipe


def schedule(recipe: Recipe, **changes: Any) -> Recipe:
    """Every stage's schedule with fields changed."""
    stages = tuple(
        replace(stage, schedule=replace(stage.schedule, **changes)) for stage in recipe.stages
    )
    return replace(recipe, stages=stages)


def weigh(recipe: Recipe, **weights: float) -> Recipe:
    """Terms multiplied; underscores of a name stand for the dot after the domain."""

    def term(one: Term) -> Term:
        for name, factor in weights.items():
            if name in {one.label, one.label.replace(".", "_", 1)}:
                return one * factor
        return one

    stages = tuple(
        replace(stage, objective=Objective(tuple(term(one) for one in stage.objective)))
        for stage in recipe.stages
    )
    return replace(recipe, stages=stages)


def coarse(recipe: Recipe, size: int, shares: Sequence[float]) -> Recipe:
    """A recipe whose stages look at pictures of ``size`` px for a share of their steps."""
    stages = []
    for stage, share in zip(recipe.stages, shares, strict=True):
        steps = round(share * stage.steps)
        first = replace(stage, name=f"{stage.name}.coarse", steps=steps, size=size)
        rest = replace(stage, steps=stage.steps - steps)
        stages += [one for one in (first, rest) if one.steps]
    return replace(recipe, stages=tuple(stages))
