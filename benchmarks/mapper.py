"""Edits from words against the truth: `python -m benchmarks.mapper --domain hair --people N`.

N seeded people that no training saw, described edits seen and unseen in training, each method: by
default the one pass, that refined, StyleCLIP's optimization (of hair), the true answer and the
picture as it was. Finished edits are kept in the JSON file and not made again, their pictures in a
folder beside it.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean, median
from typing import Annotated, Any

import numpy as np
import torch
import typer
from styleforge_portraits import world
from styleforge_portraits.asked.wordings import SEEN, WORDINGS
from styleforge_portraits.selections import SELECTIONS
from torch import Tensor
from tqdm import tqdm

from benchmarks.descriptions import shows, true_picture
from benchmarks.problems import picture
from styleforge.api.edit_recipe import edit_recipe
from styleforge.api.one_pass import mapped_preset
from styleforge.display.sheets import sheet
from styleforge.forge import Forge
from styleforge.measure.metrics import lpips, psnr, region_iou
from styleforge.measure.wordings import Wording
from styleforge.prepare.images import load_image, to_picture
from styleforge.prepare.regions import found_regions
from styleforge.run.job import Job

METHODS = ("mapper", "tailored", "loho-mapped", "styleclip", "truth", "nothing")
GIVEN = ("truth", "nothing")  # methods that make nothing
LABELLED = 230  # pixels of a picture in the sheet, so that the longest description fits above it
SCORES = ("truth_lpips", "identity", "background_psnr", "unasked")
LEAST = {"hair": 0.04, "clothing": SELECTIONS["clothing"].least}  # of the picture, of every person


def people(domain: str, count: int, seed: int) -> list[world.Person]:
    """Random people of whom enough of the region shows."""
    rng = np.random.default_rng((seed, 99))
    found: list[world.Person] = []
    while len(found) < count:
        person = world.sample(rng)
        if float(world.render(person, 64).regions[domain].mean()) > LEAST[domain]:
            found.append(person)
    return found


def recipe_for(
    forge: Forge, domain: str, method: str, file: Path, ask: Wording, steps: int | None
) -> Any:
    """The recipe of a method for words."""
    if method != "styleclip":
        refine = "" if method == mapped_preset(forge, domain) else method
        return edit_recipe(forge, domain, str(file), ask.words, pack="portraits", refine=refine)
    one_pass = edit_recipe(forge, domain, str(file), ask.words, pack="portraits")
    recipe = forge.recipe(
        domain, method, pack="portraits", identity=one_pass.identity,
        conditions=one_pass.conditions,
    )  # fmt: skip
    return recipe.with_steps(steps) if steps else recipe


def made(
    forge: Forge, domain: str, method: str, person: world.Person, file: Path, ask: Wording,
    steps: int | None,
) -> tuple[Tensor, float]:  # fmt: skip
    """The edited picture and the seconds that it took, reading the file included."""
    if method == "truth":
        return true_picture(person, ask, domain), 0.0
    if method == "nothing":
        return picture(person), 0.0
    recipe = recipe_for(forge, domain, method, file, ask, steps)
    started = time.perf_counter()
    image = Job(forge, recipe).result().image
    return image, time.perf_counter() - started


def scores(
    forge: Forge, domain: str, image: Tensor, person: world.Person, ask: Wording
) -> dict[str, float]:
    """How well a picture shows what was asked for, and nothing else changed."""
    models, about = forge.models("portraits"), forge.domains[domain]
    before, truth = picture(person), true_picture(person, ask, domain)
    masks = [found_regions(one, models)[domain] for one in (before, image, truth)]
    outside = (1 - masks[0]) * (1 - masks[1])
    with torch.no_grad():
        one, two = (models.get("identity_encoder")(item) for item in (before, image))
    asked = [f"{domain}.{role}" for role in ask.words]
    return {
        "reached": float(shows(forge, models, image, domain, ask)),
        f"{domain}_iou": region_iou(masks[1], masks[2]),
        "truth_lpips": lpips(image, truth, models),
        "identity": float((one * two).sum()),
        "background_psnr": psnr(image, before, outside),
        "unasked": models.get("reader").moved(image, before, about, asked),
    }


def table(rows: Sequence[dict[str, Any]], region: str) -> str:
    """Means by method, seen and unseen descriptions apart; seconds are medians."""
    means = ("reached", f"{region}_iou", *SCORES)
    lines = ["| descriptions | method | n | " + " | ".join((*means, "seconds")) + " |"]
    lines.append("|" + "---|" * (len(means) + 4))
    for seen in (True, False):
        for method in dict.fromkeys((*METHODS, *(row["method"] for row in rows))):
            found = [row for row in rows if row["method"] == method and row["seen"] is seen]
            if found:
                cells = [f"{fmean(row[name] for row in found):.3f}" for name in means]
                cells.append(f"{median(row['seconds'] for row in found):.2f}")
                label = "seen" if seen else "unseen"
                lines.append(f"| {label} | {method} | {len(found)} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def chosen(forge: Forge, domain: str, methods: str) -> list[str]:
    """The methods that were named; else all of ours that the domain has."""
    have = {*GIVEN, *(one.name for one in forge.domains[domain].presets)}
    names = [name for name in methods.split(",") if name]
    unknown = [name for name in names if name not in have]
    if unknown:
        msg = f"{domain} has no method {', '.join(unknown)}; it has {', '.join(sorted(have))}."
        raise typer.BadParameter(msg)
    return names or [name for name in METHODS if name in have]


def kept_as(folder: Path, method: str, index: int, seed: int, ask: Wording) -> Path:
    """Where the picture of an edit is kept."""
    said = "".join(letter if letter.isalnum() else "-" for letter in ask.said)
    return folder / f"{method}-{seed}-{index}-{said}.png"


def shown(
    folder: Path, method: str, index: int, seed: int, person: world.Person, asks: Sequence[Wording]
) -> list[list[tuple[str, Tensor]]]:
    """Two rows of a person: as they are, and the descriptions whose pictures were kept."""
    files = {ask.said: kept_as(folder, method, index, seed, ask) for ask in asks}
    cells = [("as is", picture(person))]
    cells += [(name, load_image(file)) for name, file in files.items() if file.exists()]
    half = (len(cells) + 1) // 2
    return [cells[:half], cells[half:]] if len(cells) > 1 else [cells]


def main(
    domain: Annotated[str, typer.Option(help="What is styled: hair or clothing.")] = "hair",
    count: Annotated[int, typer.Option("--people", help="How many people.")] = 4,
    kept: Annotated[Path | None, typer.Option("--json", help="Where to keep the scores.")] = None,
    methods: Annotated[str, typer.Option(help="Comma-separated; all that there are.")] = "",
    steps: Annotated[int | None, typer.Option(help="Steps of styleclip.")] = None,
    seed: int = 0,
    pictures: Annotated[Path | None, typer.Option(help="Folder for pictures.")] = None,
    page: Annotated[
        Path | None, typer.Option("--sheet", help="People x descriptions, by the first method.")
    ] = None,
) -> None:
    """Edit people by words and read off the results whether it worked."""
    forge = Forge()
    name = "mapper" if domain == "hair" else f"mapper-{domain}"
    out = kept or Path("out") / f"{name}.json"
    folder = pictures or out.parent / name
    folder.mkdir(parents=True, exist_ok=True)
    rows: list[dict[str, Any]] = json.loads(out.read_text()) if out.exists() else []
    done = {(row["person"], row["ask"], row["method"], row["seed"]) for row in rows}
    asks = WORDINGS[domain]
    names, some = chosen(forge, domain, methods), people(domain, count, seed)
    todo = [(index, person, method) for method in names for index, person in enumerate(some)]
    for index, person, method in tqdm(todo):
        file = folder / f"person-{seed}-{index}.png"
        to_picture(picture(person)).save(file)
        if method not in GIVEN:
            made(forge, domain, method, person, file, asks[0], 1)  # load what it needs
        for ask in asks:
            if (index, ask.said, method, seed) in done:
                continue
            image, seconds = made(forge, domain, method, person, file, ask, steps)
            to_picture(image).save(kept_as(folder, method, index, seed, ask))
            row = {"person": index, "ask": ask.said, "seen": ask.level == SEEN, "method": method}
            row |= {"seed": seed, **scores(forge, domain, image, person, ask), "seconds": seconds}
            rows.append(row)
            out.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
        rows_of = shown(folder, method, index, seed, person, asks)
        sheet(rows_of).save(folder / f"{method}-{index}.png")
    if page is not None:
        together = [
            row
            for index, person in enumerate(some)
            for row in shown(folder, names[0], index, seed, person, asks)
        ]
        page.parent.mkdir(parents=True, exist_ok=True)
        sheet(together, width=LABELLED).save(page, quality=80)
    typer.echo(table([row for row in rows if row["seed"] == seed], domain))


if __name__ == "__main__":
    typer.run(main)
