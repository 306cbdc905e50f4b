"""Settings of plugins: a frozen dataclass with defaults, filled with what was set.

A plugin hands its class over in ``register_settings``. Values come from `styleforge.plugins.given`.
They are typed and checked by pydantic; a key that the class does not have is refused.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from typing import Any, get_type_hints

from pydantic import TypeAdapter, ValidationError
from pydantic_core import to_json

from styleforge.errors import PluginError, did_you_mean
from styleforge.plugins.given import Given, SettingsError, in_environment

Declare = Callable[[type], None]  # what `register_settings` is given


def check_class(cls: Any, plugin: str) -> None:
    """Refuse what is no frozen dataclass with defaults.

    Raises:
        PluginError: naming what is wrong with it.

    Example:
        >>> from dataclasses import dataclass
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
        >>> from dataclasses import dataclass
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
                f"settings: {have}.{did_you_mean(item.key, names)}"
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
