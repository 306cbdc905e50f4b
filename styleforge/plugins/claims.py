"""To whom a name belongs that two plugins claim; never a matter of who was loaded first."""

from __future__ import annotations

import re
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, requires
from typing import TYPE_CHECKING, Any

from styleforge.errors import PluginError
from styleforge.plugins.discovery import PluginInfo, owner
from styleforge.plugins.distributions import spelt
from styleforge.plugins.hook_calls import SESSION
from styleforge.plugins.install_hints import CORE, optional_distributions

if TYPE_CHECKING:
    from styleforge.plugins.registry import Entry, Registry

_REQUIRED = re.compile(r"[\w.-]+")
_PARTS = re.compile(r"[./]")


def belongs(mine: Entry[Any], theirs: Entry[Any]) -> bool:
    """Whether a name that both claim is the first one's, and not the second one's.

    It is a plugin's of styleforge before anybody else's, that of a distribution before one's that
    requires it, and the distribution's or the plugin's that is called like it (``styleforge-lips``
    and ``lips`` for ``lips`` and ``lips.shape``). Between others nobody has the better claim.

    Example:
        >>> from styleforge.plugins.registry import Entry
        >>> lips = Entry("lips", max, plugin="lips", distribution="lips-for-styleforge")
        >>> other = Entry("lips", max, plugin="a-mouth", distribution="mouths")
        >>> belongs(lips, other), belongs(other, lips)
        (True, False)
    """
    for first, second in zip(_claims(mine, theirs), _claims(theirs, mine), strict=True):
        if first != second:
            return first
    return False


def losers(
    entries: Iterable[tuple[Registry[Any], Entry[Any]]], infos: Iterable[PluginInfo]
) -> dict[str, PluginError]:
    """The plugins that took names which belong to the one that comes now, and why they are broken.

    Args:
        entries: what the one that comes now adds, each with its registry.
        infos: every plugin that was found.

    Raises:
        PluginError: if another name that it claims is taken by right; then all stay.

    Example:
        >>> losers([], [])
        {}
    """
    found: dict[str, PluginError] = {}
    by_name = {info.name: info for info in infos}
    for registry, entry in entries:
        taken = registry.clash(entry)
        if taken is None:
            continue
        have = by_name.get(taken.plugin)
        replaceable = have is not None and not have.builtin and have.distribution != SESSION
        if not replaceable or not belongs(entry, taken):
            registry.check_free(entry)
        found[taken.plugin] = PluginError(
            f"It claims the {registry.kind} {entry.name!r}, which belongs to the "
            f"{owner(entry.plugin, entry.distribution)}; it may register it with replace=True."
        )
    return found


def _claims(one: Entry[Any], other: Entry[Any]) -> tuple[bool, ...]:
    """What speaks for a plugin, the strongest first."""
    own = {spelt(CORE), *map(spelt, optional_distributions())}
    parts = _PARTS.split(one.name)
    return (
        spelt(one.distribution) in own,
        spelt(one.distribution) in _required(other.distribution),
        spelt(one.distribution) in {f"{CORE}-{part}" for part in parts},
        one.plugin in parts,
    )


def _required(distribution: str) -> frozenset[str]:
    """The distributions that one requires by name, without those of its extras."""
    try:
        lines = requires(distribution) or ()
    except (PackageNotFoundError, ValueError):
        return frozenset()
    return frozenset(
        spelt(found[0])
        for line in lines
        if "extra" not in line.partition(";")[2] and (found := _REQUIRED.match(line))
    )
