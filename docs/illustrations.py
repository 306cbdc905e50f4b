"""Draw the pictures of the guides: `python docs/illustrations.py`.

Edits are made in one pass of the mapper, so this takes seconds.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import torch
import typer
from torch import Tensor

from styleforge.api import edit
from styleforge.api.edit_recipe import edit_recipe
from styleforge.compose.compose import inpainter_of
from styleforge.compose.coverage import hole_of
from styleforge.display.sheets import sheet
from styleforge.forge import Forge
from styleforge.run.job import Job

FOLDER = Path(__file__).parent / "pictures"
IDENTITY, SHAPE, LOOK = "gallery:mira", "gallery:noor", "gallery:otto"
STRENGTHS = (0.0, 0.25, 0.5, 0.75, 1.0, 1.3)
WORDS = ("long straight hair", "curly bob", "pixie cut")
COLOURS = ("#8a2be2", "#c0392b", "#1f7a5c")

Cell = tuple[str, Tensor]


def picture(forge: Forge, name: str) -> Tensor:
    """A portrait of the gallery, as the pack sees it ``(1, 3, H, W)``."""
    result = edit("hair", name, forge=forge, shape=SHAPE, strength=0.0)
    return result.image


def attributes(forge: Forge) -> list[list[Cell]]:
    """One attribute at a time, then both."""
    asked = (
        ("shape only", {"shape": SHAPE}),
        ("appearance only", {"appearance": LOOK}),
        ("both", {"shape": SHAPE, "appearance": LOOK}),
    )
    made = [(label, edit("hair", IDENTITY, forge=forge, **values).image) for label, values in asked]
    given = [("identity", IDENTITY), ("shape of", SHAPE), ("appearance of", LOOK)]
    return [[*((label, picture(forge, name)) for label, name in given), *made]]


def words(forge: Forge) -> list[list[Cell]]:
    """Words above, colours below."""
    above = [(f'"{text}"', edit("hair", IDENTITY, forge=forge, shape=text)) for text in WORDS]
    below = [(colour, edit("hair", IDENTITY, forge=forge, appearance=colour)) for colour in COLOURS]
    return [[(label, result.image) for label, result in (*above, *below)]]


def sweep(forge: Forge) -> list[list[Cell]]:
    """Strengths of shape and of appearance."""
    rows = []
    for role, reference in (("shape", SHAPE), ("appearance", "#8a2be2")):
        row = []
        for strength in STRENGTHS:
            result = edit("hair", IDENTITY, forge=forge, strength=strength, **{role: reference})
            row.append((f"{role} {strength:g}", result.image))
        rows.append(row)
    return rows


def layers(forge: Forge) -> list[list[Cell]]:
    """What a composition in layers is made of."""
    job = Job(forge, edit_recipe(forge, "hair", IDENTITY, {"shape": SHAPE, "appearance": LOOK}))
    result = job.result()
    assert job.problem is not None  # the job has made it
    identity, domain = job.problem.identity, forge.domains["hair"]
    how = replace(result.recipe.compose, inpainter="pack")
    inpainter = inpainter_of(how, job.problem.models, forge.components)
    with torch.no_grad():
        bare = inpainter(identity.image, hole_of(identity, (domain.region,), domain.keep))
    mask = result.regions[domain.region].expand(-1, 3, -1, -1) * 2 - 1
    return [
        [
            ("identity", identity.image),
            ("its hair inpainted", bare),
            ("the generator's picture", result.generated),
            ("the new region", mask),
            ("result", result.image),
        ]
    ]


def main(folder: Path = FOLDER) -> None:
    """Draw all of them."""
    forge = Forge()
    torch.set_num_threads(1)
    for name, draw in (
        ("attributes", attributes), ("words", words), ("sweep", sweep), ("layers", layers),
    ):  # fmt: skip
        path = folder / f"{name}.jpg"
        sheet(draw(forge), width=200).save(path, quality=88)
        typer.echo(f"{path} written.")


if __name__ == "__main__":
    typer.run(main)
