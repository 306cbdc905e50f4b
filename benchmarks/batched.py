"""What batching would bring: `python -m benchmarks.batched --count 4 --threads 1`.

The networks of a step of `loho-fast` (generator, features, regions, and their ways back) on several
pictures at once, and on one after the other.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median
from typing import Annotated

import torch
import typer
from torch import Tensor

from styleforge.forge import Forge
from styleforge.pack.pack import Models

LAYERS = ("relu1_2", "relu2_2", "relu3_3", "relu4_3")
COTANGENTS = 3  # of the second stage


def networks(models: Models, latent: Tensor, noise: list[Tensor]) -> None:
    """What the networks do in a step, for latents ``(N, rows, width)``."""
    recording = models.get("generator").record(latent, noise)
    with torch.enable_grad():
        picture = recording.picture.clone().requires_grad_()  # (N, 3, H, W)
        seen = models.get("features")(picture, LAYERS)
        total = sum(one.square().mean() for one in seen.values())
        total = total + models.get("regions")(picture).square().mean()
        (cotangent,) = torch.autograd.grad(total, picture)
    recording.pull_back(torch.stack([cotangent] * COTANGENTS), (0, 1))


def seconds(work: Callable[[], None]) -> tuple[float, float]:
    """Wall and CPU seconds of a piece of work."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


def main(
    count: Annotated[int, typer.Option(help="Pictures.")] = 4,
    threads: Annotated[int, typer.Option(help="CPU threads.")] = 1,
    rounds: Annotated[int, typer.Option(help="Of which the median counts.")] = 5,
) -> None:
    """Print the seconds of both, side by side, and their ratio."""
    torch.set_num_threads(threads)
    models = Forge().models("portraits")
    generator = models.get("generator")
    chance = torch.Generator().manual_seed(0)
    w = generator.map(torch.randn(count, generator.width, generator=chance))
    latent = w[:, None].expand(-1, generator.rows, -1)
    noise = [torch.randn(count, 1, *one, generator=chance) for one in generator.noise_shapes]

    def together() -> None:
        networks(models, latent, noise)

    def alone() -> None:
        for at in range(count):
            networks(models, latent[at : at + 1], [one[at : at + 1] for one in noise])

    together()  # both once, warm
    alone()
    found = [(seconds(together), seconds(alone)) for _ in range(rounds)]
    for name, at in (("together", 0), ("one by one", 1)):
        wall, cpu = (median(one[at][kind] for one in found) for kind in (0, 1))
        typer.echo(f"{name:12} {wall:7.3f} s wall {cpu:7.3f} s CPU")
    wall, cpu = (median(one[1][kind] / one[0][kind] for one in found) for kind in (0, 1))
    typer.echo(f"{'ratio':12} {wall:7.2f}        {cpu:7.2f}")


if __name__ == "__main__":
    typer.run(main)
