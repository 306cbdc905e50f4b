"""Cost of a step of LOHO: `python -m benchmarks.step`.

Runs our step and the straightforward one alternately on the same models and prints the ratio of
wall and CPU time, with how far the two updates are apart; then the phases of ours, the floor that
its convolutions set, and the peak memory of a process that does nothing else. Random weights: speed
does not depend on them.
"""

from __future__ import annotations

import json
import platform
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from typing import Annotated, Any, Literal

import torch
import typer
from torch.nn import functional
from torch.utils.flop_counter import FlopCounterMode

from benchmarks.peak import peak_mib
from benchmarks.real_size import LOSSES_AT, Bench, bench
from styleforge.pack.precision import computing_in
from styleforge.recipe.precision import Precision
from styleforge.run import step as step_of

CHANNELS, SIDE = 256, 64  # of the convolution whose rate the floor takes


def timed(run: Callable[[], Any]) -> tuple[float, float, Any]:
    """Wall seconds, CPU seconds, and what the call returned."""
    wall, cpu = time.perf_counter(), time.process_time()
    value = run()
    if torch.cuda.is_available():
        torch.cuda.synchronize()
    return time.perf_counter() - wall, time.process_time() - cpu, value


def phases(one: Bench) -> dict[str, float]:
    """CPU seconds of each part of a step."""
    spent: dict[str, float] = {}
    marks = {"differentiate": "losses and their gradients", "_pull_back": "way back"}
    marks |= {"_apply_rules": "rules"}
    before = {name: getattr(step_of, name) for name in marks}

    def watched(name: str, *arguments: Any, **named: Any) -> Any:
        _, cpu, found = timed(lambda: before[name](*arguments, **named))
        spent[marks[name]] = cpu
        return found

    for name in marks:
        setattr(step_of, name, partial(watched, name))
    try:
        _, whole, _ = timed(one.ours)
    finally:
        for name, function in before.items():
            setattr(step_of, name, function)
    return {"synthesis": whole - sum(spent.values()), **spent, "whole": whole}


def floor(one: Bench) -> tuple[float, float]:
    """Convolutions of a step in GFLOP, and a measured rate of them in GFLOP a CPU second."""
    counter = FlopCounterMode(display=False)
    with counter:
        one.ours()
    flops = sum(
        count
        for operator, count in counter.get_flop_counts()["Global"].items()
        if "conv" in str(operator)
    )
    device = one.latent.device
    with computing_in(one.precision, device):
        maps = torch.randn(3, CHANNELS, SIDE, SIDE, device=device)
        maps = maps.contiguous(memory_format=torch.channels_last)
        weight = torch.randn(CHANNELS, CHANNELS, 3, 3, device=device)
        if one.precision != "float32":
            maps, weight = maps.bfloat16(), weight.bfloat16()
        run = partial(functional.conv2d, maps, weight, padding=1)
        run()
        seconds = min(timed(run)[1] for _ in range(5))
    work = 2 * maps.shape[0] * SIDE * SIDE * CHANNELS * CHANNELS * 9
    return flops / 1e9, work / seconds / 1e9


def memory(arguments: list[str]) -> float:
    """GiB at the peak of a process that makes two of our steps."""
    command = [sys.executable, "-m", "benchmarks.step", *arguments, "--only-memory"]
    said = subprocess.run(  # noqa: S603 this module itself
        command, capture_output=True, text=True, check=True
    ).stdout
    return float(said.splitlines()[-1])


def main(
    rounds: Annotated[int, typer.Option(help="How often each is timed.")] = 3,
    size: Annotated[int, typer.Option(help="Picture size.")] = 256,
    full: Annotated[bool, typer.Option(help="StyleGAN2 config F and the whole VGG16.")] = False,
    stage: Annotated[int, typer.Option(help="1 or 2.", min=1, max=2)] = 2,
    precision: Annotated[Precision, typer.Option(help="Of our step.")] = "float32",
    threads: Annotated[int | None, typer.Option(help="CPU threads.")] = None,
    depthwise: Annotated[
        bool, typer.Option(help="Filters of the straightforward step as ours.")
    ] = False,
    device: Annotated[Literal["cpu", "cuda"], typer.Option(help="Where both run.")] = "cpu",
    out: Annotated[Path | None, typer.Option("--json")] = None,
    only_memory: Annotated[bool, typer.Option(hidden=True)] = False,
) -> None:
    """Time both steps side by side."""
    if threads:
        torch.set_num_threads(threads)
    one = bench(size=size, full=full, stage=stage, precision=precision, device=device)
    one.depthwise = depthwise
    if only_memory:
        one.ours(), one.ours()
        typer.echo(peak_mib() / 1024)
        return
    one.ours(), one.theirs()
    times: dict[str, list[tuple[float, float]]] = {"ours": [], "straightforward": []}
    for _ in range(rounds):
        wall, cpu, mine = timed(one.ours)
        times["ours"].append((wall, cpu))
        wall, cpu, book = timed(one.theirs)
        times["straightforward"].append((wall, cpu))
    found = mine.gradients["latent"][0]
    apart = float((found - book[0]).norm() / book[0].norm())
    cosine = float(functional.cosine_similarity(found.flatten(), book[0].flatten(), dim=0))
    rows = {
        name: {"wall": median(w for w, _ in each), "cpu": median(c for _, c in each)}
        for name, each in times.items()
    }
    ratio = {key: rows["straightforward"][key] / rows["ours"][key] for key in ("wall", "cpu")}
    segmentation = timed(
        partial(one.careless.segmentation, torch.zeros(1, 3, LOSSES_AT, LOSSES_AT, device=device))
    )[1]
    rest = rows["straightforward"]["cpu"] - segmentation
    work, rate = floor(one)
    spent = phases(one)
    asked = ["--size", str(size), "--stage", str(stage), "--precision", precision]
    asked += ["--device", device, *(["--full"] if full else [])]
    asked += ["--threads", str(threads)] if threads else []
    report = {
        "size": size,
        "full": full,
        "stage": stage,
        "precision": precision,
        "depthwise": depthwise,
        "threads": torch.get_num_threads(),
        "machine": torch.cuda.get_device_name() if device == "cuda" else platform.machine(),
        "torch": torch.__version__,
        **rows,
        "ratio": ratio,
        "segmentation of the straightforward step, CPU s": segmentation,
        "ratio without it": rest / rows["ours"]["cpu"],
        "relative difference of the update": apart,
        "cosine of the updates": cosine,
        "phases": spent,
        "convolutions, GFLOP": work,
        "rate, GFLOP/CPU s": rate,
        "share of the floor": work / rate / rows["ours"]["cpu"],
        "ratio of the floor": rows["straightforward"]["cpu"] * rate / work,
        "peak, GiB": memory(asked),
    }
    if out:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    for name, row in rows.items():
        typer.echo(f"{name:16} {row['wall']:8.3f} s wall  {row['cpu']:8.3f} s CPU")
    typer.echo(f"{'ratio':16} {ratio['wall']:8.2f}         {ratio['cpu']:8.2f}")
    typer.echo(
        f"the straightforward step looks for regions {segmentation:.3f} s of it; without them the "
        f"ratio is {report['ratio without it']:.2f}"
    )
    typer.echo(f"the two updates differ by {apart:.1e} (relative); their cosine is {cosine:.5f}")
    for name, seconds in spent.items():
        typer.echo(f"{name:28} {seconds:8.3f} s CPU")
    typer.echo(
        f"{work:.0f} GFLOP of convolutions at {rate:.0f} GFLOP/CPU s: a floor of {work / rate:.3f} "
        f"s, {report['share of the floor']:.0%} of our time"
    )
    typer.echo(f"a step that took no more than the floor: {report['ratio of the floor']:.1f} times")
    typer.echo(f"peak of a process with our step alone: {report['peak, GiB']:.2f} GiB")


if __name__ == "__main__":
    typer.run(main)
