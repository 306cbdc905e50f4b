"""The demo of packs that draw nothing: one picture in several colours, side by side."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from styleforge.cli.run import run

if TYPE_CHECKING:
    from pathlib import Path

    from styleforge.forge import Forge
    from styleforge.pack.pack import Pack, Showcase


def show_colours(
    forge: Forge, pack: Pack, shown: Showcase, preset: str, out: Path, executor: str
) -> None:
    """Recolour a showcase's picture in each of its colours; write every result and a sheet.

    Raises:
        UserError: if the pack cannot do the preset, or a file cannot be written.
    """
    from styleforge.api.transfer_recipe import transfer_recipe
    from styleforge.display.sheets import sheet
    from styleforge.prepare.prepare import prepare

    row = [("identity", prepare(shown.identity, forge.models(pack.name)).image)]
    begun = time.monotonic()
    for role, colours in shown.colours.items():
        for number, colour in enumerate(colours, 1):
            recipe = transfer_recipe(
                forge, shown.domain, shown.identity, {role: colour}, pack=pack.name, preset=preset
            )
            result = run(forge.executor(executor).submit(recipe), recipe.steps)
            result.save(out / f"{role}-{number}.png")
            row.append((colour, result.photo))
    sheet([row[:3], row[3:]] if len(row) > 4 else [row]).save(out / "sheet.png")
    took = time.monotonic() - begun
    print(f"{len(row) - 1} results in {took:.1f} s, after the picture was prepared")
    print(f"Pictures: {out / 'sheet.png'}, and one of each result beside it")
    role, (colour, *_) = next(iter(shown.colours.items()))
    print(
        f"Of your own: `styleforge edit {shown.domain} --pack {pack.name} --identity me.jpg "
        f'--{role} "{colour}" -o out.jpg`'
    )
