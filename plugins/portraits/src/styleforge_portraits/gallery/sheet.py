"""Pictures for documents: ``python -m styleforge_portraits.gallery.sheet FOLDER``.

Writes world.png, the aligned portraits of the gallery, and truth.png, a transfer's true answer.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from styleforge.display.sheets import sheet
from styleforge.prepare.images import load_image
from styleforge_portraits import portraits
from styleforge_portraits.truth import TruthOf

COLUMNS, WIDTH = 6, 144


def main(folder: Annotated[Path, typer.Argument(help="Where to write.")]) -> None:
    """Lay out the gallery and one true answer."""
    shown = [
        name for name in portraits.names() if portraits.record(f"gallery:{name}").frame is None
    ]
    cells = [(name, load_image(portraits.path(name))) for name in shown]
    rows = [cells[at : at + COLUMNS] for at in range(0, len(cells), COLUMNS)]
    folder.mkdir(parents=True, exist_ok=True)
    sheet(rows, width=WIDTH).save(folder / "world.png", optimize=True)
    mira, noor, otto = (f"gallery:{name}" for name in ("mira", "noor", "otto"))
    answer = TruthOf()("hair", identity=mira, shape=noor, appearance=otto, finer_style=otto)
    row = [
        ("identity: mira", load_image(portraits.path(mira))),
        ("hair shape: noor", load_image(portraits.path(noor))),
        ("appearance, finer style: otto", load_image(portraits.path(otto))),
        ("the true answer", answer.image),
    ]
    sheet([row]).save(folder / "truth.png", optimize=True)


if __name__ == "__main__":
    typer.run(main)
