"""What louder and quieter terms of `loho` bring: `python -m benchmarks.calibration --triples 2`.

Published weights are for ImageNet's VGG16, so a pack multiplies them (`Pack.calibration`). Here
some are multiplied once more, and every variant is scored against the truth on seeded triples, from
the mean latent; docs/loho.md has the table. Triples of seed 0 are those of the report, and no
weight is chosen on them.
"""

from __future__ import annotations

import json
import time
from pathlib import Path
from statistics import fmean
from typing import Annotated, Any

import typer
from styleforge_portraits.triples import world_triples

from benchmarks.problems import STYLE, problem_of, truth_of
from benchmarks.variants import weigh
from benchmarks.voices import published
from styleforge.evaluate.statistics import mean_of
from styleforge.forge import Forge
from styleforge.measure.by_metrics import measure
from styleforge.run.job import Job

AS_IT_IS = "loho"
VARIANTS: dict[str, dict[str, float]] = {
    AS_IT_IS: {},
    "finer style x 5": {"hair_finer_style": 5.0},
    "finer style x 0.5": {"hair_finer_style": 0.5},
    "structure x 2": {"hair_shape": 2.0},
    "structure x 3, appearance x 2": {"hair_shape": 3.0, "hair_appearance": 2.0},
    "structure x 3, appearance x 3, finer style x 0.25": {
        "hair_shape": 3.0, "hair_appearance": 3.0, "hair_finer_style": 0.25,
    },
    "structure x 3, appearance x 4, identity x 2": {
        "hair_shape": 3.0, "hair_appearance": 4.0, "identity": 2.0,
    },
}  # fmt: skip
SCORES = ("hair_iou", "truth_lpips", "appearance_error", "identity_psnr")


def table(rows: list[dict[str, Any]]) -> str:
    """Means of the variants, and each less `loho` on the same triples, with intervals of 95 %."""
    names = list(dict.fromkeys(row["variant"] for row in rows))
    by = {(row["variant"], row["triple"], row["seed"]): row for row in rows}
    lines = [
        f"| variant | n | {' | '.join(SCORES)} | cpu_seconds |\n|{'---|' * (len(SCORES) + 3)}",
    ]
    for name in names:
        own = [row for row in rows if row["variant"] == name]
        cells = [f"{fmean(row[score] for row in own):.3f}" for score in (*SCORES, "cpu_seconds")]
        lines.append(f"| {name} | {len(own)} | {' | '.join(cells)} |")
    lines.append(f"\n| less {AS_IT_IS} | n | {' | '.join(SCORES)} |\n|{'---|' * (len(SCORES) + 2)}")
    for name in names:
        pairs = [
            (row, by[AS_IT_IS, row["triple"], row["seed"]])
            for row in rows
            if row["variant"] == name != AS_IT_IS and (AS_IT_IS, row["triple"], row["seed"]) in by
        ]
        if not pairs:
            continue
        found = [mean_of([one[score] - two[score] for one, two in pairs]) for score in SCORES]
        cells = [f"{one.mean:+.3f} [{one.low:+.3f}, {one.high:+.3f}]" for one in found]
        lines.append(f"| {name} | {len(pairs)} | {' | '.join(cells)} |")
    return "\n".join(lines)


def main(
    per_level: Annotated[int, typer.Option("--triples", help="Triples of each difficulty.")] = 2,
    steps: Annotated[int, typer.Option(help="Of both stages together.")] = 120,
    seeds: Annotated[str, typer.Option(help="Of the triples, with commas between.")] = "100,200",
    only: Annotated[str, typer.Option(help="Variants, with semicolons between.")] = "",
    out: Annotated[Path, typer.Option("--json")] = Path("out/calibration.json"),
) -> None:
    """Score every variant; goes on where an earlier call stopped."""
    forge = Forge()
    models, domain = forge.models("portraits"), forge.domains["hair"]
    base = published(forge, "loho").with_steps(steps)
    rows: list[dict[str, Any]] = json.loads(out.read_text()) if out.exists() else []
    done = {(row["variant"], row["triple"], row["seed"]) for row in rows}
    for name in only.split(";") if only else VARIANTS:
        recipe = weigh(base, **VARIANTS[name])
        for seed in map(int, seeds.split(",")):
            for index, triple in enumerate(world_triples(per_level, seed)):
                if (name, index, seed) in done:
                    continue
                problem, truth = problem_of(triple, models, pose=True), truth_of(triple)
                began = time.process_time()
                result = Job(forge, recipe, problem).result()
                seconds = time.process_time() - began
                scores = measure(
                    result.image, truth, problem, domain, forge.components, style=STYLE
                )
                key = {"variant": name, "triple": index, "seed": seed, "level": triple.level}
                rows.append({**key, "cpu_seconds": seconds, **scores})
                out.parent.mkdir(parents=True, exist_ok=True)
                out.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    typer.echo(table(rows))


if __name__ == "__main__":
    typer.run(main)
