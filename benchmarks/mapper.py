"""Edits from words against the truth: `python -m benchmarks.mapper --people N --json FILE`.

N seeded people that no training saw, described edits seen and unseen in training, each method.
Finished edits are kept in the JSON file and not made again.
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
from torch import Tensor
from tqdm import tqdm

from benchmarks.descriptions import SEEN, UNSEEN, Ask, Reader, true_picture
from benchmarks.problems import picture
from styleforge.editing import edit_recipe
from styleforge.evaluation import found_regions
from styleforge.forge import Forge
from styleforge.images import to_picture
from styleforge.job import Job
from styleforge.metrics import lpips, psnr, region_iou
from styleforge.sheets import sheet

METHODS = ("mapper", "loho-mapped", "styleclip", "truth", "nothing")
SCORES = (
    "reached", "hair_iou", "truth_lpips", "identity", "background_psnr", "unasked", "seconds",
)  # fmt: skip
GROUPS = {"shape": "hair_shape", "appearance": "hair_appearance"}


def people(count: int, seed: int) -> list[world.Person]:
    """Random people with hair."""
    rng = np.random.default_rng((seed, 99))
    found: list[world.Person] = []
    while len(found) < count:
        person = world.sample(rng)
        if float(world.render(person, 64).regions["hair"].mean()) > 0.04:
            found.append(person)
    return found


def recipe_for(forge: Forge, method: str, file: Path, ask: Ask, steps: int | None) -> Any:
    """The recipe of a method for words."""
    if method == "mapper":
        return edit_recipe(forge, "hair", str(file), ask.conditions, pack="portraits")
    if method == "loho-mapped":
        return edit_recipe(
            forge, "hair", str(file), ask.conditions, pack="portraits", refine=method
        )
    one_pass = edit_recipe(forge, "hair", str(file), ask.conditions, pack="portraits")
    recipe = forge.recipe(
        "hair", method, pack="portraits", identity=one_pass.identity,
        conditions=one_pass.conditions,
    )  # fmt: skip
    return recipe.with_steps(steps) if steps else recipe


def made(
    forge: Forge, method: str, person: world.Person, file: Path, ask: Ask, steps: int | None
) -> tuple[Tensor, float]:
    """The edited picture and the seconds that it took, reading the file included."""
    if method == "truth":
        return true_picture(person, ask, 0), 0.0
    if method == "nothing":
        return picture(person), 0.0
    recipe = recipe_for(forge, method, file, ask, steps)
    started = time.perf_counter()
    image = Job(forge, recipe).result().image
    return image, time.perf_counter() - started


def scores(reader: Reader, image: Tensor, person: world.Person, ask: Ask) -> dict[str, float]:
    """How well a picture shows what was asked for, and nothing else changed."""
    models = reader.models
    before, truth = picture(person), true_picture(person, ask, 0)
    hair = [found_regions(one, models)["hair"] for one in (before, image, truth)]
    outside = (1 - hair[0]) * (1 - hair[1])
    with torch.no_grad():
        one, two = (models.get("identity")(item) for item in (before, image))
    asked = {GROUPS[role] for role in ask.conditions}
    own = np.concatenate(
        [np.full(f.width, f.group.startswith("hair") and f.group not in asked)
         for f in world.FACTORS]
    )  # fmt: skip
    moved = reader.code(image) - reader.code(before)
    return {
        "reached": float(reader.shows(image, ask)),
        "hair_iou": region_iou(hair[1], hair[2]),
        "truth_lpips": lpips(image, truth, models),
        "identity": float((one * two).sum()),
        "background_psnr": psnr(image, before, outside),
        "unasked": float(np.sqrt(np.square(moved[own]).mean())),
    }


def table(rows: Sequence[dict[str, Any]]) -> str:
    """Means by method, seen and unseen descriptions apart; seconds are medians."""
    lines = ["| descriptions | method | n | " + " | ".join(SCORES) + " |"]
    lines.append("|" + "---|" * (len(SCORES) + 3))
    for seen in (True, False):
        for method in METHODS:
            found = [row for row in rows if row["method"] == method and row["seen"] is seen]
            if found:
                cells = [f"{fmean(row[name] for row in found):.3f}" for name in SCORES[:-1]]
                cells.append(f"{median(row['seconds'] for row in found):.2f}")
                label = "seen" if seen else "unseen"
                lines.append(f"| {label} | {method} | {len(found)} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main(
    count: Annotated[int, typer.Option("--people", help="How many people.")] = 4,
    out: Annotated[Path, typer.Option("--json", help="Where to keep the scores.")] = Path(
        "out/mapper.json"
    ),
    methods: Annotated[str, typer.Option(help="Comma-separated.")] = "mapper,truth,nothing",
    steps: Annotated[int | None, typer.Option(help="Steps of styleclip.")] = None,
    seed: int = 0,
    pictures: Annotated[Path | None, typer.Option(help="Folder for pictures.")] = None,
) -> None:
    """Edit people by words and read off the results whether it worked."""
    forge = Forge()
    models = forge.models("portraits")
    reader = Reader(models)
    folder = pictures or out.parent / "mapper"
    folder.mkdir(parents=True, exist_ok=True)
    rows: list[dict[str, Any]] = json.loads(out.read_text()) if out.exists() else []
    done = {(row["person"], row["ask"], row["method"], row["seed"]) for row in rows}
    asks = (*SEEN, *UNSEEN)
    todo = [(i, p, m) for m in methods.split(",") for i, p in enumerate(people(count, seed))]
    for index, person, method in tqdm(todo):
        file = folder / f"person-{seed}-{index}.png"
        to_picture(picture(person)).save(file)
        if method not in {"truth", "nothing"}:
            made(forge, method, person, file, asks[0], 1)  # load what it needs
        cells = [("as is", picture(person))]
        for ask in asks:
            if (index, ask.name, method, seed) in done:
                continue
            image, seconds = made(forge, method, person, file, ask, steps)
            cells.append((ask.name, image))
            row = {"person": index, "ask": ask.name, "seen": ask.seen, "method": method}
            row |= {"seed": seed, **scores(reader, image, person, ask), "seconds": seconds}
            rows.append(row)
            out.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
        if len(cells) > 1:
            half = (len(cells) + 1) // 2
            sheet([cells[:half], cells[half:]]).save(folder / f"{method}-{index}.png")
    typer.echo(table([row for row in rows if row["seed"] == seed]))


if __name__ == "__main__":
    typer.run(main)
