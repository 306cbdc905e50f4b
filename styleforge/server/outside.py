"""Recipes from outside: they may name the server's gallery and the edit's uploads, and no file.

A recipe is data, and some of it names things: pictures and masks by path, parts by the name under
which a plugin registered them. A stranger's path would show a file of the machine, or say by the
error that there is one. So pictures are looked up by name, and no other word may be a path.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from styleforge.errors import printable
from styleforge.prepare.inputs import with_inputs
from styleforge.recipe.combine import parts
from styleforge.recipe.condition import Custom
from styleforge.server.failures import Failure
from styleforge.server.uploads import UPLOAD, upload_path

if TYPE_CHECKING:
    from styleforge.forge import Forge
    from styleforge.recipe.condition import ImageRef, Mask
    from styleforge.recipe.recipe import Recipe
    from styleforge.server.settings import Settings

GALLERY = "gallery:"
_PLACES = ("/", "\\", "..", ":", "~/", "\0")
_SIZE = 1024  # pixels at which losses look, at most: more needs memory by its square


def check_recipe(recipe: Recipe, forge: Forge, settings: Settings) -> None:
    """Refuse a recipe that names a place, or that asks for more than the server does.

    Raises:
        Failure: saying which word it is, or what it asks for.

    Example:
        >>> from styleforge.recipe.recipe import Recipe
        >>> from styleforge.server.settings import Settings
        >>> from styleforge.testing import toy
        >>> forge = toy.toy_forge()
        >>> check_recipe(forge.recipe("toy"), forge, Settings())
        >>> check_recipe(Recipe(domain="toy", method="m", stages=(), start="../x"), forge,
        ...     Settings())
        Traceback (most recent call last):
        styleforge.server.failures.Failure: The recipe says '../x', which may be a path; ...
    """
    for part in recipe.also:
        if part.also or part.identity not in {None, recipe.identity}:
            msg = "A second edit of a recipe shares the picture of the first, and has no edits."
            raise Failure(422, msg)
    for word in _words(json.loads(recipe.to_json())):
        if any(one in word for one in _PLACES):
            msg = (
                f"The recipe says {printable(word, 80)!r}, which may be a path; a recipe for a "
                "server names no files but gallery:NAME and upload:NAME."
            )
            raise Failure(422, msg)
    for _, part in parts(recipe):
        towards = part.start_map.towards if part.start_map else None
        for conditions in (part.conditions, towards.conditions if towards else {}):
            for one in conditions.values():
                _refuse_custom(one, forge)
        if part.loss_size > _SIZE:
            msg = f"The recipe has loss_size {part.loss_size}; this server does up to {_SIZE}."
            raise Failure(422, msg)
    if recipe.steps > settings.steps:
        msg = (
            f"The recipe has {recipe.steps:,} steps; this server does up to {settings.steps:,}. "
            "Ask for fewer."
        )
        raise Failure(422, msg)


def with_names(recipe: Recipe, folder: Path) -> Recipe:
    """The recipe with ``upload:NAME`` in place of the edit's files, as it is kept and given back.

    Args:
        recipe: that names files of the edit's folder.
        folder: the edit's.
    """

    def name(item: ImageRef | Mask) -> tuple[str, str | None]:
        path = Path(item.path)
        if item.path.startswith(GALLERY) or folder not in path.parents:
            return item.path, item.sha256
        return UPLOAD + path.name.removesuffix(".png"), item.sha256

    return with_inputs(recipe, name)


def with_files(recipe: Recipe, folder: Path, check: Callable[[str], None]) -> Recipe:
    """The recipe with the edit's files in place of ``upload:NAME``, as it is run.

    Args:
        recipe: that names pictures of the gallery, and uploads.
        folder: the edit's.
        check: is given each picture of the gallery, and raises where there is none.

    Raises:
        Failure: if a picture is neither, or was not uploaded.
    """
    from styleforge.prepare.images import file_sha256

    def find(item: ImageRef | Mask) -> tuple[str, str | None]:
        path = item.path
        if path.startswith(GALLERY):
            check(path)
            return path, item.sha256
        file = picture_path(path, folder)
        return str(file), file_sha256(file)

    return with_inputs(recipe, find)


def picture_path(source: str, folder: Path) -> Path:
    """The file of ``upload:NAME``.

    Raises:
        Failure: if it is anything else, or was not uploaded.
    """
    if not source.startswith(UPLOAD):
        msg = (
            f"The picture {printable(source, 80)!r} is neither of the gallery nor uploaded. Write "
            "gallery:NAME, or send it along and write upload:NAME."
        )
        raise Failure(422, msg)
    name = source.removeprefix(UPLOAD)
    file = upload_path(folder, name)
    if not file.is_file():
        msg = f"No picture was sent under the name {name!r}; add it to the request."
        raise Failure(422, msg)
    return file


def _refuse_custom(condition: object, forge: Forge) -> None:
    """Refuse a condition that a plugin reads in a way of its own, unless the plugin allows it."""
    if not isinstance(condition, Custom):
        return
    kind = f"condition/{condition.name}"
    known = kind in forge.components
    if not (known and getattr(forge.components[kind], "from_outside", False)):
        msg = (
            f"Conditions {printable(condition.name, 80)!r} are not taken from outside; their "
            "plugin may read files by them. Ask with words, a colour or a picture."
        )
        raise Failure(422, msg)


def _words(recipe: dict[str, Any]) -> Iterator[str]:
    """All strings of a recipe's JSON but descriptions, and paths of pictures."""
    for one in (recipe, *recipe["also"]):
        towards = (one["start_map"] or {}).get("towards") or {}
        for conditions in (one.pop("conditions"), towards.pop("conditions", {})):
            yield from conditions
        for picture in (one["identity"], *one["masks"].values()):
            if picture is not None:
                del picture["path"]
    yield from _strings(recipe)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for one in value:
            yield from _strings(one)
    elif isinstance(value, dict):
        for name, one in value.items():
            yield name
            yield from _strings(one)
