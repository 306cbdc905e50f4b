"""Finding a recipe's pictures again, and refusing any that is not the one it was made with."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from styleforge.errors import UserError
from styleforge.prepare.called import called, in_memory
from styleforge.prepare.images import file_sha256
from styleforge.prepare.inputs import file_name, with_inputs
from styleforge.prepare.prepare import resolve

if TYPE_CHECKING:
    from styleforge.pack.models import Models
    from styleforge.recipe.condition import ImageRef, Mask
    from styleforge.recipe.recipe import Recipe


def located(recipe: Recipe, models: Models, beside: Path) -> Recipe:
    """The recipe with paths that exist: the recorded ones, else files of that name ``beside``.

    Raises:
        UserError: if a picture is not found, or its SHA-256 is not the recorded one.

    Example:
        >>> from styleforge import ImageRef, Recipe
        >>> from styleforge.pack.models import Models
        >>> from styleforge.testing import toy
        >>> gone = ImageRef("elsewhere/me.png")
        >>> recipe = Recipe(domain="toy", method="toy-look", stages=(), identity=gone)
        >>> located(recipe, Models(toy.toy_pack()), Path("results"))
        Traceback (most recent call last):
        styleforge.errors.UserError: The picture is neither elsewhere/me.png nor results/me.png. ...
        >>> located(recipe, Models(toy.toy_pack()), Path()).identity.path
        'me.png'
    """
    if recipe.identity is None:
        msg = "The recipe names no identity; say in it whose picture is edited."
        raise UserError(msg)
    return with_inputs(recipe, lambda item: (_find(item, models, beside), item.sha256))


def _find(reference: ImageRef | Mask, models: Models, beside: Path) -> str:
    path = reference.path
    if path.startswith("gallery:"):
        found, candidates = path, [resolve(path, models)]
    else:
        candidates = [Path(path), beside / Path(path).name, beside / file_name(path)]
        found = str(next((item for item in candidates if item.is_file()), ""))
        if not found and in_memory(path):
            msg = (
                f"{called(path)} was given in memory, and is not kept any more. Save it as a file, "
                "and make the result of that file."
            )
            raise UserError(msg)
        if not found:
            places = " nor ".join(dict.fromkeys(map(str, candidates[::2])))
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
    return found
