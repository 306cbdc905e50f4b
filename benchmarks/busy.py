"""What another busy program costs a run: `python -m benchmarks.busy`.

CPU seconds (user and system) of an edit in one pass and of a few steps of ``loho-fast``, each in a
process of its own that has done the same once before, with one and two threads, alone and beside a
process that computes all the time. Threads wait asleep, whichever of torch and styleforge is
imported first; the last rows let them spin as OpenMP does by default.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from statistics import median
from typing import Annotated

import typer

WORK = {
    "edit": 'sf.edit("hair", "gallery:mira", shape="long wavy hair", appearance="#2f93b8")',
    "steps": (
        'sf.transfer("hair", "gallery:mira", shape="gallery:noor", '
        'preset="loho-fast", steps={steps})'
    ),
}
FIRST = {
    "styleforge first": "import styleforge as sf\nimport torch",
    "torch first": "import torch\nimport styleforge as sf",
}
MEASURE = """
{imports}
import resource

def spent():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime

{work}
before = spent()
for _ in range({times}):
    done = {work}
print((spent() - before) / {times}, done.recipe.threads)
"""
SPINNING = {"GOMP_SPINCOUNT": "300000", "KMP_BLOCKTIME": "200"}  # what the runtimes do by default
WAITING = ("OMP_WAIT_POLICY", "GOMP_SPINCOUNT", "KMP_BLOCKTIME")


def main(
    rounds: Annotated[int, typer.Option(help="Quiet and busy by turns; medians are printed.")] = 3,
    steps: Annotated[int, typer.Option(help="Steps of loho-fast.")] = 4,
    others: Annotated[int, typer.Option(help="Busy processes beside it.")] = 1,
    only: Annotated[str, typer.Option(help="edit or steps; both by default.")] = "",
    spinning: Annotated[bool, typer.Option(help="Also rows in which threads spin.")] = True,
) -> None:
    """Print the table."""
    typer.echo(f"load {os.getloadavg()[0]:.1f} before, {os.cpu_count()} cores\n")
    typer.echo(
        "| work | imported | threads | CPU s | CPU s beside it | ratio |\n|---|---|---|---|---|---|"
    )
    rows = [(order, {}, threads) for order in FIRST for threads in (1, 2)]
    rows.append(("styleforge first", {}, 0))
    rows += [("styleforge first", SPINNING, 2)] if spinning else []
    for name, work in WORK.items():
        if only not in {"", name}:
            continue
        for order, extra, threads in rows:
            quiet, busy = [], []
            said = 0
            for _ in range(rounds):
                quiet.append(_measured(work, order, threads, extra, steps)[0])
                with _beside(others):
                    seconds, said = _measured(work, order, threads, extra, steps)
                    busy.append(seconds)
            how = f"{threads}" if threads else f"free ({said})"
            one, two = median(quiet), median(busy)
            what = f"{steps} steps of loho-fast" if name == "steps" else name
            typer.echo(
                f"| {what} | {order}{', spinning' if extra else ''} | {how} | {one:.2f} "
                f"| {two:.2f} | {two / one:.2f} |"
            )
    typer.echo(f"\nload {os.getloadavg()[0]:.1f} after")


def _measured(
    work: str, order: str, threads: int, extra: Mapping[str, str], steps: int
) -> tuple[float, int]:
    """CPU seconds of a piece of work, and the threads that it had; 0 asks for what is free."""
    environment = {name: one for name, one in os.environ.items() if name not in WAITING}
    environment.pop("OMP_NUM_THREADS", None)
    environment |= extra
    environment |= {"OMP_NUM_THREADS": str(threads)} if threads else {}
    times = 5 if "edit" in work else 1
    code = MEASURE.format(imports=FIRST[order], work=work.format(steps=steps), times=times)
    said = subprocess.run(  # noqa: S603 - what is written above
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    ).stdout
    seconds, had = said.split()[-2:]
    return float(seconds), int(had)


@contextmanager
def _beside(count: int) -> Iterator[None]:
    """While it lasts, so many processes compute."""
    command = [sys.executable, "-c", "while True: pass"]
    running = [subprocess.Popen(command) for _ in range(count)]  # noqa: S603
    try:
        yield
    finally:
        for one in running:
            one.kill()
            one.wait()


if __name__ == "__main__":
    typer.run(main)
