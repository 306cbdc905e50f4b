"""What a list brings over one after another: `python -m benchmarks.batched --threads 2`.

Both have the same threads; one after another, each run has all of them, as users get it.

`edits`: edits of hair in one pass, of people that were looked at before and of new ones, and what
the generator does of it in one thread. `transfers`: triples of `loho-fast`. `step`: the networks of
a step of it (generator, features, regions, and their ways back) on several pictures in one batch.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Annotated

import torch
import typer
from PIL import Image
from torch import Tensor

from styleforge.api.edit_recipe import edit_recipe
from styleforge.api.transfer_recipe import transfer_recipe
from styleforge.cli.run import use_threads
from styleforge.errors import UserError
from styleforge.forge import Forge
from styleforge.pack.models import Models
from styleforge.pack.precision import autocast
from styleforge.prepare.prepare import resolve
from styleforge.recipe.recipe import Recipe
from styleforge.run.many import Task, at_once, together

LAYERS = ("relu1_2", "relu2_2", "relu3_3", "relu4_3")
COTANGENTS = 3  # of the second stage
ASKED = (
    ("mira", {"shape": "long wavy hair"}),
    ("noor", {"appearance": "purple"}),
    ("otto", {"appearance": "#2f93b8"}),
    ("lena", {"shape": "afro", "appearance": "blonde"}),
    ("bea", {"shape": "bob cut"}),
    ("jun", {"shape": "gallery:noor"}),
    ("uma", {"appearance": "gallery:otto"}),
    ("zeno", {"shape": "short curly hair"}),
)
TRIPLES = (  # identity, shape, appearance
    ("mira", "noor", "otto"),
    ("lena", "bea", "jun"),
    ("zeno", "uma", "mira"),
    ("otto", "lena", "bea"),
)
Work = Callable[[], object]


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


def seconds(work: Work) -> tuple[float, float]:
    """Wall and CPU seconds of a piece of work."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


def compare(batched: Work, alone: Work, count: int, rounds: int, title: str) -> None:
    """Print the seconds for one picture of both, side by side, and their ratio."""
    batched()  # both once, warm
    alone()
    found = [(seconds(batched), seconds(alone)) for _ in range(rounds)]
    typer.echo(f"{title}, {count} at once")
    for name, at in (("together", 0), ("one by one", 1)):
        wall, cpu = (1000 * median(one[at][kind] for one in found) / count for kind in (0, 1))
        typer.echo(f"  {name:12} {wall:7.1f} ms wall {cpu:7.1f} ms CPU")
    wall, cpu = (median(one[1][kind] / one[0][kind] for one in found) for kind in (0, 1))
    typer.echo(f"  {'ratio':12} {wall:7.2f}         {cpu:7.2f}")


def step(models: Models, count: int, rounds: int) -> None:
    """Compare the networks of a step."""
    latent, noise = drawn_from(models, count)

    def batched() -> None:
        networks(models, latent, noise)

    def alone() -> None:
        for at in range(count):
            networks(models, latent[at : at + 1], [one[at : at + 1] for one in noise])

    compare(batched, alone, count, rounds, "networks of a step")


def drawn_from(models: Models, count: int) -> tuple[Tensor, list[Tensor]]:
    """W+ ``(N, rows, width)`` and noise maps ``(N, 1, h, w)`` by chance."""
    generator = models.get("generator")
    chance = torch.Generator().manual_seed(0)
    w = generator.map(torch.randn(count, generator.width, generator=chance))
    latent = w[:, None].expand(-1, generator.rows, -1).contiguous()
    return latent, [torch.randn(count, 1, *one, generator=chance) for one in generator.noise_shapes]


def ended(forge: Forge, recipes: Sequence[Recipe], *, shared: bool) -> None:
    """Run recipes as a list is run, or one after another."""
    for _, event in together(forge.executor("inline"), map(Task, recipes), shared=shared):
        if isinstance(event, UserError):
            raise event


def transfers(forge: Forge, count: int, rounds: int, steps: int) -> None:
    """Compare runs of many steps."""
    triples = (TRIPLES[at % len(TRIPLES)] for at in range(count))
    recipes = [
        transfer_recipe(
            forge,
            "hair",
            f"gallery:{who}",
            {"shape": f"gallery:{shape}", "appearance": f"gallery:{appearance}"},
            preset="loho-fast",
            steps=steps,
        )
        for who, shape, appearance in triples
    ]
    compare(
        lambda: ended(forge, recipes, shared=True),
        lambda: ended(forge, recipes, shared=False),
        count,
        rounds,
        f"loho-fast, {steps} steps",
    )


def edits(forge: Forge, count: int, rounds: int, folder: Path) -> None:
    """Compare edits of one pass, and the pictures that the generator draws for them."""
    models = forge.models("portraits")
    asked = [ASKED[at % len(ASKED)] for at in range(count)]
    made = 0

    def people() -> list[str]:
        """Pictures that nobody looked at before: a pixel of each is another every time."""
        nonlocal made
        paths = []
        for name, _ in asked:
            made += 1
            paths.append(str(folder / f"{made}.png"))
            picture = Image.open(resolve(f"gallery:{name}", models)).convert("RGB")
            picture.putpixel((0, 0), (made % 256, made // 256 % 256, 0))
            picture.save(paths[-1])
        return paths

    def run(identities: Sequence[str], *, shared: bool) -> None:
        ended(
            forge,
            [
                edit_recipe(forge, "hair", who, wishes)
                for who, (_, wishes) in zip(identities, asked, strict=True)
            ],
            shared=shared,
        )

    known = [f"gallery:{name}" for name, _ in asked]
    fresh = iter([people() for _ in range(2 * rounds + 2)])
    for title, who in (("known people", lambda: known), ("new people", lambda: next(fresh))):
        compare(
            lambda who=who: run(who(), shared=True),
            lambda who=who: run(who(), shared=False),
            count,
            rounds,
            title,
        )
    torch.set_num_threads(1)
    latent, noise = drawn_from(models, count)
    generator = models.get("generator")

    def drawn(parts: Sequence[slice]) -> None:
        with torch.no_grad(), autocast(models.device):
            for one in parts:
                generator.synthesize(latent[one], [item[one] for item in noise])

    apart = [slice(at, at + 1) for at in range(count)]
    compare(
        lambda: drawn([slice(None)]),
        lambda: drawn(apart),
        count,
        rounds,
        "of it, the generator, one thread",
    )


def main(
    what: Annotated[str, typer.Option(help="edits, transfers or step.")] = "edits",
    count: Annotated[int, typer.Option(help="Pictures; 8, 4 of transfers, by default.")] = 0,
    threads: Annotated[int, typer.Option(help="CPU threads.")] = 2,
    steps: Annotated[int, typer.Option(help="Of a transfer.")] = 12,
    rounds: Annotated[int, typer.Option(help="Of which the median counts.")] = 5,
) -> None:
    """Print the seconds of both, side by side, and their ratio."""
    use_threads(threads)
    forge = Forge()
    lanes = at_once(forge.executor("inline"))
    count = count or (4 if what == "transfers" else 8)
    typer.echo(f"{threads} threads, {lanes} runs side by side, load {os.getloadavg()[0]:.1f}")
    if what == "step":
        step(forge.models("portraits"), count, rounds)
    elif what == "transfers":
        transfers(forge, count, rounds, steps)
    else:
        with tempfile.TemporaryDirectory() as folder:
            edits(forge, count, rounds, Path(folder))


if __name__ == "__main__":
    typer.run(main)
