"""Quality against the truth: `python -m benchmarks.quality --domain hair --triples N --json FILE`.

N seeded triples of each difficulty, every method, all scores, and whether the published
directions hold. Finished runs are kept in the JSON file and not run again.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Mapping
from pathlib import Path
from statistics import fmean
from typing import Annotated

import numpy as np
import typer
from torch import Tensor

from benchmarks.problems import picture, problem_of, truth_of
from benchmarks.triples import Triple, triples
from benchmarks.variants import adapted
from styleforge.condition import ImageRef
from styleforge.evaluation import measure
from styleforge.forge import Forge
from styleforge.images import to_picture
from styleforge.job import Job
from styleforge.paste import paste
from styleforge.recipe import Paste
from styleforge.sheets import sheet

METHODS = (
    "tailored", "loho", "loho-2021", "loho-fast", "loho-mapped", "mapper", "loho-plain",
    "loho-joint", "copy-paste",
)  # fmt: skip
OURS = ("tailored", "loho-fast", "loho-mapped", "mapper")  # as they are, whatever the steps
SCORES = (
    "truth_psnr", "truth_ssim", "truth_lpips", "appearance_error", "finer_style_ratio",
    "identity_psnr", "seconds",
)  # fmt: skip


def run(
    forge: Forge, method: str, triple: Triple, steps: int | None, *, pack_start: bool = False
) -> tuple[Tensor, dict[str, float], list[Mapping[str, float]]]:
    """One method on one triple: picture, scores, history."""
    models = forge.models("portraits")
    domain = forge.domains[triple.domain]
    started = time.perf_counter()
    history: list[Mapping[str, float]] = []
    if method == "copy-paste":
        problem = problem_of(triple, models, pose=True)
        image = paste(problem, Paste(region=domain.region))
    else:
        driven = [one.name for one in forge.attributes_of(domain.name) if one.drives]
        asked = {name: ImageRef(f"gallery:{name}") for name in driven}  # the problem has them
        recipe = forge.recipe(domain.name, method, pack="portraits", conditions=asked)
        if method not in OURS:
            recipe = recipe.with_steps(steps) if steps else recipe
            recipe = adapted(recipe) if pack_start else recipe
        problem = problem_of(triple, models, pose=recipe.pose == "warp")
        result = Job(forge, recipe, problem).result()
        image, history = result.image, list(result.history)
    seconds = time.perf_counter() - started
    scores = measure(image, truth_of(triple), problem, domain)
    return image, scores | {"seconds": seconds}, history


def table(rows: list[dict[str, object]], region: str) -> str:
    """Means by difficulty and method, as Markdown."""
    scores = (f"{region}_iou", *SCORES)
    lines = ["| level | method | n | " + " | ".join(scores) + " |"]
    lines.append("|" + "---|" * (len(scores) + 3))
    for level in dict.fromkeys(row["level"] for row in rows):
        for method in METHODS:
            found = [row for row in rows if row["level"] == level and row["method"] == method]
            if found:
                means = [fmean(float(row[name]) for row in found) for name in scores]  # type: ignore[arg-type]
                cells = " | ".join(f"{value:.3f}" for value in means)
                lines.append(f"| {level} | {method} | {len(found)} | {cells} |")
    return "\n".join(lines)


def directions(rows: list[dict[str, object]], region: str) -> list[str]:
    """The published directions, and whether they hold here."""

    def mean(method: str, score: str, level: str | None = None) -> float:
        found = [
            float(row[score])  # type: ignore[arg-type]
            for row in rows
            if row["method"] == method and level in {None, row["level"]}
        ]
        return fmean(found) if found else float("nan")

    checks = (
        (f"two stages beat one ({region} IoU)", "loho", "loho-joint", f"{region}_iou", 1, None),
        ("two stages beat one (LPIPS to the truth)", "loho", "loho-joint", "truth_lpips", -1, None),
        (
            f"orthogonalization keeps the {region} region ({region} IoU)",
            "loho", "loho-plain", f"{region}_iou", 1, None,
        ),
        (
            "LOHO beats copy-paste on difficult triples (LPIPS to the truth)",
            "loho", "copy-paste", "truth_lpips", -1, "difficult",
        ),
        (
            "loho-fast is at least as good as loho (LPIPS to the truth)",
            "loho-fast", "loho", "truth_lpips", -1, None,
        ),
        (
            "loho-fast beats copy-paste (LPIPS to the truth)",
            "loho-fast", "copy-paste", "truth_lpips", -1, None,
        ),
        *(
            (
                ("tailored beats loho-fast (LPIPS to the truth)",
                 "tailored", "loho-fast", "truth_lpips", -1, None),
            )
            if any(row["method"] == "tailored" for row in rows)
            else ()
        ),
    )  # fmt: skip
    lines = []
    for text, one, two, score, sign, level in checks:
        first, second = mean(one, score, level), mean(two, score, level)
        if math.isnan(first) or math.isnan(second):
            lines.append(f"- {text}: not measured")
            continue
        verdict = "holds" if sign * (first - second) > 0 else "does not hold"
        lines.append(f"- {text}: {verdict} ({first:.4f} against {second:.4f})")
    return lines


def conflict(rows: list[dict[str, object]], parts: int = 5) -> str:
    """Mean cosine of structure's gradient and the style direction over stage 2, as Markdown."""
    lines = ["| method | " + " | ".join(f"part {index + 1}" for index in range(parts)) + " |"]
    lines.append("|" + "---|" * (parts + 1))
    for method in METHODS:
        runs = [row["cosines"] for row in rows if row["method"] == method and row["cosines"]]
        if runs:
            cells = []
            for index in range(parts):
                cut = [np.array_split(np.asarray(run), parts)[index] for run in runs]
                cells.append(f"{np.concatenate(cut).mean():.3f}")
            lines.append(f"| {method} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


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
    seed: int = 0,
    pictures: Annotated[Path | None, typer.Option(help="Folder for pictures.")] = None,
) -> None:
    """Compare methods on seeded triples against the truth."""
    forge = Forge()
    kept: list[dict[str, object]] = json.loads(out.read_text()) if out.exists() else []
    setting = {"seed": seed, "steps": steps, "pack_start": pack_start}
    if domain != "hair":  # rows of older files are of hair and do not say so
        setting["domain"] = domain
    rows = [
        row
        for row in kept
        if setting.items() <= row.items() and row.get("domain", "hair") == domain
    ]
    have = {"copy-paste", *(one.name for one in forge.domains[domain].presets)}
    chosen = methods.split(",") if methods else [one for one in METHODS if one in have]
    others = [row for row in kept if row not in rows]  # of another setting
    done = {(row["level"], row["index"], row["method"]) for row in rows}
    counts: dict[str, int] = {}
    shown: list[list[tuple[str, Tensor]]] = []
    for triple in triples(per_level, seed, domain):
        index = counts.get(triple.level, 0)
        counts[triple.level] = index + 1
        cells: list[tuple[str, Tensor]] = [
            (role, picture(person))
            for role, person in zip(("identity", "shape", "look"), triple.people, strict=True)
        ]
        for method in chosen:
            if (triple.level, index, method) in done:
                continue
            image, scores, history = run(forge, method, triple, steps, pack_start=pack_start)
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
