"""Weights that an installed package carries in its own files, of which nothing is imported."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from styleforge.weights.row import WeightFile


def in_package(row: WeightFile) -> Path | None:
    """The file of a row in the package that carries it; None where that is not installed.

    Example:
        >>> from styleforge.weights.row import WeightFile
        >>> row = WeightFile(name="a", file="a.pt", gives="", layout="vgg16", licence="", page="",
        ...                  package="no_such_package:weights/a.pt")
        >>> in_package(row) is None
        True
    """
    package, _, name = row.package.partition(":")
    if not package:
        return None
    found = importlib.util.find_spec(package)  # finds it and runs nothing of it
    for folder in (found.submodule_search_locations or ()) if found is not None else ():
        path = Path(folder) / name
        if path.is_file():
            return path
    return None
