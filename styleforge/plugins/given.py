"""What was set for plugins, and where.

There are three places; a later one wins:

1. ``[plugins.NAME]`` of ``styleforge.toml`` (the user's file, then the working folder's),
2. the environment: ``STYLEFORGE_NAME__KEY``, in capitals, ``-`` and ``.`` as ``_``,
3. ``Forge(settings={"NAME": {"key": value}})``.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from styleforge.errors import PluginError, did_you_mean
from styleforge.plugins.config import ConfigFile

PREFIX = "STYLEFORGE_"


class SettingsError(PluginError):
    """A setting that its plugin does not have, or of the wrong type.

    Example:
        >>> issubclass(SettingsError, PluginError)
        True
    """


@dataclass(frozen=True)
class Given:
    """A value that was set. ``where`` is how a message names the place.

    Example:
        >>> Given("strength", "0.5", "STYLEFORGE_LIPS__STRENGTH", environment=True).key
        'strength'
    """

    key: str
    value: Any
    where: str
    environment: bool = False


@dataclass(frozen=True)
class Sources:
    """Everything that was set for plugins.

    Example:
        >>> sources = Sources(files=(), explicit={"lips": {"strength": 0.5}}, environment={})
        >>> sources.given("lips")[0].value
        0.5
        >>> sources.strays(["hats"])
        ("Forge(settings=...) names 'lips', but no plugin 'lips' is installed; there are: hats.",)
    """

    files: tuple[ConfigFile, ...]
    explicit: Mapping[str, Mapping[str, Any]]
    environment: Mapping[str, str]  # names to values, those with a double underscore only

    @classmethod
    def found(
        cls, files: tuple[ConfigFile, ...], explicit: Mapping[str, Mapping[str, Any]] | None
    ) -> Sources:
        """The files' tables, the environment and what code sets."""
        environment = {
            name: value
            for name, value in os.environ.items()
            if name.startswith(PREFIX) and "__" in name.removeprefix(PREFIX)
        }
        return cls(files, explicit or {}, environment)

    def given(self, plugin: str) -> tuple[Given, ...]:
        """What was set for a plugin; later values go before earlier ones.

        Raises:
            SettingsError: if a value stands where the plugin's table should.
        """
        found: list[Given] = []
        for file in self.files:
            found += _table(file.plugins.get(plugin, {}), f"{file.path} [plugins.{plugin}]")
        start = PREFIX + in_environment(plugin) + "__"
        found += [
            Given(name.removeprefix(start), value, name, environment=True)
            for name, value in sorted(self.environment.items())
            if name.startswith(start)
        ]
        found += _table(self.explicit.get(plugin, {}), f"Forge(settings=...) for {plugin!r}")
        return tuple(found)

    def strays(self, known: Iterable[str]) -> tuple[str, ...]:
        """Sentences on settings of plugins that are not there."""
        names = sorted(known)
        upper = {in_environment(name) for name in names}
        places = [
            (name, f"{file.path} has [plugins.{name}]")
            for file in self.files
            for name in file.plugins
            if name not in names
        ]
        places += [
            (name, f"Forge(settings=...) names {name!r}")
            for name in self.explicit
            if name not in names
        ]
        for variable in sorted(self.environment):
            plugin = variable.removeprefix(PREFIX).partition("__")[0]
            if plugin not in upper:
                places.append((plugin.lower(), f"{variable} is set"))
        return tuple(
            f"{place}, but no plugin {name!r} is installed; there are: "
            f"{', '.join(names) or 'none'}.{did_you_mean(name, names)}"
            for name, place in places
        )


def in_environment(name: str) -> str:
    """A plugin's or a key's name as environment variables spell it.

    Example:
        >>> in_environment("sun-hat")
        'SUN_HAT'
    """
    return re.sub(r"[^A-Z0-9]", "_", name.upper())


def _table(table: Any, where: str) -> list[Given]:
    if not isinstance(table, Mapping):
        msg = f"{where} is {table!r}; a table of settings is expected."
        raise SettingsError(msg)
    return [Given(str(key), value, where) for key, value in table.items()]
