"""The entry points of what is installed, distribution by distribution.

`importlib.metadata.entry_points` reads the files of all distributions at once, so that one damaged
file of anybody's hides every plugin. Here each is read alone, and what cannot be read is a
sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, EntryPoint, distributions
from pathlib import Path

from styleforge.errors import printable

UNKNOWN = "unknown"
_SAME = re.compile(r"[-_.]+")  # one name may be spelt with any of them
_PIP_WROTE = re.compile(r"[^A-Za-z0-9]")  # how no distribution begins: pip moved it away


@dataclass(frozen=True)
class Installed:
    """The entry points of a group, sorted by name, and what was left out, as sentences.

    Example:
        >>> Installed(points=(), notes=()).points
        ()
    """

    points: tuple[EntryPoint, ...]
    notes: tuple[str, ...]


def installed(group: str) -> Installed:
    """The entry points of a group; nothing is imported.

    Of a distribution that is found twice the first counts, as for an import. What two of them name
    alike and import alike is one plugin. A folder that an interrupted pip left behind is no
    distribution.

    Example:
        >>> all(point.group == "styleforge" for point in installed("styleforge").points)
        True
    """
    points: dict[tuple[str, str], EntryPoint] = {}
    notes: list[str] = []
    for folder, one in _each():
        try:
            found = [point for point in one.entry_points if point.group == group]
        except Exception as error:  # of anybody's distribution
            why = printable(f"{type(error).__name__}: {error}")
            notes.append(
                f"The entry points of {name_of(one)} cannot be read ({why}), so its plugins, if it "
                f"has any, are left out. Install {name_of(one)} again, or remove it."
            )
            continue
        if found and folder and _PIP_WROTE.match(folder.name):
            notes.append(
                f"{folder} is what an interrupted pip left of {name_of(one)}; it is left out. "
                "Delete that folder."
            )
            continue
        for point in found:
            points.setdefault((point.name, point.value), point)
    return Installed(tuple(points[key] for key in sorted(points)), tuple(notes))


def name_of(distribution: Distribution | None) -> str:
    """The name of a distribution; ``unknown`` where its metadata are gone.

    Example:
        >>> name_of(None)
        'unknown'
    """
    try:
        return (distribution.name if distribution else None) or UNKNOWN
    except Exception:
        return UNKNOWN


def version_of(distribution: Distribution | None) -> str:
    """The version of a distribution, empty where nobody knows.

    Example:
        >>> version_of(None)
        ''
    """
    try:
        return (distribution.version if distribution else None) or ""
    except Exception:
        return ""


def spelt(name: str) -> str:
    """The name of a distribution as all spellings of it are compared.

    Example:
        >>> spelt("Styleforge_Lips")
        'styleforge-lips'
    """
    return _SAME.sub("-", name).lower()


def _each() -> Iterator[tuple[Path | None, Distribution]]:
    """Distributions, each once, with the folder of their metadata where there is one."""
    seen: set[str] = set()
    for one in distributions():
        path = getattr(one, "_path", None)
        folder = path if isinstance(path, Path) else None
        # The folder's name costs nothing; the name inside it has to be parsed.
        key = spelt(folder.stem.partition("-")[0] if folder else name_of(one))
        if key not in seen:
            seen.add(key)
            yield folder, one
