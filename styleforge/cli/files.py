"""Finding a recipe's pictures again, and refusing any that is not the one it was made with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from styleforge.condition import Condition, ImageRef, Mask
from styleforge.errors import UserError
from styleforge.images import file_sha256
from styleforge.prepare import resolve

if TYPE_CHECKING:
    from styleforge.pack import Models
    from styleforge.recipe import Recipe


def located(recipe: Recipe, models: Models, beside: Path) -> Recipe:
    """The recipe with paths that exist: the recorded ones, else files of that name ``beside``.

    Raises:
        UserError: if a picture is not found, or its SHA-256 is not the recorded one.
    """
    if recipe.identity is None:
        msg = "The recipe names no identity, so that it cannot be run from files."
        raise UserError(msg)
    identity = _find(recipe.identity, models, beside)
    assert isinstance(identity, ImageRef)
    also = tuple(_asked(part, models, beside) for part in recipe.also)
    return replace(_asked(recipe, models, beside), identity=identity, also=also)


def _asked(recipe: Recipe, models: Models, beside: Path) -> Recipe:
    """The recipe with the pictures of what one domain was asked for."""
    how = recipe.start_map
    if how is not None and how.towards is not None:
        other = replace(how.towards, conditions=_all(how.towards.conditions, models, beside))
        how = replace(how, towards=other)
    conditions = _all(recipe.conditions, models, beside)
    masks = {
        role: replace(item, path=_find(item, models, beside).path)
        for role, item in recipe.masks.items()
    }
    return replace(recipe, conditions=conditions, start_map=how, masks=masks)


def _all(conditions: Mapping[str, Condition], models: Models, beside: Path) -> dict[str, Condition]:
    return {
        name: _find(item, models, beside) if isinstance(item, ImageRef | Mask) else item
        for name, item in conditions.items()
    }


def _find(reference: ImageRef | Mask, models: Models, beside: Path) -> ImageRef | Mask:
    path = reference.path
    if path.startswith("gallery:"):
        found, candidates = path, [resolve(path, models)]
    else:
        candidates = [Path(path), beside / Path(path).name]
        found = str(next((item for item in candidates if item.is_file()), ""))
        if not found:
            places = " nor ".join(dict.fromkeys(map(str, candidates)))
            msg = f"The picture is neither {places}. Put it beside the result, under its name."
            if len(set(candidates)) == 1:
                msg = f"There is no picture {places}. Put it back there, under its name."
            raise UserError(msg)
    here = file_sha256(resolve(found, models))
    if reference.sha256 is not None and here != reference.sha256:
        msg = (
            f"{found} is not the picture of the recipe: its SHA-256 is {here[:12]}..., "
            f"{reference.sha256[:12]}... was expected. Bring back the original file."
        )
        raise UserError(msg)
    return replace(reference, path=found)
