"""Checks a plugin before any of its hooks is called; each fault is a sentence."""

from __future__ import annotations

import difflib
import inspect
from typing import TYPE_CHECKING, Any

from styleforge import hookspecs
from styleforge.errors import PluginError

if TYPE_CHECKING:
    import pluggy


def check_version(plugin: object, name: str, distribution: str) -> None:
    """Refuse a plugin that was written for a newer styleforge.

    Raises:
        PluginError: if it was, or its ``styleforge_api`` is no whole number.

    Example:
        >>> class Newer:
        ...     styleforge_api = 99
        >>> check_version(Newer(), "lips", "styleforge-lips")
        Traceback (most recent call last):
        styleforge.errors.PluginError: Plugin 'lips' needs plugin interface 99, this styleforge ...
    """
    have = hookspecs.API_VERSION
    wanted = getattr(plugin, "styleforge_api", have)
    if not isinstance(wanted, int) or isinstance(wanted, bool) or wanted < 1:
        msg = (
            f"Plugin {name!r} says styleforge_api = {wanted!r}; a whole number is expected, "
            f"such as {have}."
        )
        raise PluginError(msg)
    if wanted > have:
        msg = (
            f"Plugin {name!r} needs plugin interface {wanted}, this styleforge has {have}. Update "
            f"styleforge, or install an older {distribution}."
        )
        raise PluginError(msg)


def check_hooks(plugin: object, name: str, manager: pluggy.PluginManager) -> None:
    """Refuse a plugin without hooks, or with hooks that would never be called as it expects.

    Raises:
        PluginError: naming the hook and what is wrong with it.

    Example:
        >>> import pluggy
        >>> check_hooks(object(), "empty", pluggy.PluginManager("styleforge"))
        Traceback (most recent call last):
        styleforge.errors.PluginError: Plugin 'empty' has no hooks, so it adds nothing. ...
    """
    if isinstance(plugin, type):
        msg = (
            f"Plugin {name!r} is the class {plugin.__name__}; an instance or a module is expected."
        )
        raise PluginError(msg)
    specs = {
        hook: tuple(inspect.signature(function).parameters)
        for hook, function in vars(hookspecs).items()
        if hasattr(function, "styleforge_spec")
    }
    found = 0
    for attribute in dir(plugin):
        options = manager.parse_hookimpl_opts(plugin, attribute)
        if options is None:
            if attribute in specs and inspect.isroutine(getattr(plugin, attribute)):
                msg = (
                    f"Plugin {name!r} defines {attribute} without marking it as a hook; write "
                    "@hookimpl above it (`from styleforge import hookimpl`)."
                )
                raise PluginError(msg)
            continue
        found += 1
        hook = options.get("specname") or attribute
        _check_hook(getattr(plugin, attribute), hook, name, specs)
        if options.get("wrapper") or options.get("hookwrapper"):
            msg = f"{hook} of plugin {name!r} is a wrapper; styleforge calls each hook by itself."
            raise PluginError(msg)
    if not found:
        msg = (
            f"Plugin {name!r} has no hooks, so it adds nothing. Its entry point must name the "
            "module or the object whose functions are marked with @hookimpl."
        )
        raise PluginError(msg)


def _check_hook(function: Any, hook: str, name: str, specs: dict[str, tuple[str, ...]]) -> None:
    if hook not in specs:
        near = difflib.get_close_matches(hook, specs, n=1)
        hint = f"Did you mean {near[0]!r}?" if near else f"There are: {', '.join(specs)}."
        msg = f"Plugin {name!r} implements the unknown hook {hook!r}. {hint}"
        raise PluginError(msg)
    needed = [
        item.name
        for item in inspect.signature(function).parameters.values()
        if item.default is item.empty and item.kind not in {item.VAR_POSITIONAL, item.VAR_KEYWORD}
    ]
    strange = [one for one in needed if one not in specs[hook]]
    if strange:
        msg = (
            f"{hook} of plugin {name!r} takes {', '.join(strange)}; it may take "
            f"{', '.join(specs[hook])}, or fewer."
        )
        raise PluginError(msg)


def check_answer(answer: object, hook: str, name: str) -> None:
    """Refuse what a registering hook returns; items that are not handed to `register` are lost.

    Raises:
        PluginError: if it returned anything.

    Example:
        >>> check_answer(None, "register_losses", "lips")
        >>> check_answer([max], "register_losses", "lips")
        Traceback (most recent call last):
        styleforge.errors.PluginError: register_losses of plugin 'lips' returned a list, ...
    """
    if answer is not None:
        msg = (
            f"{hook} of plugin {name!r} returned a {type(answer).__name__}, which nobody looks at; "
            "call `register` with each item instead."
        )
        raise PluginError(msg)
