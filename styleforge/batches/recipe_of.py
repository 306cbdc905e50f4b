"""From a row to its recipe, as the commands and the calls make it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from styleforge.api.edit_recipe import edit_recipe
from styleforge.api.subjects import with_subjects
from styleforge.api.transfer_recipe import transfer_recipe
from styleforge.batches.rows import Row, Unread
from styleforge.errors import UserError

if TYPE_CHECKING:
    from styleforge.forge import Forge
    from styleforge.recipe.recipe import Recipe


def recipe_of(row: Row | Unread, forge: Forge, domain: str) -> Recipe:
    """The recipe of a row, which opens its pictures: of one pass where it names no preset.

    Raises:
        UserError: if there is none.

    Example:
        >>> from styleforge.testing import toy
        >>> row = Row(number=1, identity="me.png", asked={"toy.shape": "tall"})
        >>> recipe_of(row, toy.toy_forge(), "toy").method
        'toy-mapper'
    """
    if isinstance(row, Unread):
        raise UserError(row.error)
    if row.preset:
        recipe = transfer_recipe(
            forge, domain, row.identity, row.asked, pack=row.pack, preset=row.preset,
            strength=row.strength, steps=row.steps, seed=row.seed, masks=row.masks, tune=row.tune,
        )  # fmt: skip
    else:
        if row.steps is not None:
            msg = "The row has steps and no preset: one pass has none. Name a preset."
            raise UserError(msg)
        recipe = edit_recipe(
            forge, domain, row.identity, row.asked, pack=row.pack, strength=row.strength,
            seed=row.seed, masks=row.masks, tune=row.tune,
        )  # fmt: skip
    return with_subjects(recipe, row.subjects or None, forge.attributes_of(domain), domain)
