"""Settings of plugins: a frozen dataclass with defaults, filled from files, environment and code.

A plugin hands its class over in ``register_settings``. Values are set in three places; a later
place wins:

1. ``[plugins.NAME]`` of ``styleforge.toml`` (the user's file, then the working folder's),
2. the environment: ``STYLEFORGE_NAME__KEY``, in capitals, ``-`` and ``.`` as ``_``,
3. ``Forge(settings={"NAME": {"key": value}})``.

They are typed and checked by pydantic; a key that the class does not have is refused.
"""

from __future__ import annotations

import dataclasses
import difflib
import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, get_type_hints

from pydantic import TypeAdapter, ValidationError
from pydantic_core import to_json

from styleforge.errors import PluginError
from styleforge.plugins.config import ConfigFile

PREFIX = "STYLEFORGE_"


Declare = Callable[[type], None]  # what `register_settings` is given


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
            f"{', '.join(names) or 'none'}.{_did_you_mean(name, names)}"
            for name, place in places
        )


def in_environment(name: str) -> str:
    """A plugin's or a key's name as environment variables spell it.

    Example:
        >>> in_environment("sun-hat")
        'SUN_HAT'
    """
    return re.sub(r"[^A-Z0-9]", "_", name.upper())


def check_class(cls: Any, plugin: str) -> None:
    """Refuse what is no frozen dataclass with defaults.

    Raises:
        PluginError: naming what is wrong with it.

    Example:
        >>> @dataclass(frozen=True)
        ... class Settings:
        ...     strength: float = 1.0
        >>> check_class(Settings, "lips")
    """
    if not (isinstance(cls, type) and dataclasses.is_dataclass(cls)):
        msg = (
            f"Plugin {plugin!r} registered {cls!r} as its settings; a frozen dataclass is "
            "expected: the class, not an instance."
        )
        raise PluginError(msg)
    if not cls.__dataclass_params__.frozen:  # type: ignore[attr-defined]
        msg = (
            f"{cls.__name__}, the settings of plugin {plugin!r}, can be changed; declare it with "
            "@dataclass(frozen=True)."
        )
        raise PluginError(msg)
    bare = [item.name for item in _fields(cls) if _default(item) is dataclasses.MISSING]
    if bare:
        msg = (
            f"{cls.__name__}, the settings of plugin {plugin!r}, has no default for "
            f"{', '.join(bare)}; every setting needs one."
        )
        raise PluginError(msg)


def fill(cls: type, plugin: str, given: Iterable[Given]) -> Any:
    """An instance of a settings class with the values that were set.

    Raises:
        SettingsError: naming the file or variable, the key, and what was expected.

    Example:
        >>> @dataclass(frozen=True)
        ... class Settings:
        ...     strength: float = 1.0
        >>> fill(Settings, "lips", [Given("strength", 0.5, "styleforge.toml")]).strength
        0.5
    """
    fields = {item.name: item for item in _fields(cls)}
    kinds = get_type_hints(cls, include_extras=True)
    values: dict[str, Any] = {}
    for item in given:
        names = {in_environment(name) if item.environment else name: name for name in fields}
        if item.key not in names:
            have = ", ".join(names) or "none"
            msg = (
                f"{item.where} sets {item.key!r}, which plugin {plugin!r} does not have; its "
                f"settings: {have}.{_did_you_mean(item.key, names)}"
            )
            raise SettingsError(msg)
        name = names[item.key]
        try:
            values[name] = _read(item, TypeAdapter(kinds[name]))
        except ValueError as error:  # pydantic's errors are of this kind
            msg = (
                f"{item.where} sets {name!r} of plugin {plugin!r} to {item.value!r}: "
                f"{_said(error)}. Correct it, or leave it out for the default "
                f"({_default(fields[name])!r})."
            )
            raise SettingsError(msg) from error
    try:
        return cls(**values)
    except Exception as error:
        places = ", ".join(dict.fromkeys(item.where for item in given)) or "their defaults"
        msg = f"The settings of plugin {plugin!r} ({places}) are refused: {error}"
        raise SettingsError(msg.rstrip(".") + ".") from error


def _read(item: Given, kind: TypeAdapter[Any]) -> Any:
    """A value as the type of its field."""
    if not item.environment:
        # Through JSON: a list is good for a tuple and a text for a path, but "3" for no number.
        return kind.validate_json(to_json(item.value), strict=True)
    try:
        return kind.validate_strings(item.value)
    except ValidationError:
        if item.value[:1] not in {"[", "{"}:
            raise
        return kind.validate_json(item.value)


def _table(table: Any, where: str) -> list[Given]:
    if not isinstance(table, Mapping):
        msg = f"{where} is {table!r}; a table of settings is expected."
        raise SettingsError(msg)
    return [Given(str(key), value, where) for key, value in table.items()]


def _fields(cls: type) -> tuple[dataclasses.Field[Any], ...]:
    return tuple(item for item in dataclasses.fields(cls) if item.init)


def _default(item: dataclasses.Field[Any]) -> Any:
    if item.default_factory is not dataclasses.MISSING:
        return item.default_factory()
    return item.default


def _said(error: ValueError) -> str:
    """What pydantic says, as the end of a sentence."""
    if not isinstance(error, ValidationError):
        return str(error)
    first = error.errors()[0]
    at = ".".join(str(part) for part in first["loc"])
    text = first["msg"][:1].lower() + first["msg"][1:]
    return f"at {at}, {text}" if at else text


def _did_you_mean(name: str, names: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, list(names), n=1)
    return f" Did you mean {near[0]!r}?" if near else ""
