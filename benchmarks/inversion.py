"""Inversion by LOHO's own stage 1 from the mean: `python -m benchmarks.inversion --people N`.

Seeded people that no training saw are identity and structure reference at once; the published
stage 1 is all that runs. Printed are PSNR in the face, and LPIPS (the pack's) inside face and hair,
where the terms look, of the generator's own picture.
"""

from __future__ import annotations

import time
from dataclasses import replace
from statistics import fmean
from typing import Annotated

import torch
import typer
from torch import Tensor

from benchmarks.mapper import people
from benchmarks.problems import picture
from styleforge.forge import Forge
from styleforge.losses.lpips import LPIPS_LAYERS, masked_lpips
from styleforge.measure.metrics import psnr
from styleforge.models.scaling import lpips_input
from styleforge.pack.models import Models
from styleforge.prepare.prepare import prepare
from styleforge.prepare.problem import Problem
from styleforge.recipe.condition import ImageRef
from styleforge.recipe.recipe import Compose
from styleforge.run.job import Job


@torch.no_grad()
def distance(image: Tensor, target: Tensor, mask: Tensor, models: Models) -> float:
    """LPIPS of two pictures ``(1, 3, H, W)`` inside a mask, the sum of the five layers."""
    network = models.get("features")
    mine, theirs = (network(lpips_input(one), LPIPS_LAYERS) for one in (image, target))
    weights = models.get("lpips").weights
    return float(masked_lpips(mine, theirs, weights, mask, LPIPS_LAYERS, "published"))


def main(
    count: Annotated[int, typer.Option("--people", help="How many people.")] = 4,
    steps: Annotated[int, typer.Option(help="Steps of stage 1.")] = 1000,
    preset: Annotated[str, typer.Option(help="Whose stage 1.")] = "loho",
    seed: int = 0,
) -> None:
    """Invert people and print how near they come."""
    forge = Forge()
    models = forge.models("portraits")
    driven = [one.name for one in forge.attributes_of("hair") if one.drives]
    recipe = forge.recipe(
        "hair", preset, pack="portraits",
        conditions={name: ImageRef(f"gallery:{name}") for name in driven},
    )  # fmt: skip
    recipe = replace(
        recipe, stages=(replace(recipe.stages[0], steps=steps),), compose=Compose(mode="none")
    )
    rows = []
    typer.echo("| person | face, dB | LPIPS in face and hair | CPU-s |\n|---|---|---|---|")
    for index, person in enumerate(people("hair", count, seed)):
        one = prepare(picture(person), models, name=f"person {index}")
        roles = ("identity", "shape", "appearance", "finer_style")
        started = time.process_time()
        image = Job(forge, recipe, Problem(models, dict.fromkeys(roles, one))).result().image
        seconds = time.process_time() - started
        inside = (one.regions["face"] + one.regions["hair"]).gt(0.5).float()
        face = psnr(image, one.image, one.regions["face"].gt(0.5).float())
        rows.append((float(face), distance(image, one.image, inside, models), seconds))
        typer.echo(f"| {index} | " + " | ".join(f"{value:.3f}" for value in rows[-1]) + " |")
    typer.echo(
        "| mean | " + " | ".join(f"{fmean(one):.3f}" for one in zip(*rows, strict=True)) + " |"
    )


if __name__ == "__main__":
    typer.run(main)
