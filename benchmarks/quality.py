"""Quality against the truth: `python -m benchmarks.quality --domain hair --triples N --json FILE`.

N seeded triples of each difficulty, every method, all scores, and whether the published
directions hold. Finished runs are kept in the JSON file and not run again.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import typer
from styleforge_portraits import world
from styleforge_portraits.selections import SELECTIONS
from styleforge_portraits.triples import world_triples
from torch import Tensor

from benchmarks.problems import STYLE, picture, problem_of, truth_of
from benchmarks.report import METHODS, conflict, directions, table
from benchmarks.variants import adapted, schedule, weigh
from styleforge.builtin.inpainters import telea
from styleforge.compose.paste import paste
from styleforge.display.sheets import sheet
from styleforge.forge import Forge
from styleforge.measure.triples import Triple
from styleforge.measure.truth import measure
from styleforge.prepare.images import to_picture
from styleforge.recipe.condition import ImageRef
from styleforge.recipe.recipe import Paste, Recipe
from styleforge.run.job import Job

OURS = ("tailored", "loho-fast", "loho-mapped", "mapper")  # as they are, whatever the steps


@dataclass(frozen=True)
class Setting:
    """What is changed in the presets other than ours.

    ``rates`` are those of the schedule, ``lpips`` multiplies the weights of identity and structure.
    """

    steps: int | None = None
    pack_start: bool = False
    rates: Mapping[str, float] = field(default_factory=dict)
    lpips: float = 1.0

    def of(self, recipe: Recipe) -> Recipe:
        """A published recipe in this setting."""
        recipe = recipe.with_steps(self.steps) if self.steps else recipe
        recipe = adapted(recipe) if self.pack_start else recipe
        recipe = weigh(recipe, identity=self.lpips, **{f"{recipe.domain}_shape": self.lpips})
        return schedule(recipe, **self.rates) if self.rates else recipe


def run(
    forge: Forge, method: str, triple: Triple[world.Person], setting: Setting
) -> tuple[Tensor, dict[str, float], list[Mapping[str, float]]]:
    """One method on one triple: picture, scores, history."""
    models = forge.models("portraits")
    domain = forge.domains[triple.domain]
    started = time.perf_counter()
    history: list[Mapping[str, float]] = []
    if method == "copy-paste":
        problem = problem_of(triple, models, pose=True)
        image = paste(problem, Paste(region=domain.region), telea)
    else:
        driven = [one.name for one in forge.attributes_of(domain.name) if one.drives]
        asked = {name: ImageRef(f"gallery:{name}") for name in driven}  # the problem has them
        recipe = forge.recipe(domain.name, method, pack="portraits", conditions=asked)
        if method not in OURS:
            recipe = setting.of(recipe)
        problem = problem_of(triple, models, pose=recipe.pose == "warp")
        result = Job(forge, recipe, problem).result()
        image, history = result.image, list(result.history)
    seconds = time.perf_counter() - started
    scores = measure(image, truth_of(triple), problem, domain, forge.components, style=STYLE)
    return image, scores | {"seconds": seconds}, history


def main(
    domain: Annotated[str, typer.Option(help="What is transferred: hair or clothing.")] = "hair",
    per_level: Annotated[int, typer.Option("--triples", help="Triples of each difficulty.")] = 2,
    out: Annotated[Path, typer.Option("--json", help="Where to keep the scores.")] = Path(
        "out/quality.json"
    ),
    steps: Annotated[
        int | None, typer.Option(help="Steps in all of the presets other than loho-fast.")
    ] = None,
    pack_start: Annotated[
        bool, typer.Option(help="Published presets from the inversion, see variants.adapted.")
    ] = False,
    methods: Annotated[
        str | None, typer.Option(help="Comma-separated; all that the domain has by default.")
    ] = None,
    lr: Annotated[
        float | None, typer.Option(help="Learning rate of the published presets; the pack's.")
    ] = None,
    exploration: Annotated[
        float | None, typer.Option(help="Noise on W+ in the published presets; the pack's.")
    ] = None,
    lpips: Annotated[
        float, typer.Option(help="What identity and structure weigh more in published presets.")
    ] = 1.0,
    levels: Annotated[str, typer.Option(help="Comma-separated.")] = ",".join(
        SELECTIONS["hair"].levels
    ),
    seed: int = 0,
    pictures: Annotated[Path | None, typer.Option(help="Folder for pictures.")] = None,
) -> None:
    """Compare methods on seeded triples against the truth."""
    forge = Forge()
    kept: list[dict[str, object]] = json.loads(out.read_text()) if out.exists() else []
    rates = {"lr": lr, "exploration": exploration}
    rates = {name: one for name, one in rates.items() if one is not None}
    changed = Setting(steps, pack_start, rates, lpips)
    setting: dict[str, object] = {"seed": seed, "steps": steps, "pack_start": pack_start}
    setting |= {"rates": rates, "lpips": lpips}
    if domain != "hair":  # rows of older files are of hair and do not say so
        setting["domain"] = domain
    rows = [
        row
        for row in kept
        if setting.items() <= {"rates": {}, "lpips": 1.0, **row}.items()
        and row.get("domain", "hair") == domain
    ]
    have = {"copy-paste", *(one.name for one in forge.domains[domain].presets)}
    chosen = methods.split(",") if methods else [one for one in METHODS if one in have]
    others = [row for row in kept if row not in rows]  # of another setting
    done = {(row["level"], row["index"], row["method"]) for row in rows}
    counts: dict[str, int] = {}
    shown: list[list[tuple[str, Tensor]]] = []
    for triple in world_triples(per_level, seed, domain):
        index = counts.get(triple.level, 0)
        counts[triple.level] = index + 1
        if triple.level not in levels.split(","):
            continue
        cells: list[tuple[str, Tensor]] = [
            (role, picture(person))
            for role, person in zip(("identity", "shape", "look"), triple.pictures, strict=True)
        ]
        for method in chosen:
            if (triple.level, index, method) in done:
                continue
            image, scores, history = run(forge, method, triple, changed)
            cells.append((method, image))
            rows.append(
                {
                    "level": triple.level,
                    "index": index,
                    "method": method,
                    **setting,
                    "overlap": triple.iou,
                    "distance": triple.distance,
                    **scores,
                    "cosines": [
                        value
                        for record in history[:: max(1, len(history) // 50)]
                        for key, value in record.items()
                        if key.startswith("cos ")
                    ],
                }
            )
            out.parent.mkdir(parents=True, exist_ok=True)
            out.write_text(json.dumps([*others, *rows], indent=1) + "\n", encoding="utf-8")
            if pictures:
                pictures.mkdir(parents=True, exist_ok=True)
                name = f"{triple.level}-{index}-{method}.png"
                to_picture(image).save(pictures / name)
        if pictures and len(cells) > 3:
            cells.append(("truth", truth_of(triple).image))
            sheet([cells]).save(pictures / f"{triple.level}-{index}.png")
            shown.append(cells)
    if pictures and shown:
        sheet(shown).save(pictures / "all.png")
    region = forge.domains[domain].region
    typer.echo(table(rows, region))
    typer.echo("\n".join(directions(rows, region)))
    typer.echo("\nCosine of the gradients of structure and of its own look, over stage 2:\n")
    typer.echo(conflict(rows))


if __name__ == "__main__":
    typer.run(main)
