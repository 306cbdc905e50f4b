"""How much a first start costs: `python -m benchmarks.cold_start`.

CPU time (user and system) of whole processes, which another program on the machine changes less
than the time on the clock. Bytecode is cached, as it is from a program's second start on.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Annotated

import typer

EDIT = ("edit", "hair", "--identity", "gallery:mira")
TORCH = "import torch"  # below which no edit can be
SECOND = """
import resource

import styleforge as sf


def spent() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


sf.edit("hair", "gallery:mira", appearance="#2f93b8")
before = spent()
sf.edit("hair", "gallery:mira", appearance="#8a2be2")
print(spent() - before)
"""


def main(
    times: Annotated[int, typer.Option(help="Runs of each; the median is printed.")] = 3,
) -> None:
    """Print the CPU seconds of each start, and the goal."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(Path(folder) / "bytecode")}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        out = str(Path(folder) / "out.png")
        program = (sys.executable, "-m", "styleforge.cli")
        starts: tuple[tuple[str, tuple[str, ...], float | None], ...] = (
            ("import torch, for comparison", (sys.executable, "-c", TORCH), None),
            ("styleforge --help", (*program, "--help"), 0.4),
            ("styleforge plugins", (*program, "plugins"), 0.6),
            ("edit with a colour", (*program, *EDIT, "--appearance", "#8a2be2", "-o", out), 4.0),
            ("edit with words", (*program, *EDIT, "--shape", "pixie cut", "-o", out), None),
            ("edit with a colour in words", (*program, *EDIT, "--appearance", "red", "-o", out),
             None),
        )  # fmt: skip
        typer.echo(f"load {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores")
        for name, command, goal in starts:
            _spent(command, environment)  # which writes the bytecode
            _line(name, median(_spent(command, environment) for _ in range(times)), goal)
        again = (sys.executable, "-c", SECOND)
        printed = (
            subprocess.check_output(again, env=environment, text=True)  # noqa: S603
            for _ in range(times)
        )
        _line("second edit in one process", median(map(float, printed)), 0.4)


def _spent(command: tuple[str, ...], environment: dict[str, str]) -> float:
    """CPU seconds of a process, user and system."""
    with subprocess.Popen(  # noqa: S603
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise typer.Exit(process.returncode)
    return used.ru_utime + used.ru_stime


def _line(name: str, seconds: float, goal: float | None) -> None:
    wanted = "" if goal is None else f"   goal {goal:.1f} s"
    typer.echo(f"{name:30} {seconds:6.2f} s{wanted}")


if __name__ == "__main__":
    typer.run(main)
