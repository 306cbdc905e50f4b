"""What was set or said about plugins and has no effect, as sentences."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from styleforge.errors import did_you_mean
from styleforge.plugins import discovery
from styleforge.plugins.discovery import PluginInfo
from styleforge.plugins.given import Sources
from styleforge.plugins.registry import Registry


def without_effect(
    infos: Iterable[PluginInfo],
    sources: Sources,
    allowed: Collection[str] | None,
    registries: Mapping[str, Registry[Any]],
) -> tuple[str, ...]:
    """Notes on names that are no plugin's, and on items that replace nothing.

    Args:
        infos: every plugin that was found.
        sources: what was set for plugins.
        allowed: the plugins that alone may be loaded; None for all.
        registries: what plugins filled.

    Example:
        >>> nothing = Sources(files=(), explicit={}, environment={})
        >>> without_effect((), nothing, {"lips"}, {})[-1]
        "STYLEFORGE_PLUGINS names 'lips', which is not installed."
    """
    known = {info.name for info in infos if not info.builtin}
    known |= {point.name for point in discovery.installed_entry_points()}
    notes = [note for file in sources.files for note in file.notes]
    notes += discovery.left_out()
    notes += sources.strays(known)
    notes += [
        f"{discovery.ALLOW} names {name!r}, which is not installed."
        for name in sorted(set(allowed or ()) - known)
    ]
    for registry in registries.values():
        for entry in registry.idle():
            hint = did_you_mean(entry.name, set(registry) - {entry.name})
            notes.append(
                f"Plugin {entry.plugin!r} replaces the {registry.kind} {entry.name!r}, which "
                f"no plugin registered.{hint}"
            )
    return tuple(notes)
