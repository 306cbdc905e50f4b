"""The networks that are there: what the user brought, or what MediaPipe's package carries."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from styleforge.weights.kept import find
from styleforge.weights.package import in_package
from styleforge_photo import layouts
from styleforge_photo.rows import DETECTOR, HAIR, LANDMARKS, PARSER, PARTS, PERSON

if TYPE_CHECKING:
    from styleforge.weights.row import WeightFile
    from styleforge_photo.detector import FaceDetector
    from styleforge_photo.mesh import FaceMesh
    from styleforge_photo.segmenters import Segmenter

T = TypeVar("T")
OF_REGIONS = (PARTS, HAIR, PERSON, LANDMARKS)


def person() -> Segmenter | None:
    """The network that tells people from what is behind them, where it is there."""
    return _there(PERSON, layouts.segmenter)


def parts() -> Segmenter | None:
    """The network that tells hair, skin, face and clothing, where it is there."""
    return _there(PARTS, layouts.segmenter)


def hair() -> Segmenter | None:
    """The network that finds hair, where it is there."""
    return _there(HAIR, layouts.segmenter)


def detector() -> FaceDetector | None:
    """The network that finds faces, where it is there."""
    return _there(DETECTOR, layouts.detector)


def mesh() -> FaceMesh | None:
    """The network that finds landmarks, where it is there."""
    return _there(LANDMARKS, layouts.mesh)


def _there(row: WeightFile, network: Callable[[Path], T]) -> T | None:
    """The network of a row.

    Raises:
        UserError: what the user brought is damaged or gone.
    """
    from styleforge.errors import UserError

    kept, package = find(row.name), in_package(row)
    if kept is not None:
        return layouts.loaded(kept, network)
    try:
        return None if package is None else network(package)
    except UserError:  # another version of the package, which nobody asked to be used
        return None


def brought(*rows: WeightFile) -> tuple[Path, ...]:
    """The files of rows that are there: of those for regions where none is given."""
    files: list[Path] = []
    for row in rows or OF_REGIONS:
        kept, package = find(row.name), in_package(row)
        files += kept.files if kept is not None else (package,) if package else ()
    parser = None if rows else find(PARSER)
    return (*files, *parser.files) if parser is not None else tuple(files)


def used() -> str:
    """Which networks find people, faces and regions, or would, as a sentence."""
    rows = (PERSON, DETECTOR, LANDMARKS, PARTS, HAIR)
    there = [row.name for row in rows if find(row.name) is not None or in_package(row)]
    there += [PARSER] if find(PARSER) is not None else []
    if there:
        return f"Finds with {', '.join(there)}."
    names = ", ".join(row.name for row in rows[:3])
    return f"Finds better with {names}: `styleforge weights list NAME` says how."
