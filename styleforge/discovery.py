"""Finding plugins without importing them, and remembering which are disabled.

Disabled names come from ``STYLEFORGE_DISABLE`` (comma-separated) and from a file in the user's
configuration folder, so that a plugin that breaks everything can be switched off without being
imported.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, replace
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import ModuleType
from typing import Literal

from styleforge.errors import UserError

GROUP = "styleforge"


@dataclass(frozen=True)
class PluginInfo:
    """What is known of a plugin; ``adds`` names what it registered, ``reason`` why it failed."""

    name: str
    distribution: str
    version: str
    status: Literal["loaded", "broken", "disabled"]
    adds: tuple[str, ...] = ()
    reason: str = ""
    builtin: bool = False

    def with_fault(self, reason: str) -> PluginInfo:
        """The same plugin with a fault noted; what it added stays."""
        return replace(self, reason=reason)


def installed_entry_points() -> tuple[EntryPoint, ...]:
    """The entry points of the group, sorted by name; nothing is imported."""
    return tuple(sorted(entry_points(group=GROUP), key=_by_name))


def _by_name(point: EntryPoint) -> tuple[str, str]:
    return point.name, point.value


def config_folder() -> Path:
    """``STYLEFORGE_HOME``, or styleforge's folder among the user's configuration."""
    home = os.environ.get("STYLEFORGE_HOME")
    if home:
        return Path(home)
    base = os.environ.get("XDG_CONFIG_HOME")
    return (Path(base) if base else Path.home() / ".config") / "styleforge"


def disabled_names() -> frozenset[str]:
    """Names of plugins that must not be loaded."""
    from_env = os.environ.get("STYLEFORGE_DISABLE", "")
    names = {name.strip() for name in from_env.split(",") if name.strip()}
    return frozenset(names | set(_stored()))


def set_disabled(name: str, *, disabled: bool) -> None:
    """Remember that a plugin is disabled, or enabled again. Nothing is imported.

    Raises:
        UserError: if the user's configuration folder cannot be written.
    """
    names = set(_stored())
    (names.add if disabled else names.discard)(name)
    path = config_folder() / "disabled.json"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(sorted(names)), encoding="utf-8")
    except OSError as error:
        msg = f"{path} cannot be written: {error.strerror or error}. Use STYLEFORGE_DISABLE."
        raise UserError(msg) from error


def _stored() -> tuple[str, ...]:
    path = config_folder() / "disabled.json"
    try:
        names = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ()
    return tuple(name for name in names if isinstance(name, str)) if isinstance(names, list) else ()


def plugin_name(plugin: object) -> str:
    """The name of a plugin that was not given one: its module's, function's or class's."""
    if isinstance(plugin, ModuleType):
        return plugin.__name__
    return getattr(plugin, "__name__", type(plugin).__name__)


def reason_of(error: BaseException) -> str:
    """An error of a plugin in one line."""
    return f"{type(error).__name__}: {error}"
