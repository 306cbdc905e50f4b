"""``styleforge gallery``: the pictures that packs ship."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from styleforge.errors import UserError
from styleforge.plugins.install_hints import EVERYTHING

if TYPE_CHECKING:
    from styleforge.pack.pack import Pack


def gallery(
    pack: Annotated[
        str, typer.Option(metavar="PACK", help="The pack; every pack with a gallery by default.")
    ] = "",
    copy_to: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Copy the pictures and their JSON to this folder."),
    ] = None,
) -> None:
    """List the pictures that come along; use them as gallery:NAME."""
    from styleforge.forge import Forge
    from styleforge.pack.gallery import caption_of

    packs = Forge().packs
    found = [packs[pack]] if pack else [item for item in packs.values() if item.gallery]
    pictures = [path for item in found for path in _pictures(item)]
    if not pictures:
        msg = (
            f"The pack {pack!r} ships no gallery."
            if pack
            else f"No pack ships a gallery; {EVERYTHING} brings one that does."
        )
        raise UserError(msg)
    for path in pictures:
        print(f"gallery:{path.stem:<14} {caption_of(path)}".rstrip())
    if copy_to is not None:
        _copy(pictures, copy_to)


def _pictures(pack: Pack) -> list[Path]:
    return sorted(pack.gallery.glob("*.png")) if pack.gallery else []


def _copy(pictures: list[Path], folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path in pictures:
            for one in (path, path.with_suffix(".json")):
                if one.exists():
                    shutil.copyfile(one, folder / one.name)
    except OSError as error:
        msg = (
            f"The gallery cannot be copied to {folder}: {error.strerror or error}. Choose another."
        )
        raise UserError(msg) from error
    print(f"{len(pictures)} pictures were copied to {folder}.")
