"""What could be added: the distributions that the extra ``all`` of styleforge names."""

from __future__ import annotations

import re
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, requires
from typing import TYPE_CHECKING

from styleforge.plugins.discovery import sentence_of

if TYPE_CHECKING:
    from styleforge.plugins.discovery import PluginInfo

CORE = "styleforge"
EVERYTHING = f'`pip install "{CORE}[all]"`'
_OF_ALL = re.compile(r"([\w.-]+).*;.*extra *== *['\"]all['\"]")


def optional_distributions() -> tuple[str, ...]:
    """The distributions that ``styleforge[all]`` installs; none where core is not installed.

    Example:
        >>> isinstance(optional_distributions(), tuple)
        True
    """
    try:
        lines = requires(CORE) or ()
    except PackageNotFoundError:  # run from a folder of sources
        return ()
    return tuple(found[1] for line in lines if (found := _OF_ALL.match(line)))


def how_to_add(name: str, infos: Iterable[PluginInfo]) -> str:
    """What brings a domain or a pack that is not there, in a sentence; empty where unknown.

    Args:
        name: of the domain or of the pack.
        infos: the plugins that were found; one of that name may be broken or disabled.

    Example:
        >>> how_to_add("unheard-of", [])
        ''
    """
    for info in infos:
        if info.name == name and info.status != "loaded":
            said = f"The {info.owner} is {info.status}: {sentence_of(info.reason)} {info.fix}"
            return said.rstrip()
    distribution = f"{CORE}-{name}"
    if distribution not in optional_distributions():
        return ""
    return f"`pip install {distribution}` adds it, {EVERYTHING} all that belongs to styleforge."
