"""``styleforge new``: the project of a new domain."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from styleforge.errors import UserError
from styleforge.plugins.install_hints import EVERYTHING

if TYPE_CHECKING:
    from styleforge.pack.models import Models


def new(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Of the domain, such as my-domain.")],
    folder: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Where to write it; styleforge-NAME here by default."),
    ] = None,
    region: Annotated[
        str,
        typer.Option(
            metavar="REGION", help="What it styles; NAME, or the pack's first region, by default."
        ),
    ] = "",
    pack: Annotated[
        str,
        typer.Option(
            metavar="PACK", help="The pack whose regions it styles; the first by default."
        ),
    ] = "",
) -> None:
    """Write the project of a new domain: a plugin to install.

    It has tests and a tutorial.
    """
    from styleforge.plugins.scaffold import Project, check_name, choose_region, write_project

    check_name(name)
    target = folder or Path(f"styleforge-{name}")
    models = _models(pack)
    if models is None:
        if not region:
            msg = (
                "No pack of models is installed to choose a region from. Say which to style, such "
                f"as --region background, or install a pack; {EVERYTHING} brings one."
            )
            raise UserError(msg)
        project = Project(name=name, region=region)
        print(f"No pack of models is installed, so nobody knows whether one finds {region!r}.")
    else:
        regions = tuple(models.get("regions").names)
        chosen = choose_region(name, region, regions, models.pack.name)
        project = Project(name=name, region=chosen, pack=models.pack.name, **_pictures(models))
        others = ", ".join(one for one in regions if one != chosen)
        print(f"The domain {name} styles the region {chosen!r}; --region may also be {others}.")
    files = write_project(project, target)
    print(f"{len(files)} files were written to {target}:")
    for path in files:
        print(f"  {path}")
    print("Install it, see it, test it:")
    quoted = shlex.quote(str(target))
    print(f"  pip install -e {shlex.quote(f'{target}[test]')}")  # with pytest
    print("  styleforge plugins")
    print(f"  pytest {quoted}")


def _models(pack: str) -> Models | None:
    """The models of a pack; None where none is installed and none was named."""
    from styleforge.forge import Forge

    forge = Forge()
    return forge.models(pack) if pack or len(forge.packs) else None


def _pictures(models: Models) -> dict[str, str]:
    """The first two pictures of the pack's gallery, for the examples."""
    gallery = models.pack.gallery
    names = [f"gallery:{path.stem}" for path in sorted(gallery.glob("*.png"))] if gallery else []
    if len(names) < 2:
        return {"identity": "identity.png", "reference": "reference.png"}
    return {"identity": names[0], "reference": names[1]}
