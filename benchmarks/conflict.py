"""The conflict of gradients over a run: `python -m benchmarks.conflict --steps 60`.

LOHO with and without orthogonalization on three portraits of the gallery, from the mean latent.
Drawn are the losses of both runs, and the cosine of structure's gradient with that of the structure
reference's own look, before and after the rule. ``--structure 10`` gives structure's term that many
times its weight. Finished runs are kept in the JSON file and not run again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from tqdm import tqdm

from benchmarks.variants import weigh
from styleforge.forge import Forge
from styleforge.recipe.condition import ImageRef
from styleforge.run.events import Step
from styleforge.run.job import Job

METHODS = {"loho": "with orthogonalization", "loho-plain": "without"}
COLOURS = {"loho": "#7cc3e0", "loho-plain": "#c4622d"}
WIDTHS = {"loho": 5.0, "loho-plain": 1.4}  # so that lines that coincide are both seen
LOSSES = {
    "hair.shape": "Structure (LPIPS, deep blocks)",
    "hair.appearance": "Appearance (mean of relu1_1)",
    "hair.finer_style": "Finer style (Gram matrices)",
}


def follow(job: Job) -> list[dict[str, Any]]:
    """Losses and cosines of every step."""
    rows = []
    with tqdm(total=job.recipe.steps, desc=job.recipe.method, unit="step") as bar:
        for event in job:
            if isinstance(event, Step):
                bar.update()
                cosines = next(iter(event.cosines.values()), (None, None))
                rows.append(
                    {
                        "step": event.done,
                        "stage": event.stage,
                        "before": cosines[0],
                        "after": cosines[1],
                        "losses": {name: event.losses.get(name) for name in LOSSES},
                    }
                )
    return rows


def draw(runs: Mapping[str, Sequence[Mapping[str, Any]]], path: Path) -> None:
    """Four plots: the cosine, and three losses."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(2, 2, figsize=(10, 6.4), layout="constrained")
    flat = list(axes.flat)
    for method, rows in runs.items():
        _line(flat[0], rows, "before", method, f"{METHODS[method]}: as it is")
        if method == "loho":
            _line(flat[0], rows, "after", method, "with it: after the rule", style="--")
        for axis, name in zip(flat[1:], LOSSES, strict=True):
            flattened = [{"step": row["step"], name: row["losses"][name]} for row in rows]
            _line(axis, flattened, name, method, METHODS[method])
    flat[0].set_title("Cosine of structure's gradient and its own look's")
    flat[0].axhline(0, color="#888888", linewidth=0.8)
    for axis, title in zip(flat[1:], LOSSES.values(), strict=True):
        axis.set_title(title)
        axis.set_yscale("log")
    last = max(row["step"] for rows in runs.values() for row in rows)
    first = next(iter(runs.values()))
    change = next(row["step"] for row in first if row["stage"] != first[0]["stage"])
    for axis in flat:
        axis.set_xlim(0, last)
        axis.axvline(change, color="#888888", linestyle=":", linewidth=1)
        axis.set_xlabel("step (dotted: stage 2 begins)")
        axis.legend(frameon=False, fontsize=9)
        axis.spines[["top", "right"]].set_visible(False)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=110)
    plt.close(figure)


def _line(
    axis: Any,
    rows: Sequence[Mapping[str, Any]],
    key: str,
    method: str,
    label: str,
    *,
    style: str = "-",
) -> None:
    """One value over the steps at which it was measured."""
    found = [(row["step"], row[key]) for row in rows if row[key] is not None]
    if found:
        width = WIDTHS[method] if style == "-" else 1.4
        axis.plot(
            *zip(*found, strict=True), style, color=COLOURS[method], linewidth=width, label=label
        )


def summary(runs: Mapping[str, Sequence[Mapping[str, Any]]]) -> str:
    """Mean cosines of stage 2 and the last losses, as Markdown."""
    lines = ["| run | cosine | after the rule | " + " | ".join(LOSSES) + " |", "|---" * 6 + "|"]
    for method, rows in runs.items():
        ruled = [row for row in rows if row["before"] is not None]
        before, after = (
            sum(row[key] for row in ruled) / max(1, len(ruled)) for key in ("before", "after")
        )
        last = " | ".join(f"{rows[-1]['losses'][name]:.4g}" for name in LOSSES)
        lines.append(f"| {METHODS[method]} | {before:.3f} | {round(after, 3) + 0.0:.3f} | {last} |")
    return "\n".join(lines)


def main(
    steps: Annotated[int, typer.Option(help="Steps of each run.")] = 60,
    identity: str = "gallery:mira",
    shape: str = "gallery:noor",
    look: str = "gallery:otto",
    structure: Annotated[float, typer.Option(help="Times the weight of structure.")] = 1.0,
    out: Annotated[Path, typer.Option("--json", help="Where to keep the runs.")] = Path(
        "out/conflict.json"
    ),
    picture: Annotated[Path, typer.Option(help="The plot to write.")] = Path(
        "docs/pictures/conflict.png"
    ),
) -> None:
    """Run LOHO with and without its rule, and draw what happens."""
    forge = Forge()
    kept: dict[str, Any] = json.loads(out.read_text()) if out.exists() else {}
    runs = {}
    for method in METHODS:
        key = f"{method} {steps} {identity} {shape} {look}"
        key += f" {structure:g}" if structure != 1 else ""
        if key not in kept:
            conditions = {
                "hair.shape": ImageRef(shape),
                "hair.appearance": ImageRef(look),
                "hair.finer_style": ImageRef(look),
            }
            recipe = forge.recipe(
                "hair", method, pack="portraits", identity=ImageRef(identity), conditions=conditions
            )
            recipe = weigh(recipe.with_steps(steps), hair_shape=structure)
            kept[key] = follow(Job(forge, recipe))
            out.parent.mkdir(parents=True, exist_ok=True)
            out.write_text(json.dumps(kept) + "\n", encoding="utf-8")
        runs[method] = kept[key]
    draw(runs, picture)
    typer.echo(f"{summary(runs)}\n\nPlot: {picture}")


if __name__ == "__main__":
    typer.run(main)
