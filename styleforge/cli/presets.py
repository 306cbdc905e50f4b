"""``styleforge presets``: domains, their attributes and presets, and those of one's own."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from styleforge.cli.options import option_of
from styleforge.errors import UserError
from styleforge.plugins.install_hints import EVERYTHING

if TYPE_CHECKING:
    from styleforge.forge import Forge
    from styleforge.recipe.domain import Domain
    from styleforge.recipe.own_presets import OwnPresets


def presets(
    domain: Annotated[str, typer.Argument(metavar="DOMAIN", help="A domain; all by default.")] = "",
    add: Annotated[
        Path | None,
        typer.Option("--import", metavar="FILE", help="Keep the preset of a file as one of yours."),
    ] = None,
    name: Annotated[str, typer.Option(metavar="NAME", help="Call what is imported so.")] = "",
    export: Annotated[
        str, typer.Option(metavar="NAME", help="Write a preset of yours to a file.")
    ] = "",
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", metavar="FILE", help="The file to export to; NAME.json if not."
        ),
    ] = None,
    delete: Annotated[str, typer.Option(metavar="NAME", help="Remove a preset of yours.")] = "",
) -> None:
    """List domains, their attributes and presets; keep your own.

    The attributes are listed as options of `transfer` and `edit`. `styleforge packs` says which of
    them each pack can do. The editor makes presets of your own; `transfer --preset NAME` uses them.
    """
    from styleforge.forge import Forge
    from styleforge.recipe.own_presets import OwnPresets

    forge, own = Forge(), OwnPresets.of_user()
    if add is not None:
        _import(forge, own, domain, add, name)
    elif export or delete:
        if not domain:
            msg = "Say of which domain the preset is: styleforge presets DOMAIN --export NAME."
            raise UserError(msg)
        forge.domains[domain]  # refuses one that is not there
        if export:
            _export(own, domain, export, out)
        else:
            print(f"{own.delete(domain, delete).name} is deleted.")
    else:
        _list(forge, own, domain)


def _import(forge: Forge, own: OwnPresets, domain: str, path: Path, title: str) -> None:
    from styleforge.recipe.own_preset import OwnPreset

    try:
        data = path.read_bytes()
    except OSError as error:
        msg = f"{path} cannot be read: {error.strerror or error}."
        raise UserError(msg) from error
    try:
        of = OwnPreset.from_json(data).domain
    except UserError as error:
        raise UserError(f"{path}: {error}") from error
    made = own.take(data, forge.domains[domain or of], title)
    print(f"{made.name} is one of yours now: styleforge transfer {of} --preset {made.name}")


def _export(own: OwnPresets, domain: str, name: str, out: Path | None) -> None:
    from styleforge.files import write_text

    found = own.get(domain, name)
    path = out or Path(f"{found.name}.json")
    write_text(path, found.to_json())
    print(f"{found.name} is written to {path}.")


def _list(forge: Forge, own: OwnPresets, domain: str) -> None:
    found = [forge.domains[domain]] if domain else list(forge.domains.values())
    if not found:
        msg = (
            f"No plugin with a domain is installed; {EVERYTHING} brings some. `styleforge plugins` "
            "lists what is there."
        )
        raise UserError(msg)
    for item in found:
        print(f"{item.name}: {item.help}")
        for attribute in forge.attributes_of(item.name):
            print(f"  {option_of(attribute):<18} {attribute.help}")
        for index, preset in enumerate(item.presets):
            first = " (default)" if index == 0 else ""
            print(f"  --preset {preset.name:<14} {preset.help}{first}")
        _list_own(own, item)


def _list_own(own: OwnPresets, domain: Domain) -> None:
    for one in own.of(domain.name):
        steps = "" if one.steps is None else f", {one.steps} steps"
        asked = ", ".join(name.partition(".")[2] for name in one.conditions)
        what = f"{one.preset}{steps}{': ' if asked else ''}{asked}"
        print(f"  --preset {one.name:<14} yours: {one.title} ({what})")
    for sentence in own.unreadable(domain.name):
        print(sentence, file=sys.stderr)
