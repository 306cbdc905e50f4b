"""How long an edit in one pass takes: `python -m benchmarks.edit_time`."""

from __future__ import annotations

import time
from statistics import median
from typing import Annotated

import torch
import typer

from styleforge.editing import edit
from styleforge.forge import Forge

ASKS = (
    {"shape": "long wavy hair"},
    {"appearance": "purple"},
    {"appearance": "#2f93b8"},
    {"shape": "afro", "appearance": "blonde"},
    {"shape": "gallery:noor"},
)


def main(
    times: Annotated[int, typer.Option(help="Edits of each kind.")] = 6,
    threads: Annotated[int, typer.Option(help="CPU threads.")] = 2,
) -> None:
    """Print the median time of each kind of edit, reading the file and inverting it included."""
    torch.set_num_threads(threads)
    forge = Forge()
    found = []
    for asked in ASKS:
        edit("hair", "gallery:mira", forge=forge, **asked)  # loads what it needs
        seconds = []
        for _ in range(times):
            started = time.perf_counter()
            edit("hair", "gallery:mira", forge=forge, **asked)
            seconds.append(time.perf_counter() - started)
        found += seconds
        typer.echo(f"{' + '.join(asked.values()):24} {1000 * median(seconds):6.0f} ms")
    typer.echo(f"{'all':24} {1000 * median(found):6.0f} ms, {threads} threads")


if __name__ == "__main__":
    typer.run(main)
