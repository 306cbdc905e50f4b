"""``styleforge.toml``: where it is looked for, and what it may say.

A file beside the work goes before the one in the user's configuration folder::

    pack = "portraits"  # the pack that recipes take where they name none

    [plugins]
    disable = ["lips"]

    [plugins.background]
    strength = 0.5
"""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from styleforge.errors import UserError

FILE = "styleforge.toml"
DEVICE = "STYLEFORGE_DEVICE"
PACK = "STYLEFORGE_PACK"
EXECUTOR = "STYLEFORGE_EXECUTOR"
STRICT = "STYLEFORGE_STRICT"
DISABLE = "disable"  # the one key of [plugins] that is no plugin's table


@dataclass(frozen=True)
class ConfigFile:
    """What one ``styleforge.toml`` says: tables by plugin, plugins it disables, notes, a pack.

    Example:
        >>> ConfigFile(Path("styleforge.toml"), disable=("lips",)).disable
        ('lips',)
    """

    path: Path
    plugins: Mapping[str, Any] = field(default_factory=dict)
    disable: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    pack: str = ""


def config_folder() -> Path:
    """``STYLEFORGE_HOME``, or styleforge's folder among the user's configuration.

    Example:
        >>> config_folder().is_absolute()
        True
    """
    home = os.environ.get("STYLEFORGE_HOME")
    if home:
        return Path(home)
    base = os.environ.get("XDG_CONFIG_HOME")
    return (Path(base) if base else Path.home() / ".config") / "styleforge"


def data_folder() -> Path:
    """Where the user's weights go: ``STYLEFORGE_HOME``, or styleforge's folder among the data.

    Example:
        >>> data_folder().is_absolute()
        True
    """
    home = os.environ.get("STYLEFORGE_HOME")
    if home:
        return Path(home)
    base = os.environ.get("XDG_DATA_HOME")
    return (Path(base) if base else Path.home() / ".local" / "share") / "styleforge"


def configured_pack(files: Iterable[ConfigFile]) -> str:
    """The pack that the user set: ``STYLEFORGE_PACK``, else the last file's; empty without one.

    Example:
        >>> configured_pack([])
        ''
    """
    said = [one.pack for one in files if one.pack]
    return os.environ.get(PACK, "").strip() or (said[-1] if said else "")


def default_device() -> str:
    """``STYLEFORGE_DEVICE``, or the CPU.

    Example:
        >>> default_device()  # where nothing is set
        'cpu'
    """
    return os.environ.get(DEVICE, "").strip() or "cpu"


def default_executor() -> str:
    """``STYLEFORGE_EXECUTOR``, or ``inline``: here.

    Example:
        >>> default_executor()  # where nothing is set
        'inline'
    """
    return os.environ.get(EXECUTOR, "").strip() or "inline"


def default_strict() -> bool:
    """Whether ``STYLEFORGE_STRICT`` is set, to anything but 0.

    Example:
        >>> default_strict()  # where nothing is set
        False
    """
    return os.environ.get(STRICT, "") not in {"", "0"}


def read_config() -> tuple[ConfigFile, ...]:
    """The files that are there: the user's first, then the working folder's, which goes before.

    Raises:
        UserError: if one cannot be read, or its ``[plugins]`` is not what it should be.

    Example:
        >>> Path("styleforge.toml").write_text('plugins.disable = ["lips"]')
        26
        >>> read_config()[-1].disable
        ('lips',)
    """
    paths = dict.fromkeys((config_folder() / FILE, Path.cwd() / FILE))
    return tuple(_read(path) for path in paths if path.is_file())


def _read(path: Path) -> ConfigFile:
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        msg = f"{path} cannot be read: {error}. Correct it, or move it away."
        raise UserError(msg) from error
    plugins = tables.pop("plugins", {})
    if not isinstance(plugins, dict):
        msg = (
            f"{path} sets plugins to {plugins!r}; a table [plugins] or [plugins.NAME] is expected."
        )
        raise UserError(msg)
    disable = plugins.pop(DISABLE, [])
    if not isinstance(disable, list) or not all(isinstance(name, str) for name in disable):
        msg = f'{path} [plugins] sets disable to {disable!r}; a list such as ["lips"] is expected.'
        raise UserError(msg)
    pack = tables.pop("pack", "")
    if not isinstance(pack, str):
        msg = f'{path} sets pack to {pack!r}; a name is expected, such as pack = "portraits".'
        raise UserError(msg)
    notes = tuple(
        f"{path} has {name!r}, which styleforge does not know; it knows pack and [plugins]."
        + _meant(name)
        for name in tables
    )
    return ConfigFile(path, plugins, tuple(disable), notes, pack)


def _meant(name: str) -> str:
    near = difflib.get_close_matches(name, ["plugins", "pack"], n=1)
    return f" Did you mean {near[0]}?" if near else ""
