"""How long an edit in one pass takes: `python -m benchmarks.edit_time --domain hair`."""

from __future__ import annotations

import os
import time
from statistics import median
from typing import Annotated

import torch
import typer

from styleforge.api import edit
from styleforge.forge import Forge

IDENTITY = "gallery:mira"
HAIR = (
    {"shape": "long wavy hair"},
    {"appearance": "purple"},
    {"appearance": "#2f93b8"},
    {"shape": "afro", "appearance": "blonde"},
    {"shape": "gallery:noor"},
)
CLOTHING = (
    {"shape": "v-neck"},
    {"appearance": "mustard"},
    {"appearance": "#2f93b8"},
    {"shape": "turtleneck", "finer_style": "polka dots"},
    {"shape": "gallery:noor"},
)
BOTH = tuple(
    {f"{domain}_{role}": said for domain, asked in both.items() for role, said in asked.items()}
    for both in ({"hair": one, "clothing": two} for one, two in zip(HAIR, CLOTHING, strict=True))
)
ASKS = {"hair": HAIR, "clothing": CLOTHING, "hair+clothing": BOTH}


def main(
    domain: Annotated[str, typer.Option(help="hair, clothing or hair+clothing.")] = "hair",
    times: Annotated[int, typer.Option(help="Edits of each kind.")] = 6,
    threads: Annotated[int, typer.Option(help="CPU threads.")] = 2,
) -> None:
    """Print the median time of each kind of edit, reading the file and inverting it included.

    Raises:
        typer.BadParameter: for a domain that is not timed here.
    """
    if domain not in ASKS:
        raise typer.BadParameter(f"{domain} is not timed; these are: {', '.join(ASKS)}.")
    torch.set_num_threads(threads)
    forge = Forge()
    typer.echo(f"{domain}, {torch.get_num_threads()} threads, load {os.getloadavg()[0]:.1f}")
    found = []
    for asked in ASKS[domain]:
        edit(domain, IDENTITY, forge=forge, **asked)  # loads what it needs
        seconds = []
        for _ in range(times):
            started = time.perf_counter()
            edit(domain, IDENTITY, forge=forge, **asked)
            seconds.append(time.perf_counter() - started)
        found += seconds
        typer.echo(f"{' + '.join(asked.values()):48} {1000 * median(seconds):6.0f} ms")
    typer.echo(f"{'all':48} {1000 * median(found):6.0f} ms")


if __name__ == "__main__":
    typer.run(main)
