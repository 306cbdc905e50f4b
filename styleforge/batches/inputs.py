"""The files of a row: by paths that stay right when folders move, and by what they hold."""

from __future__ import annotations

import os
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from styleforge.prepare.addresses import address_in
from styleforge.prepare.images import file_sha256
from styleforge.prepare.inputs import with_inputs
from styleforge.prepare.parse import PICTURES
from styleforge.prepare.prepare import resolve

if TYPE_CHECKING:
    from collections.abc import Mapping

    from styleforge.batches.manifest import Outcome
    from styleforge.pack.models import Models
    from styleforge.recipe.condition import ImageRef, Mask
    from styleforge.recipe.recipe import Recipe


def portable(value: str, folder: Path) -> str:
    """What was asked for; of a picture its path from a folder.

    Example:
        >>> portable("tall", Path("out")), portable("me.png", Path("out"))
        ('tall', '../me.png')
    """
    return beside(value, folder) if Path(value).suffix.lower() in PICTURES else value


def beside(path: str, folder: Path) -> str:
    """A path from a folder, so that both may be moved together.

    ``gallery:NAME`` stays as it is, and so does an address, which the row refuses.

    Example:
        >>> beside("photos/me.png", Path("photos/out"))
        '../me.png'
    """
    if path.startswith("gallery:") or address_in(path):
        return path
    try:
        return PurePath(os.path.relpath(path, folder)).as_posix()
    except ValueError:  # on another drive
        return str(Path(path).absolute())


def facts_of(path: str | Path, sha256: str = "") -> tuple[int, int, str]:
    """Size, time of change and SHA-256 of a file, by which it is known again.

    Example:
        >>> facts_of("me.png")[0] > 0
        True
    """
    found = Path(path).stat()
    return found.st_size, found.st_mtime_ns, sha256 or file_sha256(path)


def changed_since(before: Outcome, folder: Path) -> str:
    """The first picture of a row that is not what it was; empty where all are, or are gone.

    Example:
        >>> from styleforge.batches.manifest import Outcome
        >>> one = Outcome(key="0", number=1, name="001-me", state="done", domain="lips")
        >>> changed_since(one, Path("out"))
        ''
    """
    for path, (size, time, sha256) in before.inputs.items():
        try:
            found = (folder / path).stat()
        except OSError:  # the result is there, so that nothing needs it
            continue
        if found.st_mtime_ns == time and found.st_size == size:
            continue
        if found.st_size != size or file_sha256(folder / path) != sha256:
            return path
    return ""


def files_of(recipe: Recipe, models: Models) -> dict[str, Path]:
    """The files of a recipe by the paths that it names.

    Example:
        >>> from styleforge import ImageRef, Recipe
        >>> from styleforge.testing import toy
        >>> me = ImageRef("me.png")
        >>> recipe = Recipe(domain="toy", method="toy-look", stages=(), identity=me)
        >>> list(files_of(recipe, toy.toy_forge().models("toy")))
        ['me.png']
    """
    found: dict[str, Path] = {}

    def look(item: ImageRef | Mask) -> tuple[str, str | None]:
        found[item.path] = resolve(item.path, models)
        return item.path, item.sha256

    with_inputs(recipe, look)
    return found


def inputs_of(recipe: Recipe, models: Models, folder: Path) -> Mapping[str, tuple[int, int, str]]:
    """Facts of a recipe's files, as `facts_of` gives them, by their paths from a folder.

    Example:
        >>> from styleforge import ImageRef, Recipe
        >>> from styleforge.testing import toy
        >>> me = ImageRef("me.png")
        >>> recipe = Recipe(domain="toy", method="toy-look", stages=(), identity=me)
        >>> list(inputs_of(recipe, toy.toy_forge().models("toy"), Path("out")))
        ['../me.png']
    """
    sums: dict[str, str] = {}

    def look(item: ImageRef | Mask) -> tuple[str, str | None]:
        sums[item.path] = item.sha256 or ""
        return item.path, item.sha256

    with_inputs(recipe, look)
    return {
        beside(name, folder): facts_of(path, sums[name])
        for name, path in files_of(recipe, models).items()
        if not name.startswith("gallery:") and path.is_file()
    }
