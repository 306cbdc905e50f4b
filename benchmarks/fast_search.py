"""The search behind `loho-fast`: `python -m benchmarks.fast_search --triples N --json FILE`.

Starts from the preset and changes one thing at a time: steps, rate, start, outline, what moves.
Every variant is scored against the truth on the same seeded triples; docs/loho-fast.md has the
table.
"""

from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path
from statistics import fmean
from typing import Annotated, Any

import typer
from styleforge_portraits.triples import world_triples

from benchmarks.problems import STYLE, problem_of, truth_of
from benchmarks.variants import coarse, schedule, weigh
from styleforge.evaluate.statistics import mean_of
from styleforge.forge import Forge
from styleforge.measure.by_metrics import measure
from styleforge.recipe.recipe import Compose, Recipe
from styleforge.recipe.starts import Paste
from styleforge.run.job import Job

SCORES = (
    "hair_iou", "truth_psnr", "truth_lpips", "appearance_error", "finer_style_ratio",
    "identity_psnr", "cpu_seconds",
)  # fmt: skip
COMPARED = ("hair_iou", "truth_lpips", "appearance_error")
PRESET = "loho-fast"


def variants(base: Recipe) -> dict[str, Recipe]:
    """The preset and what it was weighed against."""
    inner = base.stages[-1]
    return {
        PRESET: base,
        "two steps": base.with_steps(2),
        "a third of the steps": base.with_steps(base.steps // 3),
        "half the steps": base.with_steps(base.steps // 2),
        "twice the steps": base.with_steps(base.steps * 2),
        "structure at 128 px": coarse(base, 128, (1, 0)),
        "structure and half of the look at 128 px": coarse(base, 128, (1, 0.5)),
        "half the steps, structure and half of the look at 128 px": coarse(
            base.with_steps(base.steps // 2), 128, (1, 0.5)
        ),
        "two thirds of all steps at 128 px": coarse(base, 128, (2 / 3, 2 / 3)),
        "structure and 5/6 of the look at 128 px": coarse(base, 128, (1, 5 / 6)),
        "all steps at 128 px": coarse(base, 128, (1, 1)),
        "all steps at 64 px": coarse(base, 64, (1, 1)),
        "structure and 5/6 of the look at 64 px": coarse(base, 64, (1, 5 / 6)),
        "half the steps at 128 px": coarse(base.with_steps(base.steps // 2), 128, (1, 1)),
        "half the steps, the last third of the look at full size": coarse(
            base.with_steps(base.steps // 2), 128, (1, 2 / 3)
        ),
        "half the steps at 64 px": coarse(base.with_steps(base.steps // 2), 64, (1, 1)),
        "twice the steps at 64 px": coarse(base.with_steps(2 * base.steps), 64, (1, 1)),
        "in bfloat16": replace(base, precision="bfloat16"),
        "twice the steps at 128 px": coarse(base.with_steps(2 * base.steps), 128, (1, 1)),
        "rate x 0.4": schedule(base, lr=inner.schedule.lr * 0.4),
        "rate x 2.5": schedule(base, lr=inner.schedule.lr * 2.5),
        "from the mean": replace(base, start="mean"),
        "from the identity's inversion": weigh(replace(base, start_paste=None), draft=0.0),
        "pasted at its own contrast": replace(base, start_paste=Paste(region="hair")),
        "without draft": weigh(base, draft=0.0),
        "draft x 3": weigh(base, draft=3.0),
        "without outline": weigh(base, outline=0.0),
        "outline x 4": weigh(base, outline=4.0),
        "structure x 3": weigh(base, hair_shape=3.0),
        "look x 4": weigh(base, hair_appearance=4.0, hair_finer_style=4.0),
        "finer style x 0.3": weigh(base, hair_finer_style=0.3),
        "without finer style": weigh(base, hair_finer_style=0.0),
        "without noise maps": replace(
            base,
            stages=tuple(
                replace(
                    stage,
                    moves=("latent",),
                    rules=tuple(use for use in stage.rules if "noise" not in use.on),
                )
                for stage in base.stages
            ),
        ),
        "without orthogonalization": replace(
            base,
            stages=tuple(
                replace(stage, rules=tuple(use for use in stage.rules if use.rule != "project"))
                for stage in base.stages
            ),
        ),
        "published composition": replace(base, compose=Compose(mode="published", inpainter="pack")),
        "edit composition": replace(base, compose=Compose(mode="edit", inpainter="pack")),
    }


def against_the_preset(rows: list[dict[str, Any]]) -> str:
    """Every variant less the preset, on triples that both ran, with intervals of 95 %."""
    lines = ["| variant | n | " + " | ".join(COMPARED) + " |", "|" + "---|" * (len(COMPARED) + 2)]
    of_preset = {_triple(row): row for row in rows if row["variant"] == PRESET}
    for name in dict.fromkeys(row["variant"] for row in rows if row["variant"] != PRESET):
        pairs = [
            (row, of_preset[_triple(row)])
            for row in rows
            if row["variant"] == name and _triple(row) in of_preset
        ]
        cells = []
        for score in COMPARED:
            found = mean_of([one[score] - two[score] for one, two in pairs])
            cells.append(f"{found.mean:+.3f} [{found.low:+.3f}, {found.high:+.3f}]")
        lines.append(f"| {name} | {len(pairs)} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _triple(row: dict[str, Any]) -> tuple[Any, ...]:
    return row["triple"], row["seed"], row["of"]


def main(
    per_level: Annotated[int, typer.Option("--triples")] = 2,
    out: Annotated[Path, typer.Option("--json")] = Path("out/fast_search.json"),
    only: Annotated[str, typer.Option(help="Variants, with semicolons between.")] = "",
    seed: int = 100,
) -> None:
    """Score every variant."""
    forge = Forge()
    models, domain = forge.models("portraits"), forge.domains["hair"]
    base = forge.recipe("hair", "loho-fast", pack="portraits")
    rows: list[dict[str, Any]] = json.loads(out.read_text()) if out.exists() else []
    done = {(row["variant"], row["triple"], row["seed"], row["of"]) for row in rows}
    for index, triple in enumerate(world_triples(per_level, seed)):
        problem, truth = problem_of(triple, models, pose=True), truth_of(triple)
        for name, recipe in variants(base).items():
            if (name, index, seed, per_level) in done or (only and name not in only.split(";")):
                continue
            began = time.process_time()
            result = Job(forge, recipe, problem).result()
            seconds = time.process_time() - began
            scores = measure(result.image, truth, problem, domain, forge.components, style=STYLE)
            key = {"variant": name, "triple": index, "seed": seed, "of": per_level}
            rows.append({**key, "cpu_seconds": seconds, **scores})
            out.parent.mkdir(parents=True, exist_ok=True)
            out.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    typer.echo("| variant | n | " + " | ".join(SCORES) + " |")
    typer.echo("|" + "---|" * (len(SCORES) + 2))
    for name in dict.fromkeys(row["variant"] for row in rows):
        found = [row for row in rows if row["variant"] == name]
        cells = " | ".join(
            f"{fmean(row[score] for row in found if score in row):.3f}" for score in SCORES
        )
        typer.echo(f"| {name} | {len(found)} | {cells} |")
    typer.echo("\n" + against_the_preset(rows))


if __name__ == "__main__":
    typer.run(main)
