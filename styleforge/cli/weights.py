"""``styleforge weights``: files of weights that you have, or may fetch, and what they are for."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from styleforge.errors import UserError

if TYPE_CHECKING:
    from styleforge.forge import Forge
    from styleforge.plugins.registry import Registry
    from styleforge.weights.kept import Kept
    from styleforge.weights.row import FileLayout, WeightFile

FAILED = 1


class Action(StrEnum):
    """What is done with weights."""

    LIST = "list"
    ADD = "add"
    FETCH = "fetch"
    CHECK = "check"
    FORGET = "forget"


def weights(
    action: Annotated[
        Action, typer.Argument(metavar="list|add|fetch|check|forget", help="What to do.")
    ] = Action.LIST,
    name: Annotated[
        str,
        typer.Argument(metavar="NAME", help="Of the list, or your own for a generator of yours."),
    ] = "",
    file: Annotated[
        Path | None, typer.Argument(metavar="FILE", help="To add: a file or a folder.")
    ] = None,
    *,
    layout: Annotated[
        str,
        typer.Option(
            metavar="LAYOUT", help="To add under a name of your own: how the file is laid out."
        ),
    ] = "",
    agree: Annotated[bool, typer.Option("--agree", help="To fetch: agree to the licence.")] = False,
) -> None:
    """List, add, fetch, check or forget published weights.

    Nothing is fetched unless you say so.
    """
    from styleforge.forge import Forge

    forge = Forge()
    if action in {Action.ADD, Action.FETCH, Action.FORGET} and not name:
        raise UserError(
            f"`styleforge weights {action}` needs a name; `styleforge weights` lists what there is."
        )
    if (file is None) == (action is Action.ADD):
        raise UserError(
            "`styleforge weights add NAME FILE` takes a file, and no other action takes one."
        )
    if action is Action.LIST:
        _list(forge, name)
    elif action is Action.ADD:
        _add(forge, name, file or Path(), layout)
    elif action is Action.FETCH:
        _fetch(forge.weights, name, agree=agree)
    elif action is Action.CHECK:
        _check(forge, name)
    else:
        from styleforge.weights.kept import forget

        print(f"{name} is forgotten; {forget(name).source} itself was not touched.")


def _list(forge: Forge, name: str) -> None:
    from styleforge.weights.kept import all_kept, find
    from styleforge.weights.package import in_package

    rows = [forge.weights[name]] if name else list(forge.weights.values())
    for row in rows:
        kept, package = find(row.name), in_package(row)
        there = (
            f"there, from {kept.source}"
            if kept is not None
            else f"there, in the package {row.package.partition(':')[0]}"
            if package is not None
            else "not there"
        )
        size = "" if row.size is None else f", {_megabytes(row.size)}"
        print(f"{row.name}: {row.gives}. {there[0].upper()}{there[1:]}.")
        print(f"  file     {row.file}{size}")
        print(f"  licence  {row.licence}")
        print(f"  page     {row.page}")
        if kept is None and package is None:
            print(f"  do       {row.where}")
    own = [kept for kept in all_kept() if kept.name not in forge.weights]
    for kept in own if not name else ():
        print(f"{kept.name}: your own, {kept.layout}. There, from {kept.source}.")


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.0f} MB" if size >= 1e6 else f"{size / 1e3:,.0f} kB"


def _add(forge: Forge, name: str, file: Path, layout: str) -> None:
    from styleforge.weights.add import add_weights

    row = next((one for one in forge.weights.values() if one.name == name), None)
    known = _layouts(forge)
    if row is not None and layout:
        raise UserError(f"{name} has its own layout; leave --layout out, or choose another name.")
    _say(add_weights(name, file, row, known.get(layout, layout)))


def _fetch(table: Registry[WeightFile], name: str, *, agree: bool) -> None:
    from styleforge.weights.fetch import fetch_weights

    row = table[name]
    if row.fetchable:
        print(f"{row.file}, from {row.url}\nLicence: {row.licence} ({row.page}).")
        agree = agree or (sys.stdin.isatty() and typer.confirm("Do you agree?"))
    _say(fetch_weights(row, agreed=agree, progress=sys.stderr.isatty()))


def _say(kept: Kept) -> None:
    facts = [said for name, value in kept.facts.items() if (said := _fact(name, value))]
    what = f" ({', '.join(facts)})" if facts else ""
    print(f"{kept.source} is kept as {kept.name}{what}.")
    for note in kept.notes:
        print(f"Note: {note}")
    print(f"`styleforge weights check {kept.name}` tries it.")


def _fact(name: str, value: object) -> str:
    """``size 1024`` or ``size 1024 x 512``; empty for what is too long to be said."""
    if type(value) is int:
        return f"{name} {value}"
    if not isinstance(value, list) or len(value) > 2 or any(type(one) is not int for one in value):
        return ""
    return f"{name} {' x '.join(str(one) for one in value)}"


def _check(forge: Forge, name: str) -> None:
    """Load and run what is kept; exit code 1 if something cannot be used."""
    from styleforge.weights.check import check_kept
    from styleforge.weights.kept import all_kept, find

    found = all_kept()
    if name:
        one = find(name)
        if one is None:
            row = forge.weights[name]  # or says that there is no such name
            raise UserError(f"{row.name} is not there. {row.where}")
        found = (one,)
    if not found:
        print("Nothing was added yet; `styleforge weights` lists what there is.")
    failed = False
    for kept in found:
        try:
            print(f"{kept.name}: works ({check_kept(kept, _layouts(forge)):.1f} s)")
        except UserError as error:
            failed = True
            print(f"{kept.name}: {error}")
    if failed:
        raise typer.Exit(FAILED)


def _layouts(forge: Forge) -> dict[str, FileLayout]:
    """Layouts that plugins brought with their rows."""
    from styleforge.weights.row import FileLayout

    return {
        row.layout.name: row.layout
        for row in forge.weights.values()
        if isinstance(row.layout, FileLayout)
    }
