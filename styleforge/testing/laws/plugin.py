"""Laws of plugins as a whole: they load, quickly and quietly, and their names are their own."""

from __future__ import annotations

import re
from types import ModuleType
from typing import TYPE_CHECKING

from styleforge.hookspecs import API_VERSION
from styleforge.testing.laws.law import Law, LawBroken

if TYPE_CHECKING:
    from styleforge.testing.subjects import PluginSubject

NAME = re.compile(r"[a-z][a-z0-9_.\-]*(/[a-z0-9_.\-]+)*")
PREFIXED = ("losses", "stages", "rules", "components", "panels")


def loads(subject: PluginSubject) -> None:
    """A forge takes the plugin."""
    if subject.error:
        msg = f"{subject} cannot be loaded: {subject.error}"
        raise LawBroken(msg)


def adds_something(subject: PluginSubject) -> None:
    """The plugin registers something, or hears of runs."""
    hooks = [
        name
        for name in ("before_run", "after_run", "make_executor")
        if getattr(getattr(subject.plugin, name, None), "styleforge_impl", None) is not None
    ]
    if not subject.error and not subject.entries and not hooks:
        msg = (
            f"{subject} adds nothing. Write a hook such as register_domains and mark it with "
            "@hookimpl of styleforge."
        )
        raise LawBroken(msg)


def says_its_interface(subject: PluginSubject) -> None:
    """It says for which interface it was written: ``styleforge_api``, a whole number."""
    version = getattr(subject.plugin, "styleforge_api", None)
    if not isinstance(version, int) or isinstance(version, bool) or not 1 <= version <= API_VERSION:
        msg = (
            f"{subject} has styleforge_api = {version!r}; a whole number from 1 to {API_VERSION} "
            f"was expected, so that an older styleforge can refuse it in one sentence. Write "
            f"styleforge_api = {API_VERSION} in its module."
        )
        raise LawBroken(msg)


def imports_cheaply(subject: PluginSubject) -> None:
    """Importing and registering it loads no torch, OpenCV or other large library."""
    probe = subject.probe
    assert probe is not None
    if probe.error:
        msg = f"{subject} cannot be imported in a fresh process: {probe.error}"
        raise LawBroken(msg)
    if probe.registered:
        when = "is imported" if probe.imported else "registers what it has"
        msg = (
            f"{subject} loads {', '.join(probe.registered)} when it {when}, which makes every "
            "command of styleforge slow to start. Import them inside the functions that need "
            "them, and under `if TYPE_CHECKING:` for annotations."
        )
        raise LawBroken(msg)


def imports_quietly(subject: PluginSubject) -> None:
    """Importing it writes no file and calls no address."""
    probe = subject.probe
    assert probe is not None
    if probe.wrote:
        msg = (
            f"{subject} writes {', '.join(probe.wrote[:3])} when it is imported. Write files when "
            "a person asks for something, not before."
        )
        raise LawBroken(msg)
    if probe.called:
        msg = (
            f"{subject} calls {', '.join(probe.called[:3])} when it is imported. Nothing is "
            "fetched unless a person asks for it by name."
        )
        raise LawBroken(msg)


def names_are_its_own(subject: PluginSubject) -> None:
    """Names are small letters; those of losses, stages, rules and the like have a prefix."""
    for kind, entry in subject.entries:
        if not NAME.fullmatch(entry.name):
            msg = (
                f"{subject} registers {entry.name!r} among the {kind}; small letters, digits and "
                ". _ - / were expected, beginning with a letter. Rename it."
            )
            raise LawBroken(msg)
        bare = not re.search(r"[./]", entry.name)
        if kind in PREFIXED and bare and not entry.replaces and not subject.builtin:
            msg = (
                f"{subject} registers {entry.name!r} among the {kind}, a name that another plugin "
                "may choose too. Put a name of your own before it, such as "
                f"'mine.{entry.name}'."
            )
            raise LawBroken(msg)


def _is_a_module(subject: PluginSubject) -> bool:
    return isinstance(subject.plugin, ModuleType) and bool(subject.plugin.__file__)


LAWS = (
    Law("plugin", loads),
    Law("plugin", adds_something),
    Law("plugin", says_its_interface),
    Law("plugin", imports_cheaply, _is_a_module),
    Law("plugin", imports_quietly, _is_a_module),
    Law("plugin", names_are_its_own),
)
