"""``styleforge plugins``: what is installed, what it adds, why it failed and what to do."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import shutil
import sys
import textwrap
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer

from styleforge.cli.shared import JsonOption
from styleforge.errors import UserError
from styleforge.plugins import discovery
from styleforge.plugins.install_hints import EVERYTHING

if TYPE_CHECKING:
    from styleforge.plugins.discovery import PluginInfo

WIDEST = 100  # columns of the list


def plugins(
    *,
    show_all: Annotated[bool, typer.Option("--all", help="Core's own too.")] = False,
    as_json: JsonOption = False,
    disable: Annotated[
        list[str] | None,
        typer.Option(metavar="PLUGIN", help="Do not load this plugin any more; repeatable."),
    ] = None,
    enable: Annotated[
        list[str] | None, typer.Option(metavar="PLUGIN", help="Load this plugin again; repeatable.")
    ] = None,
) -> None:
    """List the plugins: what they add, or what is broken in them.

    Of a broken one it says why, and what to do.
    """
    if disable or enable:
        for name in disable or ():
            _switch(name, disabled=True)
        for name in enable or ():
            _switch(name, disabled=False)
        return
    from styleforge.forge import Forge

    with contextlib.redirect_stdout(sys.stderr):  # a plugin that prints must not spoil the list
        forge = Forge(strict=False)
        notes = forge.notes
    infos = [info for info in forge.plugins if show_all or not info.builtin]
    if as_json:
        print(json.dumps([dataclasses.asdict(info) for info in infos], indent=2))
    else:
        _print(infos)
    for note in notes:
        print(f"Note: {note}", file=sys.stderr)


def _print(infos: Iterable[PluginInfo]) -> None:
    found = list(infos)
    if not found:
        print(f"No plugin is installed; {EVERYTHING} brings domains and models to try.")
    width = max((len(info.name) for info in found), default=0)
    for info in found:
        source = "built in" if info.builtin else f"{info.distribution} {info.version}".rstrip()
        print(f"{info.name:<{width}}  {info.status:<8}  {source}")
        if info.reason:
            _entry("why", info.reason)
        if info.fix:
            _entry("do", info.fix)
        for kind, names in _grouped(info.adds).items():
            _entry(kind if len(names) == 1 else _plural(kind), ", ".join(names))


def _entry(label: str, text: str) -> None:
    """A labelled text, wrapped under itself."""
    columns = min(shutil.get_terminal_size((WIDEST, 24)).columns, WIDEST)
    lead = f"  {label:<11} "
    print(
        textwrap.fill(
            text,
            max(columns, 2 * len(lead)),
            initial_indent=lead,
            subsequent_indent=" " * len(lead),
            break_long_words=False,
            break_on_hyphens=False,
        )
    )


def _grouped(adds: Iterable[str]) -> dict[str, list[str]]:
    """What a plugin adds, by kind."""
    found: dict[str, list[str]] = {}
    for item in adds:
        kind, _, name = item.partition(" ")
        found.setdefault(kind, []).append(name)
    return found


def _plural(kind: str) -> str:
    return f"{kind}es" if kind.endswith("s") else f"{kind}s"


def _switch(name: str, *, disabled: bool) -> None:
    """Disable or enable a plugin by name, without importing any or reading other settings."""
    have = {point.name for point in discovery.installed_entry_points()}
    known = have | set(discovery.disabled_by())
    if name not in known:
        msg = f"No plugin {name!r} is installed; there are: {', '.join(sorted(have)) or 'none'}."
        raise UserError(msg)
    discovery.set_disabled(name, disabled=disabled)
    print(f"{name} is {'disabled' if disabled else 'enabled'}.")
    if disabled:
        return
    from styleforge.plugins.config import ConfigFile, read_config

    files: tuple[ConfigFile, ...] = ()
    with contextlib.suppress(UserError):  # a file that cannot be read names nobody
        files = read_config()
    still = discovery.disabled_by(files).get(name)
    if still:
        print(f"It stays disabled while {still} names it.")
