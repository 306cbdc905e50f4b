"""How well hair sits before optimization: `python -m benchmarks.pose --triples N`.

Overlap (IoU) of the structure reference's hair with the true answer's, on seeded triples: as it is,
warped by landmarks, and bent by the pack's poser.
"""

from __future__ import annotations

from dataclasses import replace
from statistics import fmean
from typing import Annotated

import typer
from styleforge_portraits.triples import world_triples

from benchmarks.problems import picture, truth_of
from styleforge.forge import Forge
from styleforge.measure.metrics import region_iou
from styleforge.pack.models import Models
from styleforge.prepare.pose import match_pose
from styleforge.prepare.prepare import prepare
from styleforge.prepare.regions import hard_regions


def main(
    per_level: Annotated[int, typer.Option("--triples", help="Triples of each difficulty.")] = 6,
    seed: int = 0,
) -> None:
    """Print the table."""
    models = Forge().models("portraits")
    without = {k: v for k, v in models.pack.components.items() if k != "poser"}
    by_landmarks = Models(replace(models.pack, components=without))
    found: dict[str, list[tuple[float, ...]]] = {}
    for triple in world_triples(per_level, seed):
        identity, shape = (
            prepare(picture(person), models, name="a person") for person in triple.pictures[:2]
        )
        truth = truth_of(triple).regions["hair"]
        bent = (
            shape,
            match_pose(shape, identity, by_landmarks, "hair"),
            match_pose(shape, identity, models, "hair"),
        )
        masks = [hard_regions(one.regions)["hair"] for one in bent]
        found.setdefault(triple.level, []).append(tuple(region_iou(one, truth) for one in masks))
    typer.echo("| level | n | as it is | landmarks | poser |")
    typer.echo("|---|---|---|---|---|")
    for level, rows in found.items():
        means = " | ".join(f"{fmean(column):.3f}" for column in zip(*rows, strict=True))
        typer.echo(f"| {level} | {len(rows)} | {means} |")


if __name__ == "__main__":
    typer.run(main)
