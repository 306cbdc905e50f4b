"""How far results are apart by the number of CPU threads: `python -m benchmarks.threads`.

The same edits with one thread and with more, in one process; printed are the share of pixels that
differ in the picture as it is saved, and by how many of 255 levels at most.
"""

from __future__ import annotations

import os
from typing import Annotated

import numpy as np
import torch
import typer

from styleforge.api import edit, transfer
from styleforge.forge import Forge
from styleforge.run.result import Result

EDITS = (
    {"shape": "long wavy hair"},
    {"appearance": "#2f93b8"},
    {"shape": "afro", "appearance": "blonde"},
    {"shape": "gallery:noor"},
)


def main(
    threads: Annotated[int, typer.Option(help="Compared with one.")] = 2,
    steps: Annotated[list[int] | None, typer.Option(help="Steps of loho-fast; repeatable.")] = None,
) -> None:
    """Print the table."""
    forge = Forge()
    typer.echo(
        f"| run | pixels that differ with {threads} threads | levels at most |\n|---|---|---|"
    )
    for asked in EDITS:
        first, second = (
            edit("hair", "gallery:mira", forge=_with(count, forge), **asked)
            for count in (1, threads)
        )
        _row(f"edit, {' + '.join(asked.values())}", first, second)
    for count in steps if steps is not None else [4, 36]:
        first, second = (
            transfer(
                "hair", "gallery:mira", forge=_with(one, forge), shape="gallery:noor",
                preset="loho-fast", steps=count,
            )
            for one in (1, threads)
        )  # fmt: skip
        _row(f"{count} steps of loho-fast", first, second)


def _with(threads: int, forge: Forge) -> Forge:
    os.environ["OMP_NUM_THREADS"] = str(threads)  # said, so that a run does not choose
    torch.set_num_threads(threads)
    return forge


def _row(name: str, first: Result, second: Result) -> None:
    """Of the pictures as they are saved, in bytes."""
    assert first.recipe.threads != second.recipe.threads, "torch has other threads than asked"
    one, other = (np.asarray(each.picture(), np.int16) for each in (first, second))  # (H, W, 3)
    apart = np.abs(one - other)
    share = float((apart.max(-1) > 0).mean())
    typer.echo(f"| {name} | {share:.2%} | {int(apart.max())} |")


if __name__ == "__main__":
    typer.run(main)
