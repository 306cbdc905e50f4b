"""What a mapped start saves: `python -m benchmarks.refine --triples N`.

loho-fast's stages, from the inversion of the pasted picture and from the mapper, with few and many
steps, against the truth.
"""

from __future__ import annotations

from dataclasses import replace
from statistics import fmean
from typing import Annotated

import typer
from styleforge_portraits.triples import world_triples
from tqdm import tqdm

from benchmarks.problems import STYLE, problem_of, truth_of
from styleforge.forge import Forge
from styleforge.measure.by_metrics import measure
from styleforge.recipe.condition import ImageRef
from styleforge.recipe.starts import Mapped
from styleforge.run.job import Job

ASKED = ("hair.shape", "hair.appearance")


def main(
    per_level: Annotated[int, typer.Option("--triples", help="Triples of each difficulty.")] = 1,
    steps: Annotated[str, typer.Option(help="Steps in all, comma-separated.")] = "6,12,24,36",
    seed: int = 0,
) -> None:
    """Print the table."""
    forge = Forge()
    models, domain = forge.models("portraits"), forge.domains["hair"]
    conditions = {name: ImageRef(f"gallery:{name}") for name in ASKED}  # the problem has them
    plain = forge.recipe("hair", "loho-fast", pack="portraits", conditions=conditions)
    mapped = replace(plain, start="mapper", start_map=Mapped(region="hair"))
    found: dict[tuple[str, int], list[dict[str, float]]] = {}
    for triple in tqdm(world_triples(per_level, seed)):
        problem, truth = problem_of(triple, models, pose=True), truth_of(triple)
        for start, recipe in (("pasted picture", plain), ("mapper", mapped)):
            for count in map(int, steps.split(",")):
                image = Job(forge, recipe.with_steps(count), problem).result().image
                scores = measure(image, truth, problem, domain, forge.components, style=STYLE)
                found.setdefault((start, count), []).append(scores)
    typer.echo("| start | steps | hair IoU | PSNR | LPIPS | colour error |")
    typer.echo("|---|---|---|---|---|---|")
    for (start, count), rows in found.items():
        names = ("hair_iou", "truth_psnr", "truth_lpips", "appearance_error")
        cells = " | ".join(f"{fmean(row[name] for row in rows):.3f}" for name in names)
        typer.echo(f"| {start} | {count} | {cells} |")


if __name__ == "__main__":
    typer.run(main)
