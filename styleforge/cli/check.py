"""``styleforge check``: do the plugins keep the laws of `styleforge.testing`?"""

from __future__ import annotations

import dataclasses
import json
import textwrap
from typing import TYPE_CHECKING, Annotated

import typer

from styleforge.cli.shared import JsonOption

if TYPE_CHECKING:
    from styleforge.testing.report import Outcome

BROKEN = 1


def check(
    plugin: Annotated[
        str,
        typer.Argument(
            metavar="PLUGIN",
            help="A plugin, or the path of its .py file; all installed ones by default.",
        ),
    ] = "",
    *,
    as_json: JsonOption = False,
    quick: Annotated[
        bool, typer.Option("--quick", help="Load no models of packs and run no presets.")
    ] = False,
) -> None:
    """Check the laws that plugins keep. Exit code 1 if one is broken."""
    from styleforge.testing.installed import installed_names, try_named
    from styleforge.testing.report import outcomes

    names = (plugin,) if plugin else installed_names()
    found: list[Outcome] = []
    for tried in [try_named(name) for name in names]:
        if not as_json:
            print(f"{tried.name}:")
        for one in outcomes(tried, quick=quick):
            found.append(one)
            if not as_json:
                _print(one)
    counts = {
        kind: sum(one.status == kind for one in found) for kind in ("holds", "broken", "waived")
    }
    if as_json:
        rows = [dataclasses.asdict(one) for one in found]
        print(json.dumps({"counts": counts, "laws": rows}, indent=2))
    else:
        print(f"{counts['holds']} hold, {counts['broken']} broken, {counts['waived']} waived.")
    if counts["broken"]:
        raise typer.Exit(BROKEN)


def _print(one: Outcome) -> None:
    print(f"  {one.status:<7} {one.law:<38} {one.thing}", flush=True)
    if one.said:
        print(textwrap.indent(textwrap.fill(one.said, 92), " " * 10), flush=True)
