"""Cost of a stage-2 step of LOHO: `python -m benchmarks.step`.

Runs our step and the straightforward one alternately on the same models and prints the ratio of
wall and CPU time, with how far the two updates are apart. Random weights: speed does not depend
on them.
"""

from __future__ import annotations

import json
import platform
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from statistics import median
from typing import Annotated, Any

import torch
import typer

from benchmarks import straightforward
from styleforge.forge import Forge
from styleforge.methods.loho import Loho
from styleforge.models.stylegan2 import Generator
from styleforge.models.vgg import VGG16
from styleforge.pack.pack import Pack
from styleforge.run.drawing import draw
from styleforge.run.start import begin
from styleforge.run.step import evaluate, make_groups
from styleforge.run.view import Plan, View, views_of
from styleforge.testing import toy, toy_models

NARROW = {4: 256, 8: 256, 16: 256, 32: 256, 64: 128, 128: 64, 256: 32}


def bench_pack(*, full: bool, size: int) -> Pack:
    """Models of real size with random weights: StyleGAN2 config F and VGG16, or narrow ones."""
    channels = None if full else {side: count for side, count in NARROW.items() if side <= size}
    widths = (64, 128, 256, 512, 512) if full else (16, 32, 64, 128, 128)

    def generator() -> Generator:
        torch.manual_seed(0)
        return Generator(size, channels=channels)

    def features() -> VGG16:
        torch.manual_seed(1)
        return VGG16(widths)

    def lpips() -> toy_models.ToyLpips:
        layers = zip(toy_models.LPIPS_LAYERS, widths, strict=True)
        return toy_models.ToyLpips({name: torch.ones(width) for name, width in layers})

    return Pack(
        name="bench",
        title="Benchmark",
        help="Random weights.",
        licence="Apache-2.0",
        components={
            "generator": generator,
            "features": features,
            "lpips": lpips,
            "regions": toy_models.regions,
        },
        size=(size, size),
    )


def timed(run: Callable[[], Any]) -> tuple[float, float, Any]:
    """Wall seconds, CPU seconds, and what the call returned."""
    wall, cpu = time.perf_counter(), time.process_time()
    value = run()
    return time.perf_counter() - wall, time.process_time() - cpu, value


def main(
    rounds: Annotated[int, typer.Option(help="How often each is timed.")] = 3,
    size: Annotated[int, typer.Option(help="Picture size.")] = 256,
    full: Annotated[bool, typer.Option(help="StyleGAN2 config F and the whole VGG16.")] = False,
    out: Annotated[Path | None, typer.Option("--json")] = None,
) -> None:
    """Time both steps side by side."""
    forge = Forge(plugins=())
    forge.use(toy)
    forge.packs.add(forge.packs.entry(bench_pack(full=full, size=size), None, "bench", "bench",
                                      replace=False))  # fmt: skip
    models = forge.models("bench")
    problem = toy.toy_problem(models)
    loho = Loho("toy", "thing", "identity.keep", "published")
    stage = loho.look_stage("look", (loho.orthogonal(per="row"), loho.off_noise()))
    recipe = forge.recipe("toy", pack="bench", loss_size=256)
    state = begin(problem, recipe)
    plan = Plan()
    with torch.no_grad():
        views = views_of(problem, 256, plan)
        image = models.get("generator").synthesize(state.latent, state.noise)
        regions = dict(View(image, models).regions())
    groups = make_groups(stage, forge.rules)

    drawn = partial(draw, models.get("generator"), 256)

    def ours() -> Any:
        def view_of(picture: torch.Tensor, latent: torch.Tensor, noise: Any) -> View:
            return View(
                picture, models, references=views, regions=regions, latent=latent,
                start=state.start, noise=noise, plan=plan,
            )  # fmt: skip

        outcome, _ = evaluate(
            stage, groups, forge.losses, forge.rules, drawn, view_of, state.latent, state.noise
        )
        return outcome.gradients

    unfrozen = straightforward.UnfrozenModels(models.pack, dtype=models.dtype)
    careless = replace(problem, models=unfrozen)

    def theirs() -> Any:
        return straightforward.step(careless, stage, forge, regions, state.latent, state.noise)

    ours(), theirs()
    times: dict[str, list[tuple[float, float]]] = {"ours": [], "straightforward": []}
    for _ in range(rounds):
        wall, cpu, mine = timed(ours)
        times["ours"].append((wall, cpu))
        wall, cpu, book = timed(theirs)
        times["straightforward"].append((wall, cpu))
    apart = float((mine["latent"][0] - book[0]).norm() / book[0].norm())
    rows = {
        name: {"wall": median(w for w, _ in found), "cpu": median(c for _, c in found)}
        for name, found in times.items()
    }
    ratio = {key: rows["straightforward"][key] / rows["ours"][key] for key in ("wall", "cpu")}
    report = {
        "size": size,
        "full": full,
        "threads": torch.get_num_threads(),
        "machine": platform.machine(),
        "torch": torch.__version__,
        **rows,
        "ratio": ratio,
        "relative difference of the update": apart,
    }
    if out:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    for name, row in rows.items():
        typer.echo(f"{name:16} {row['wall']:8.3f} s wall  {row['cpu']:8.3f} s CPU")
    typer.echo(f"{'ratio':16} {ratio['wall']:8.2f}         {ratio['cpu']:8.2f}")
    typer.echo(f"the two updates differ by {apart:.1e} (relative, float32)")


if __name__ == "__main__":
    typer.run(main)
