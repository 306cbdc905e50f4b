"""What a recipe records of the run that it was made with, and what is another here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import torch

from styleforge.pack.precision import check_precision
from styleforge.recipe.combine import parts

if TYPE_CHECKING:
    from styleforge.forge import Forge
    from styleforge.prepare.problem import Problem
    from styleforge.recipe.recipe import Recipe

OPTIONAL = ("landmarks", "poser", "inpainter")  # kinds that a run uses where they are there


def as_here(recipe: Recipe, problem: Problem, forge: Forge) -> tuple[Recipe, tuple[str, ...]]:
    """The recipe with the weights, the threads and the device of a run here.

    Returns:
        The recipe, and notes of what differs from what it records, so that pixels may, too.

    Raises:
        UserError: if the device does not do the recipe's precision.

    Example:
        >>> from dataclasses import replace
        >>> from styleforge.testing import toy
        >>> forge = toy.toy_forge()
        >>> problem, recipe = toy.toy_problem(forge.models("toy")), forge.recipe("toy", "toy-look")
        >>> as_here(replace(recipe, device="cuda"), problem, forge)[1]
        ('The recipe was run on the device cuda, and this run is on cpu, ... to have them alike.',)
    """
    weights, device = _weights(recipe, problem, forge), str(problem.models.device)
    notes = tuple(_other_weights(recipe, problem, weights)) + tuple(_other_machine(recipe, problem))
    here = replace(recipe, weights=weights, threads=torch.get_num_threads(), device=device)
    return here, notes


def _weights(recipe: Recipe, problem: Problem, forge: Forge) -> str:
    """The SHA-256 of all weights that a run uses."""
    mappers = [f"mapper/{part.mapper}" for _, part in parts(recipe) if part.start_map]
    return problem.models.fingerprint(*mappers, *forge.components_of(recipe), *OPTIONAL)


def _other_weights(recipe: Recipe, problem: Problem, here: str) -> Iterator[str]:
    if recipe.weights not in {"", here}:
        yield (
            f"The weights of the pack {problem.models.pack.name!r} are not those that the "
            "recipe was run with, so the picture will differ."
        )


def _other_machine(recipe: Recipe, problem: Problem) -> Iterator[str]:
    """Threads and device decide the last bits."""
    if recipe.stages:
        slow = check_precision(recipe.precision, problem.models.device)
        if slow:
            yield slow
    threads, device = torch.get_num_threads(), problem.models.device
    if recipe.device not in {"", str(device)}:
        yield (
            f"The recipe was run on the device {recipe.device}, and this run is on {device}, "
            "so pixels may differ. Choose the device to have them alike."
        )
    if recipe.threads not in {0, threads} and device.type == "cpu":
        yield (
            f"The recipe was run with {_threads(recipe.threads)}, and this run has {threads}, "
            f"so pixels may differ. --threads {recipe.threads}, in Python "
            f"torch.set_num_threads({recipe.threads}), has them alike."
        )


def _threads(count: int) -> str:
    return f"{count} CPU thread" if count == 1 else f"{count} CPU threads"
