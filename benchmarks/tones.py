"""Whether the base of two tones is found: `python -m benchmarks.tones --people N --noise 0.01`.

Garments of seeded people, drawn by the world; by pattern, how many have two tones as they should,
and of those how many times the base is the cloth and the accent the pattern.
"""

from __future__ import annotations

from collections import Counter
from typing import Annotated

import numpy as np
import typer
from skimage.color import rgb2lab
from styleforge_clothing.tones import tones_of
from styleforge_portraits import world
from styleforge_portraits.selections import SELECTIONS
from styleforge_portraits.triples import SIZE


def main(
    count: Annotated[int, typer.Option("--people", help="How many people.")] = 160,
    noise: Annotated[float, typer.Option(help="Standard deviation, of values in [0, 1].")] = 0.0,
    seed: int = 5,
) -> None:
    """Take garments apart and compare with the colours that they were drawn with."""
    rng = np.random.default_rng(seed)
    grain = np.random.default_rng((seed, 1))
    seen, two, right = Counter[str](), Counter[str](), Counter[str]()
    while seen.total() < count:
        person = world.sample(rng)
        drawn = world.render(person, SIZE)
        cloth = drawn.regions["clothing"]
        if cloth.mean() <= SELECTIONS["clothing"].least:
            continue
        image = np.asarray(drawn.image, float) / 255
        image = np.clip(image + noise * grain.standard_normal(image.shape), 0, 1)
        found = tones_of(image, cloth > 0.5)
        seen[person.pattern] += 1
        if found is None or found.accent is None:
            continue
        two[person.pattern] += 1
        colours = [
            world.palette(person)[world.MATERIALS.index(n)] for n in ("cloth", "cloth_accent")
        ]
        lab = rgb2lab(np.stack([found.base, *colours])[None])[0]
        away = np.linalg.norm(lab[1:] - lab[0], axis=1)
        right[person.pattern] += int(away[0] < away[1])
    typer.echo("| pattern | n | two tones | base right |\n|---|---|---|---|")
    for pattern, number in sorted(seen.items()):
        typer.echo(f"| {pattern} | {number} | {two[pattern]} | {right[pattern]} |")
    del two["plain"], right["plain"]
    typer.echo(f"Base right: {right.total() / max(two.total(), 1):.3f} of {two.total()}.")


if __name__ == "__main__":
    typer.run(main)
