"""``styleforge reproduce OUT.png``: run the recipe inside a result again, and compare.

``styleforge reproduce RECIPE.json -o OUT.png`` runs a saved recipe; there is nothing to compare.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from styleforge.cli.options import writable_picture
from styleforge.cli.outputs import spare_inputs
from styleforge.cli.run import run, say, use_threads
from styleforge.cli.shared import DeviceOption, ExecutorOption
from styleforge.errors import UserError

if TYPE_CHECKING:
    from torch import Tensor

DIFFERS = 1


def reproduce(
    picture: Annotated[
        Path,
        typer.Argument(
            metavar="PICTURE", help="A PNG written by styleforge, or a recipe's JSON file."
        ),
    ],
    out: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="FILE", help="Write the new result.")
    ] = None,
    executor: ExecutorOption = "",
    device: DeviceOption = "",
    threads: Annotated[
        int | None,
        typer.Option(
            metavar="NUMBER", help="CPU threads; as many as the run had by default.", min=1
        ),
    ] = None,
) -> None:
    """Run a result's recipe again, and compare the pictures.

    The recipe travels inside the picture. The exit code is 1 where the new picture differs. The
    pictures that the recipe names are looked for where they were, then beside the result. Of a
    recipe's JSON file the result is written to --out.
    """
    from styleforge.forge import Forge
    from styleforge.prepare.formats import format_of
    from styleforge.prepare.images import read_recipe
    from styleforge.prepare.locate import located

    recipe = read_recipe(picture)
    alone = picture.suffix.lower() == ".json"
    if alone and out is None:
        msg = f"{picture} holds a recipe and no picture; say where the result goes: -o out.png."
        raise UserError(msg)
    if out is not None:
        writable_picture(out)
    forge = Forge(device=device)
    use_threads(threads, recipe.threads)
    models = forge.models_of(recipe)
    recipe = located(recipe, models, picture.parent)
    if out is not None:
        spare_inputs(out, recipe, models, picture)
    before = None if alone else pixels(picture)
    result = run(forge.executor(executor).submit(recipe), recipe.steps)
    if out is not None:
        for note in result.save(out):
            say(note)
    if before is None:
        how = f"{result.steps} steps in {result.seconds:.0f} s" if result.steps else "one pass"
        print(f"{out} is done: {how}.")
        return
    identical, sentence = compare(before, pixels(result.encoded(format_of(picture)).data))
    print(sentence)
    if not identical:
        raise typer.Exit(DIFFERS)


def pixels(file: Path | bytes) -> Tensor:
    """The bytes of a file's pixels as they are, ``(1, C, H, W)``, opacity included."""
    import numpy as np
    import torch

    from styleforge.prepare.opening import open_picture, readable

    name = str(file) if isinstance(file, Path) else "The result"
    with open_picture(file, name) as opened, readable(name):
        values = np.atleast_3d(np.array(opened, dtype=np.uint8))  # (H, W, C)
    return torch.from_numpy(values).permute(2, 0, 1)[None]


def compare(before: Tensor, after: Tensor) -> tuple[bool, str]:
    """Whether two pictures ``(1, C, H, W)`` in bytes are the same, and a sentence on it."""
    if before.shape[1] != after.shape[1]:
        return False, "Different: one of them is partly transparent."
    if before.shape != after.shape:
        sizes = " and ".join(f"{one.shape[-1]} x {one.shape[-2]}" for one in (before, after))
        return False, f"Different: the sizes are {sizes}."
    levels = (before.int() - after.int()).abs()
    differ = int((levels.amax(dim=1) > 0).sum())
    if not differ:
        return True, "Identical: every pixel is the same."
    share = differ / levels[0, 0].numel()
    return False, (
        f"Different: {differ} pixels ({share:.1%}) differ, by {int(levels.max())} of 255 levels "
        "at most. Another machine, thread count or version of torch does that."
    )
