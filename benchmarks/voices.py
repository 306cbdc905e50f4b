"""How loud LOHO's terms are where stage 2 begins: `python -m benchmarks.voices --steps 60`.

Published weights are for the activations of ImageNet's VGG16. Printed are, by preset, the norms of
the terms' gradients with their published weights, in whitened coordinates of W+, after stage 1; the
geometric mean over one triple of each difficulty. The last column is what makes a term as loud as
L_f of the released code: the pack's `CALIBRATION` is that, rounded.
"""

from __future__ import annotations

import math
from dataclasses import replace
from statistics import fmean
from typing import Annotated

import torch
import typer
from styleforge_portraits.triples import world_triples

from benchmarks.problems import problem_of
from styleforge.forge import Forge
from styleforge.pack.whitening import whitening_of
from styleforge.prepare.problem import Problem
from styleforge.recipe.condition import ImageRef
from styleforge.recipe.recipe import Compose, Recipe
from styleforge.run.guards import measure
from styleforge.run.job import Job
from styleforge.run.references import views_of
from styleforge.run.set_up import set_up
from styleforge.run.view import View

PRESETS = ("loho", "loho-patent")
REFERENCE = ("loho", "identity")


def published(forge: Forge, preset: str) -> Recipe:
    """A preset for three pictures that a problem brings."""
    driven = [one.name for one in forge.attributes_of("hair") if one.drives]
    asked = {name: ImageRef(f"gallery:{name}") for name in driven}
    return forge.recipe("hair", preset, pack="portraits", conditions=asked)


def gradients(forge: Forge, recipe: Recipe, problem: Problem, steps: int) -> dict[str, float]:
    """Norms of the gradients of stage 2's terms by W+, as published, after stage 1."""
    first = replace(recipe.stages[0], steps=steps)
    alone = replace(recipe, stages=(first,), compose=Compose(mode="none"))
    latent = Job(forge, alone, problem).result().latent.clone().requires_grad_()
    _, _, state = set_up(problem, recipe, forge.components)
    generator, white = problem.models.get("generator"), whitening_of(problem.models)
    views = views_of(problem, recipe.loss_size, state.plan)
    picture = generator.synthesize(latent, state.noise)
    view = View(
        picture, problem.models, references=views, latent=latent, start=state.start,
        noise=state.noise, plan=state.plan,
    )  # fmt: skip
    found: dict[str, float] = {}
    for term in recipe.stages[1].objective:
        value = measure(forge.losses, term, view)
        if term.loss == "noise" or term.probe:
            continue
        (by_latent,) = torch.autograd.grad(value * term.weight, latent, retain_graph=True)
        found[term.label] = float(white.gradient(latent.detach(), by_latent).norm())
    return found


def main(
    steps: Annotated[int, typer.Option(help="Steps of stage 1 before it is measured.")] = 60,
    per_level: Annotated[int, typer.Option("--triples", help="Triples of each difficulty.")] = 1,
) -> None:
    """Print how loud each term is, and what would make all as loud."""
    forge = Forge()
    models = forge.models("portraits")
    loud: dict[tuple[str, str], list[float]] = {}
    for triple in world_triples(per_level):
        for preset in PRESETS:
            recipe = published(forge, preset)
            problem = problem_of(triple, models, pose=recipe.pose == "warp")
            for label, norm in gradients(forge, recipe, problem, steps).items():
                loud.setdefault((preset, label), []).append(math.log(norm))
    means = {key: math.exp(fmean(values)) for key, values in loud.items()}
    typer.echo("| preset | term | gradient | to be as loud |\n|---|---|---|---|")
    for (preset, label), mean in means.items():
        factor = means[REFERENCE] / mean
        typer.echo(f"| {preset} | {label} | {mean:.4g} | {factor:.3g} |")


if __name__ == "__main__":
    typer.run(main)
