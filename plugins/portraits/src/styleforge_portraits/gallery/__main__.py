"""Write the gallery: ``python -m styleforge_portraits.gallery [FOLDER]``.

Draws the curated people of `people.py`; the same files each time. A portrait is NAME.png and
NAME.json with ``name``, ``caption``, ``factors``, ``frame`` (null where aligned) and ``credit``.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from PIL import Image

from styleforge_portraits import portraits, world
from styleforge_portraits.gallery.people import PEOPLE

CREDIT = "Drawn by the portrait world of styleforge, Apache-2.0."
SIZE = 256


def main(
    folder: Annotated[Path, typer.Argument(help="Where to write.")] = portraits.FOLDER,
) -> None:
    """Draw every portrait of the gallery."""
    folder.mkdir(parents=True, exist_ok=True)
    for entry in PEOPLE:
        picture = world.render(entry.person, SIZE, entry.frame).image
        Image.fromarray(picture).save(folder / f"{entry.name}.png", optimize=True)
        about = {
            "name": entry.name,
            "caption": entry.caption,
            "factors": entry.person.to_dict(),
            "frame": None if entry.frame is None else asdict(entry.frame),
            "credit": CREDIT,
        }
        text = json.dumps(about, indent=1) + "\n"
        (folder / f"{entry.name}.json").write_text(text, encoding="utf-8")
    typer.echo(f"{len(PEOPLE)} portraits in {folder}")


if __name__ == "__main__":
    typer.run(main)
