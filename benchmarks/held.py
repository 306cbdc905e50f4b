"""Whether colours that nobody asked to change stay: `python -m benchmarks.held`.

A fixed set of edits of the gallery's portraits, in one pass and by shape alone. Printed is the
CIEDE2000 from the region's mean colour in the portrait to that in the result. Each edit takes half
a CPU second.
"""

from __future__ import annotations

import time
from typing import Annotated

import torch
import typer

from benchmarks.shades import summary
from styleforge.api import edit
from styleforge.forge import Forge
from styleforge.measure.metrics import colour_error
from styleforge.prepare.images import load_image
from styleforge.prepare.regions import found_regions

HAIR = ("ada", "bea", "cleo", "edda", "greta", "otto", "uma", "vito", "quinn")
CLOTHES = ("ada", "bea", "mira", "otto", "noor", "malik")
SHAPES = ("long wavy hair", "pixie cut", "curly bob", "afro")
CUTS = ("v-neck", "turtleneck")


def held(forge: Forge, domain: str, preset: str, who: str, shape: str) -> float:
    """CIEDE2000 of the region's mean colour between a portrait and its edit."""
    models = forge.models("portraits")
    region = forge.domains[domain].region
    gallery = forge.packs["portraits"].gallery
    assert gallery is not None
    before = load_image(gallery / f"{who}.png")
    after = edit(
        domain, f"gallery:{who}", forge=forge, pack="portraits", refine=preset, shape=shape
    ).image
    masks = [found_regions(one, models)[region] for one in (before, after)]
    return colour_error(after, masks[1], before, masks[0])


def main(
    seconds: Annotated[float, typer.Option(help="CPU seconds after which no edit begins.")] = 120,
) -> None:
    """Print the distances, and how many are beyond 5."""
    torch.set_num_threads(1)
    forge = Forge()
    edits = [("hair", "mapper", who, one) for who in HAIR for one in SHAPES]
    edits += [
        ("clothing", preset, who, one)
        for preset in ("tailored", "mapper")
        for who in CLOTHES
        for one in CUTS
    ]
    found: list[tuple[float, str]] = []
    for domain, preset, who, shape in edits:
        if time.process_time() > seconds:
            typer.echo(f"{seconds:.0f} CPU seconds are over; {len(edits) - len(found)} are left.")
            break
        error = held(forge, domain, preset, who, shape)
        kind = f"{domain} {preset}"
        found.append((error, kind))
        typer.echo(f"{kind:20}{who:10}{shape:18}{error:6.1f}")
    for kind in dict.fromkeys(kind for _, kind in found):
        errors = [error for error, of in found if of == kind]
        typer.echo(summary(kind, errors))


if __name__ == "__main__":
    typer.run(main)
