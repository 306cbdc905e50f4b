"""Finding plugins without importing them, and knowing which are switched off.

``STYLEFORGE_PLUGINS`` (comma-separated; empty for none) lists the plugins that may be loaded.
Disabled ones are named by ``STYLEFORGE_DISABLE``, by ``[plugins] disable`` of ``styleforge.toml``
and by a file that ``styleforge plugins --disable`` writes, so that a plugin that breaks everything
can be switched off without being imported.
"""

from __future__ import annotations

import json
import os
import traceback
from dataclasses import dataclass, replace
from importlib.metadata import EntryPoint
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Literal

from styleforge.errors import PluginError, UserError, printable
from styleforge.files import write_text
from styleforge.plugins import distributions
from styleforge.plugins.config import config_folder

if TYPE_CHECKING:
    from collections.abc import Iterable

    from styleforge.plugins.config import ConfigFile

GROUP = "styleforge"
DISABLE = "STYLEFORGE_DISABLE"
ALLOW = "STYLEFORGE_PLUGINS"
SHORT = 500  # characters of an error that does not speak to the user


class SameName(PluginError):
    """Two plugins have one name, by which neither can be disabled alone.

    Example:
        >>> fix_of(SameName("Two plugins are named 'lips'."), "lips", "more-lips")
        '`pip uninstall more-lips` removes it; disabling it by name disables both.'
    """


@dataclass(frozen=True)
class PluginInfo:
    """What is known of a plugin.

    ``adds`` names what it registered, ``reason`` says why it failed or was not loaded, ``fix`` what
    to do about it.

    Example:
        >>> PluginInfo("lips", "styleforge-lips", "0.1.0", "loaded", adds=("domain lips",)).owner
        "plugin 'lips' of styleforge-lips"
    """

    name: str
    distribution: str
    version: str
    status: Literal["loaded", "broken", "disabled"]
    adds: tuple[str, ...] = ()
    reason: str = ""
    fix: str = ""
    builtin: bool = False

    def with_fault(self, reason: str, fix: str) -> PluginInfo:
        """The same plugin with a fault noted; what it added stays."""
        return replace(self, reason=reason, fix=fix)

    @property
    def owner(self) -> str:
        """The plugin as a message names it."""
        return owner(self.name, self.distribution)


def installed_entry_points() -> tuple[EntryPoint, ...]:
    """The entry points of the group, sorted by name; nothing is imported.

    Example:
        >>> all(point.group == GROUP for point in installed_entry_points())
        True
    """
    return distributions.installed(GROUP).points


def left_out() -> tuple[str, ...]:
    """What could not be read of the distributions that are installed, as sentences.

    Example:
        >>> left_out()
        ()
    """
    return distributions.installed(GROUP).notes


def allowed_names() -> frozenset[str] | None:
    """The plugins that may be loaded; all of them where None.

    Example:
        >>> allowed_names() is None  # STYLEFORGE_PLUGINS is not set
        True
    """
    said = os.environ.get(ALLOW)
    return None if said is None else frozenset(_names(said))


def disabled_by(files: Iterable[ConfigFile] = ()) -> dict[str, str]:
    """The plugins that must not be loaded, each with what names it.

    Example:
        >>> set_disabled("lips", disabled=True)
        >>> disabled_by()
        {'lips': '`styleforge plugins --disable`'}
    """
    found = dict.fromkeys(_stored(), "`styleforge plugins --disable`")
    for file in files:
        found |= dict.fromkeys(file.disable, str(file.path))
    return found | dict.fromkeys(_names(os.environ.get(DISABLE, "")), DISABLE)


def set_disabled(name: str, *, disabled: bool) -> None:
    """Remember that a plugin is disabled, or enabled again. Nothing is imported.

    Raises:
        UserError: if the user's configuration folder cannot be written.

    Example:
        >>> set_disabled("lips", disabled=True)
        >>> set_disabled("lips", disabled=False)
        >>> "lips" in disabled_by()
        False
    """
    names = set(_stored())
    (names.add if disabled else names.discard)(name)
    write_text(_store(), json.dumps(sorted(names)), advice=f"Use {DISABLE}.")


def _store() -> Path:
    return config_folder() / "disabled.json"


def _stored() -> tuple[str, ...]:
    try:
        names = json.loads(_store().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ()
    return tuple(name for name in names if isinstance(name, str)) if isinstance(names, list) else ()


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def plugin_name(plugin: object) -> str:
    """The name of a plugin that was not given one: its module's, function's or class's.

    A module that is installed as a plugin has the name of its entry point, as its settings do.

    Example:
        >>> plugin_name(object())
        'object'
    """
    if isinstance(plugin, ModuleType):
        installed = {point.value: point.name for point in installed_entry_points()}
        return installed.get(plugin.__name__, plugin.__name__)
    return getattr(plugin, "__name__", type(plugin).__name__)


def owner(plugin: str, distribution: str) -> str:
    """A plugin as a message names it.

    Example:
        >>> owner("lips", "styleforge-lips")
        "plugin 'lips' of styleforge-lips"
    """
    return f"plugin {plugin!r} of {distribution}"


def sentence_of(reason: str) -> str:
    """A reason with a full stop, to be followed by another sentence.

    Example:
        >>> sentence_of("ValueError: no weights (lips.py, line 3)")
        'ValueError: no weights (lips.py, line 3).'
    """
    return reason if reason.endswith((".", "!", "?")) else f"{reason}."


def reason_of(error: BaseException) -> str:
    """An error of a plugin in one line; one that does not speak to the user with its place.

    Example:
        >>> reason_of(ValueError("no weights"))
        'ValueError: no weights'
    """
    if isinstance(error, UserError):
        return printable(str(error))
    text = " ".join(printable(_text(error), SHORT).split())
    said = f"{type(error).__name__}: {text}" if text else type(error).__name__
    frames = traceback.extract_tb(error.__traceback__)
    if not frames or isinstance(error, SyntaxError):  # which names its place itself
        return said
    last = frames[-1]
    return f"{said} ({Path(last.filename).name}, line {last.lineno})"


def _text(error: BaseException) -> str:
    """What an error says; one may even fail to say it."""
    try:
        return str(error)
    except Exception:
        return ""


def fix_of(error: BaseException, plugin: str, distribution: str) -> str:
    """What a user can do about a plugin that failed.

    Example:
        >>> fix_of(UserError("No weights."), "lips", "styleforge-lips")
        'Until it is mended, `styleforge plugins --disable lips` switches it off.'
    """
    if isinstance(error, SameName):
        return f"`pip uninstall {distribution}` removes it; disabling it by name disables both."
    off = f"`styleforge plugins --disable {plugin}`"
    if isinstance(error, UserError):
        return f"Until it is mended, {off} switches it off."
    update = f"`pip install --upgrade {distribution}`"
    if isinstance(error, ModuleNotFoundError):
        update += " brings what it needs"
    else:
        update += " may mend it"
    return f"{update}, {off} switches it off; STYLEFORGE_TRACE=1 shows the traceback."
