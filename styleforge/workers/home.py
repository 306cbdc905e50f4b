"""The forge of a worker: one with the same plugins, settings and versions as that of the caller.

What it takes to make it is JSON. A plugin that was given to `Forge.use` is named by where it can be
imported from. One that cannot be found so (a notebook's cell) is refused, never left out.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import pkgutil
import sys
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from styleforge.errors import PluginError, UserError, printable
from styleforge.plugins.hook_calls import SESSION

if TYPE_CHECKING:
    from styleforge.forge import Forge


def home_of(forge: Forge) -> str:
    """What it takes to make a forge's like, as JSON.

    Raises:
        PluginError: if a plugin cannot be carried to another process.

    Example:
        >>> from styleforge.testing import toy
        >>> json.loads(home_of(toy.toy_forge()))["used"]
        [['styleforge.testing.toy', 'styleforge.testing.toy', '...']]
    """
    kind = type(forge)
    return json.dumps(
        {
            "forge": f"{kind.__module__}:{kind.__qualname__}",
            "plugins": [one.name for one in forge.plugins if _installed(one)],
            "used": [[name, *_place(plugin, name)] for name, plugin in forge.used.items()],
            "settings": _settings(forge),
            "strict": forge.strict,
            "device": forge.device,
            "pack": forge.default_pack,
            "facts": facts_of(forge),
        }
    )


def forge_at(home: str) -> Forge:
    """A forge as `home_of` describes it.

    Raises:
        UserError: if a plugin is not there, or another version of it.

    Example:
        >>> from styleforge.testing import toy
        >>> sorted(forge_at(home_of(toy.toy_forge())).domains)
        ['toy']
    """
    how = json.loads(home)
    made: Forge = pkgutil.resolve_name(how["forge"])(
        how["plugins"], strict=how["strict"], settings=how["settings"], device=how["device"]
    )
    made.default_pack = how["pack"]
    for name, place, _ in how["used"]:
        try:
            plugin = pkgutil.resolve_name(place)
        except Exception as error:  # whatever its module does
            why = printable(f"{type(error).__name__}: {error}", 300)
            msg = (
                f"Plugin {name!r} cannot be imported from {place} by a worker ({why}). Install it "
                "where workers run, or run inline."
            )
            raise PluginError(msg) from error
        made.use(plugin, name)
    here = facts_of(made)
    for what, wanted in how["facts"].items():
        if here.get(what) != wanted:
            msg = (
                f"{what[:1].upper()}{what[1:]} is {wanted or 'missing'} here and "
                f"{here.get(what) or 'missing'} in a worker, so that a run would not be the same. "
                "Have the same versions and settings on both sides; in a notebook, make a new "
                "Forge, or restart the kernel."
            )
            raise UserError(msg)
    return made


def facts_of(forge: Forge) -> dict[str, str]:
    """What must be alike in a worker: versions, and the settings of plugins, by name.

    Example:
        >>> from styleforge.testing import toy
        >>> list(facts_of(toy.toy_forge()))
        ['styleforge', 'Python', 'torch']
    """
    import torch

    python = ".".join(map(str, sys.version_info[:2]))
    found = {"styleforge": _version("styleforge"), "Python": python, "torch": torch.__version__}
    for one in forge.plugins:
        if _installed(one):
            found[one.owner] = one.version or "there"
    for name, values in _settings(forge).items():
        found[f"the settings of {name!r}"] = json.dumps(values, sort_keys=True)
    return found


def _installed(info: Any) -> bool:
    return info.status == "loaded" and not info.builtin and info.distribution != SESSION


def _version(distribution: str) -> str:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:  # a checkout on the path
        return ""


def _settings(forge: Forge) -> dict[str, Mapping[str, Any]]:
    """The settings of every plugin that has some, as JSON."""
    found = {}
    for one in forge.plugins:
        if one.status != "loaded":
            continue
        try:
            values = forge.settings(one.name)
        except UserError:
            continue
        found[one.name] = TypeAdapter(type(values)).dump_python(values, mode="json")
    return found


def _place(plugin: object, name: str) -> tuple[str, str]:
    """Where a plugin can be imported from, as `pkgutil.resolve_name` takes it, and its source.

    The source is told by its SHA-256: where it changes, workers begin anew.

    Raises:
        PluginError: if it cannot.
    """
    if isinstance(plugin, ModuleType):
        module, place = plugin.__name__, plugin.__name__
    else:
        module = getattr(plugin, "__module__", "")
        found = sys.modules.get(module)
        names = [getattr(plugin, "__qualname__", ""), *(vars(found) if found else ())]
        place = next((f"{module}:{one}" for one in names if _is(plugin, found, one)), "")
    if module != "__main__" and place and _importable(module):
        return place, _source(module)
    msg = (
        f"Plugin {name!r} was made in a notebook or a script, so workers cannot have it too. Move "
        f"it to a module ({name}.py beside it), `import {name}` and `forge.use({name})`; or run "
        'inline: executor="inline".'
    )
    raise PluginError(msg)


def _is(plugin: object, module: ModuleType | None, name: str) -> bool:
    """Whether a module knows a plugin under a name."""
    if module is None or not name or "<locals>" in name:
        return False
    at: Any = module
    for part in name.split("."):
        at = getattr(at, part, None)
    return at is plugin


def _source(module: str) -> str:
    file = getattr(sys.modules.get(module), "__file__", None)
    try:
        return hashlib.sha256(Path(file).read_bytes()).hexdigest() if file else ""
    except OSError:
        return ""


def _importable(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except (ImportError, ValueError, AttributeError):
        return False
