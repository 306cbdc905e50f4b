"""The files that a recipe names: identity, references and masks, of all its edits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path, PurePath, PureWindowsPath
from typing import TYPE_CHECKING, TypeVar

from styleforge.prepare.called import called
from styleforge.recipe.combine import parts
from styleforge.recipe.condition import Condition, ImageRef, Mask

if TYPE_CHECKING:
    from styleforge.recipe.recipe import Recipe

T = TypeVar("T", bound=ImageRef | Mask)
Change = Callable[[ImageRef | Mask], tuple[str, str | None]]  # to a path and a SHA-256


def with_inputs(recipe: Recipe, change: Change) -> Recipe:
    """The recipe with other paths and checksums of its files.

    Example:
        >>> from styleforge import Recipe
        >>> recipe = Recipe(domain="lips", method="colour", stages=(), identity=ImageRef("me.png"))
        >>> with_inputs(recipe, lambda item: (f"photos/{item.path}", None)).identity.path
        'photos/me.png'
    """
    identity = None if recipe.identity is None else _changed(recipe.identity, change)
    also = tuple(  # they share the identity
        replace(_asked(part, change), identity=None if part.identity is None else identity)
        for part in recipe.also
    )
    return replace(_asked(recipe, change), identity=identity, also=also)


def without_folders(recipe: Recipe) -> tuple[Recipe, tuple[str, ...]]:
    """The recipe with the names of its files alone, to be given to others.

    Returns:
        The recipe, and a sentence for each name that two different files have.

    Example:
        >>> from styleforge.recipe.recipe import Recipe
        >>> me = ImageRef("/home/a/me.png")
        >>> mine = Recipe(domain="lips", method="colour", stages=(), identity=me)
        >>> without_folders(mine)[0].identity.path
        'me.png'
    """
    seen: dict[str, str] = {}
    notes: list[str] = []

    def bare(item: ImageRef | Mask) -> tuple[str, str | None]:
        name = file_name(item.path)
        if seen.setdefault(name, item.path) != item.path:
            notes.append(
                f"Two pictures are called {name}; without their folders the recipe cannot tell "
                "them apart. Rename one, to be able to reproduce the result."
            )
        return name, item.sha256

    found = with_inputs(recipe, bare)
    return found, tuple(dict.fromkeys(notes))


def file_name(path: str) -> str:
    """The last part of a path, also of one from Windows; ``gallery:NAME`` stays whole.

    Example:
        >>> file_name("photos/me.png")
        'me.png'
    """
    name = Path(path).name
    return PureWindowsPath(name).name if "\\" in name and not Path(path).exists() else name


def as_read(recipe: Recipe, files: Mapping[str, str]) -> tuple[Recipe, tuple[str, ...]]:
    """The recipe with the SHA-256 of its files as they were read, where it says what they were.

    Args:
        recipe: whose files were read.
        files: their SHA-256, by path (`styleforge.prepare.problem.Problem.files`).

    Returns:
        The recipe, and a sentence for each file that is not what it was.

    Example:
        >>> from styleforge import Recipe
        >>> was = ImageRef("me.png", sha256="0" * 64)
        >>> recipe = Recipe(domain="toy", method="toy-look", stages=(), identity=was)
        >>> _, notes = as_read(recipe, {"me.png": "1" * 64})
        >>> notes[0].partition(".png ")[2].partition(".")[0]
        'has changed since it was chosen'
    """
    notes: list[str] = []

    def look(item: ImageRef | Mask) -> tuple[str, str | None]:
        here = files.get(item.path)
        if item.sha256 is None or here is None:
            return item.path, item.sha256
        if here != item.sha256:
            notes.append(
                f"{called(item.path)} has changed since it was chosen. It is used as it is now, "
                "and the result's recipe says so."
            )
        return item.path, here

    found = with_inputs(recipe, look)
    return found, tuple(dict.fromkeys(notes))


def _asked(recipe: Recipe, change: Change) -> Recipe:
    """The recipe with the files of what one domain was asked for."""
    how = recipe.start_map
    if how is not None and how.towards is not None:
        other = replace(how.towards, conditions=_conditions(how.towards.conditions, change))
        how = replace(how, towards=other)
    masks = {role: _changed(item, change) for role, item in recipe.masks.items()}
    conditions = _conditions(recipe.conditions, change)
    return replace(recipe, conditions=conditions, masks=masks, start_map=how)


def _conditions(conditions: Mapping[str, Condition], change: Change) -> dict[str, Condition]:
    return {
        name: _changed(item, change) if isinstance(item, ImageRef | Mask) else item
        for name, item in conditions.items()
    }


def _changed(item: T, change: Change) -> T:
    path, sha256 = change(item)
    return replace(item, path=path, sha256=sha256)


def picture_names(recipe: Recipe) -> tuple[str, ...]:
    """The files of a recipe's pictures by their names, each once, in the order of preparation.

    Example:
        >>> from styleforge import Recipe
        >>> mine = Recipe(domain="lips", method="look", stages=(), identity=ImageRef("a/me.png"))
        >>> picture_names(mine)
        ('me.png',)
    """
    found = [] if recipe.identity is None else [recipe.identity]
    for _, part in parts(recipe):
        towards = part.start_map.towards if part.start_map else None
        for conditions in (part.conditions, towards.conditions if towards else {}):
            found += [one for one in conditions.values() if isinstance(one, ImageRef)]
    return tuple(name_of(one) for one in dict.fromkeys(found))


def name_of(image: ImageRef) -> str:
    """The name of a picture's file, without its folder; of one given in memory, its role.

    Example:
        >>> name_of(ImageRef("gallery:mira"))
        'mira'
    """
    return PurePath(called(image.path).removeprefix("gallery:")).name
