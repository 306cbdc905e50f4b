"""Installed plugins, and plugins in a file, ready to be tried."""

from __future__ import annotations

import sys
from importlib.metadata import EntryPoint
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

from styleforge.builtin import plugin as builtin
from styleforge.errors import UserError
from styleforge.forge import Forge
from styleforge.plugins.discovery import installed_entry_points, reason_of
from styleforge.testing.gather import Tried, try_plugin


def try_named(name: str) -> Tried:
    """A plugin by its name, or by the path of its Python file, beside all that is installed.

    Raises:
        UserError: if there is none, or it is disabled.
    """
    if name == "core":
        return try_plugin(builtin)
    if name.endswith(".py"):
        return _try_file(Path(name))
    points = {point.name: point for point in installed_entry_points()}
    if name not in points:
        have = ", ".join(["core", *points])
        msg = (
            f"No plugin {name!r} is installed; there are: {have}. A plugin that is not installed "
            "is checked by the path of its file, such as ./my_plugin.py."
        )
        raise UserError(msg)
    return _try_installed(points[name])


def installed_names() -> tuple[str, ...]:
    """The installed plugins, less those that are disabled.

    Raises:
        UserError: if there are none.
    """
    off = {info.name for info in Forge().plugins if info.status == "disabled"}
    names = [point.name for point in installed_entry_points() if point.name not in off]
    if not names:
        msg = (
            "No plugin is installed that could be checked. Name a file, such as ./my_plugin.py, "
            "or `core`."
        )
        raise UserError(msg)
    return tuple(dict.fromkeys(names))


def _try_installed(point: EntryPoint) -> Tried:
    forge = Forge(strict=False)
    info = next(one for one in forge.plugins if one.name == point.name and not one.builtin)
    if info.status == "disabled":
        msg = f"{point.name} is disabled, so that it is not checked. {info.reason} {info.fix}"
        raise UserError(msg.strip())
    if info.status == "broken":
        return Tried(forge, point.name, None, error=info.reason)
    plugin = point.load()
    return Tried(forge, point.name, plugin, tuple(getattr(plugin, "styleforge_cases", ())))


def _try_file(path: Path) -> Tried:
    if not path.is_file():
        msg = f"There is no file {path}; the path of a plugin's Python file was expected."
        raise UserError(msg)
    module, error = _module(path)
    forge = Forge(strict=False)
    if not error:
        try:
            forge.use(module, path.stem)
        except Exception as reason:
            error = str(reason)
    cases = tuple(getattr(module, "styleforge_cases", ()))
    return Tried(forge, path.stem, module, cases, error=error)


def _module(path: Path) -> tuple[ModuleType, str]:
    """A file as a module, and why it cannot be imported."""
    spec = spec_from_file_location(path.stem, path.resolve())
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    before = sys.modules.get(path.stem)
    sys.modules[path.stem] = module  # dataclasses look their module up
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        return module, reason_of(error)
    finally:
        if before is not None:
            sys.modules[path.stem] = before
    return module, ""
