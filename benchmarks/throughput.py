"""Jobs an hour on workers: `python -m benchmarks.throughput --workers 1,2`.

A job is a transfer between people of the portraits pack (`loho-fast`), each with a seed of
its own. Every executor is begun and warmed by one short job for each of its workers; then all take
the same jobs, by turns. Printed are jobs an hour, the ratio to as many times the jobs of one worker
of its kind, and the CPU seconds of a job, which other programs on the machine change little.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from styleforge.forge import Forge
    from styleforge.recipe.recipe import Recipe
    from styleforge.run.executor import Executor

TICKS = os.sysconf("SC_CLK_TCK")


def main(
    workers: Annotated[str, typer.Option(help="Numbers of workers, such as 1,2,16.")] = "1,2",
    kinds: Annotated[
        str, typer.Option(help="Of inline, processes, ray; inline has as many threads as cores.")
    ] = "inline,processes,ray",
    jobs: Annotated[int, typer.Option(help="Of every executor in a round.")] = 4,
    steps: Annotated[int, typer.Option(help="Of a job; 0 for those of the preset.")] = 0,
    rounds: Annotated[int, typer.Option(help="By turns; medians are printed.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Print the table."""
    from styleforge import Forge, ImageRef

    forge = Forge()
    asked = {"hair.shape": ImageRef("gallery:noor"), "hair.appearance": ImageRef("gallery:otto")}
    recipe = forge.recipe("hair", "loho-fast", identity=ImageRef("gallery:mira"), conditions=asked)
    recipe = recipe.with_steps(steps) if steps else recipe
    counts = sorted({int(one) for one in workers.split(",")})
    specs = [
        f"{kind}:{count}" if kind != "inline" else kind
        for kind in kinds.split(",")
        for count in (counts if kind != "inline" else [1])
    ]
    measured: dict[str, list[tuple[float, float]]] = {}
    for number in range(rounds):
        for spec in specs:
            with _begun(forge, spec, recipe) as executor:
                seeds = range(number * jobs, (number + 1) * jobs)
                measured.setdefault(spec, []).append(_timed(executor, recipe, seeds))
    rows = _rows(measured, jobs)
    if as_json:
        about = {"cores": os.cpu_count(), "load": os.getloadavg()[0], "steps": recipe.steps}
        typer.echo(json.dumps({**about, "jobs": jobs, "rows": rows}, indent=2))
        return
    typer.echo(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, {recipe.steps} steps a job")
    typer.echo("\n| executor | jobs an hour | ratio to linear | to inline | CPU s a job |")
    typer.echo("|---|---|---|---|---|")
    for row in rows:
        cells = (row[name] for name in ("linear", "inline"))
        ratios = " | ".join("" if one is None else f"{one:.2f}" for one in cells)
        rate, cpu = row["jobs_an_hour"], row["cpu_seconds"]
        typer.echo(f"| {row['executor']} | {rate:.0f} | {ratios} | {cpu:.1f} |")


def _rows(measured: dict[str, list[tuple[float, float]]], jobs: int) -> list[dict[str, object]]:
    rates = {
        spec: 3600 * jobs / median(wall for wall, _ in each) for spec, each in measured.items()
    }
    rows: list[dict[str, object]] = []
    for spec, each in measured.items():
        kind, _, count = spec.partition(":")
        one = rates.get(f"{kind}:1")
        here = rates.get("inline")
        rows.append(
            {
                "executor": spec,
                "jobs_an_hour": rates[spec],
                "linear": rates[spec] / (int(count) * one) if count and one else None,
                "inline": rates[spec] / here if here else None,
                "cpu_seconds": median(cpu for _, cpu in each) / jobs,
            }
        )
    return rows


@contextmanager
def _begun(forge: Forge, spec: str, recipe: Recipe) -> Iterator[Executor]:
    """An executor whose workers have their models in memory."""
    from styleforge.run.many import Task, together, width_of

    executor = forge.executor(spec)
    first = recipe.with_steps(len(recipe.stages))
    tasks = [Task(replace(first, seed=99 + at)) for at in range(2 * width_of(executor))]
    for _ in together(executor, tasks):
        pass
    yield executor
    forge.close()


def _timed(executor: Executor, recipe: Recipe, seeds: Sequence[int]) -> tuple[float, float]:
    """Seconds, and CPU seconds of this process and its workers, that jobs took."""
    from styleforge.errors import UserError
    from styleforge.run.many import Task, together

    began, spent = time.perf_counter(), _spent(executor)
    tasks = [Task(replace(recipe, seed=seed)) for seed in seeds]
    for _, event in together(executor, tasks, shared=False):  # here one after another
        if isinstance(event, UserError):
            raise event
    return time.perf_counter() - began, _spent(executor) - spent


def _spent(executor: Executor) -> float:
    """CPU seconds so far of this process, of an executor's workers, and of Ray's actors."""
    numbers = {os.getpid(), *getattr(executor, "pids", ())}
    for one in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if one.read_bytes().startswith(b"ray::Actor"):
                numbers.add(int(one.parent.name))
        except OSError:  # it has ended
            continue
    total = 0.0
    for number in numbers:
        fields = Path(f"/proc/{number}/stat").read_text("ascii").rpartition(")")[2].split()
        total += (int(fields[11]) + int(fields[12])) / TICKS
    return total


if __name__ == "__main__":
    typer.run(main)
