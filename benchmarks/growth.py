"""How cost grows with the work: `python -m benchmarks.growth`.

CPU seconds and peak memory by width of the picture, steps, terms and pictures, each in a process
of its own, after a first run that loads what is needed. ``exponent`` is the slope of a line through
the logarithms: 1 for cost in proportion, 2 for cost by the square, as pixels are to a width.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import torch
import typer

from benchmarks.memory import write_photo

VALUES = {
    "composition, width": (256, 512, 1024),
    "photograph, width": (512, 1024, 2048),
    "a step, width": (256, 512),
    "steps of a run": (2, 4, 8),
    "terms of a step": (1, 4, 16),
    "pictures of a list": (1, 2, 4),
}


def main(
    only: Annotated[str, typer.Option(help="The rows whose names hold this.")] = "",
    row: Annotated[str, typer.Option(help="For the processes of this program.")] = "",
    value: Annotated[int, typer.Option(help="For the processes of this program.")] = 0,
) -> None:
    """Print the table."""
    if row:
        _measure(row, value)
        return
    typer.echo("| what grows | from, to | CPU s | exponent | peak MiB | exponent |")
    typer.echo("|---|---|---|---|---|---|")
    for name, values in VALUES.items():
        if only not in name:
            continue
        found = [_apart(name, one) for one in values]
        seconds, memory = zip(*found, strict=True)
        typer.echo(
            f"| {name} | {', '.join(map(str, values))} | "
            f"{', '.join(f'{one:.2f}' for one in seconds)} | {_slope(values, seconds):.1f} | "
            f"{', '.join(f'{one:.0f}' for one in memory)} | {_slope(values, memory):.1f} |"
        )


def _apart(name: str, value: int) -> tuple[float, float]:
    command = [sys.executable, "-m", "benchmarks.growth", "--row", name, "--value", str(value)]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603
    seconds, memory = said.split()[-2:]
    return float(seconds), float(memory)


def _slope(values: tuple[int, ...], found: tuple[float, ...]) -> float:
    return float(np.polyfit(np.log(values), np.log(found), 1)[0])


def _measure(name: str, value: int) -> None:
    torch.set_num_threads(1)
    makers: dict[str, Callable[[int], Callable[[], Any]]] = {
        "composition, width": _composition,
        "photograph, width": _photograph,
        "a step, width": _step,
        "steps of a run": _run,
        "terms of a step": _terms,
        "pictures of a list": _pictures,
    }
    run = makers[name](value)
    run()  # which loads what it needs
    begun = time.process_time()
    run()
    seconds = time.process_time() - begun
    typer.echo(f"{seconds} {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}")


def _composition(width: int) -> Callable[[], Any]:
    """Harmonized to the identity, and a hole filled, of people that the world draws."""
    from benchmarks import large
    from styleforge.builtin.inpainters import telea
    from styleforge.compose.compose import harmonize
    from styleforge.prepare import masks

    rng = np.random.default_rng(3)
    one = large._person(width, rng)  # noqa: SLF001
    generated = (one.image + 0.05).clamp(-1, 1)
    hair = (one.regions["hair"] > 0.5).float()

    def run() -> None:
        area = masks.dilate(hair, masks.scaled(4, width))
        harmonize(generated, one.regions, one, "hair", area)
        telea(one.image, area)

    return run


def _photograph(width: int) -> Callable[[], Any]:
    """Read, aligned, edited in one pass, and laid back into the photograph."""
    import styleforge as sf

    folder = tempfile.TemporaryDirectory()  # which goes with the process

    def run() -> None:
        path = Path(folder.name) / "photo.jpg"
        if not path.exists():
            write_photo(path, width * width * 3 / 4 / 1e6)
        sf.edit("hair", str(path), pack="portraits", appearance="#2f93b8")

    return run


def _step(width: int) -> Callable[[], Any]:
    """Stage 2 of LOHO, at the widths of the pack's own generator."""
    from benchmarks.real_size import bench

    return bench(size=width, full=False, stage=2, precision="float32", device="cpu").ours


def _run(steps: int) -> Callable[[], Any]:
    import styleforge as sf

    return partial(
        sf.transfer, "hair", "gallery:mira", shape="gallery:noor", preset="loho-fast", steps=steps
    )


def _terms(count: int) -> Callable[[], Any]:
    """Stage 1 of LOHO, with so many terms of appearance more, which share their features."""
    from benchmarks.real_size import bench
    from styleforge.recipe.objective import Objective

    one = bench(size=256, full=False, stage=1, precision="float32", device="cpu")
    look = bench(size=256, full=False, stage=2, precision="float32", device="cpu").stage
    term = next(each for each in look.objective if each.loss == "appearance" and not each.probe)
    more = [replace(term, label=f"look {index}") for index in range(count)]
    one.stage = replace(one.stage, objective=Objective((*one.stage.objective, *more)))
    return one.ours


def _pictures(count: int) -> Callable[[], Any]:
    import styleforge as sf

    who = ["gallery:mira", "gallery:noor", "gallery:ada", "gallery:bea"][:count]
    return partial(sf.edit, "hair", who, shape="long wavy hair")


if __name__ == "__main__":
    typer.run(main)
