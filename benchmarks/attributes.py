"""One attribute at a time: `python -m benchmarks.attributes --domain clothing --out FILE`.

Seeded people; of each attribute's reference alone, what comes out beside the truth. Prints, by
attribute, the distance to the truth and that of doing nothing.
"""

from __future__ import annotations

from pathlib import Path
from statistics import fmean
from typing import Annotated

import numpy as np
import torch
import typer
from styleforge_portraits import world
from styleforge_portraits.selections import SELECTIONS
from torch import Tensor

from benchmarks.problems import picture
from styleforge.display.sheets import sheet
from styleforge.forge import Forge
from styleforge.measure.metrics import lpips, psnr
from styleforge.prepare.pose import match_pose
from styleforge.prepare.prepare import prepare
from styleforge.prepare.problem import Problem
from styleforge.recipe.condition import ImageRef
from styleforge.run.job import Job

ROLES = ("shape", "appearance", "finer_style")


def people(domain: str, rng: np.random.Generator) -> list[world.Person]:
    """An identity and a reference for each attribute, of whom enough of the region shows."""
    found = list[world.Person]()
    while len(found) < 1 + len(ROLES):
        person = world.sample(rng)
        if float(world.render(person, 64).regions[domain].mean()) >= SELECTIONS[domain].least:
            found.append(person)
    return found


def main(
    domain: Annotated[str, typer.Option(help="What is styled: hair or clothing.")] = "clothing",
    count: Annotated[int, typer.Option("--people", help="How many people.")] = 4,
    preset: Annotated[str, typer.Option(help="The domain's first by default.")] = "",
    out: Annotated[Path, typer.Option(help="The sheet.")] = Path("out/attributes.png"),
    seed: int = 0,
) -> None:
    """Edit one attribute at a time and compare with the truth."""
    forge = Forge()
    models = forge.models("portraits")
    rng = np.random.default_rng((seed, 17))
    scores: dict[str, list[tuple[float, ...]]] = {role: [] for role in ROLES}
    rows = []
    for _ in range(count):
        identity, *donors = people(domain, rng)
        own = prepare(picture(identity), models, name="identity")
        cells: list[tuple[str, Tensor]] = [("identity", own.image)]
        for role, donor in zip(ROLES, donors, strict=True):
            reference = prepare(picture(donor), models, name=role)
            attribute = forge.attributes[f"{domain}.{role}"]
            placed = match_pose(reference, own, models, domain) if attribute.aligned else reference
            recipe = forge.recipe(
                domain, preset, pack="portraits", conditions={attribute.name: ImageRef(role)}
            )
            problem = Problem(models, {"identity": own, role: placed})
            image = Job(forge, recipe, problem).result().image
            answer = world.truth(identity=identity, domain=domain, **{role: donor})
            true = picture(answer)
            with torch.no_grad():
                scores[role].append(
                    (
                        psnr(image, true), float(lpips(image, true, models)),
                        psnr(own.image, true), float(lpips(own.image, true, models)),
                    )
                )  # fmt: skip
            cells += [(role, reference.image), (f"{role} only", image), ("truth", true)]
        rows.append(cells)
    out.parent.mkdir(parents=True, exist_ok=True)
    sheet(rows).save(out)
    typer.echo("| attribute | n | PSNR | LPIPS | PSNR of the identity | LPIPS of the identity |")
    typer.echo("|---|---|---|---|---|---|")
    for role, found in scores.items():
        cells_of = " | ".join(f"{fmean(values):.3f}" for values in zip(*found, strict=True))
        typer.echo(f"| {domain}.{role} | {len(found)} | {cells_of} |")


if __name__ == "__main__":
    typer.run(main)
