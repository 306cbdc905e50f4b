"""Which one is meant of a picture that shows several, by the role that the picture plays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from styleforge.api.asked_for import named
from styleforge.errors import UserError
from styleforge.recipe.condition import ImageRef

if TYPE_CHECKING:
    from styleforge.recipe.domain import Attribute
    from styleforge.recipe.recipe import Recipe

Chosen = int | Mapping[str, int] | None


def with_subjects(
    recipe: Recipe, subject: Chosen, attributes: Sequence[Attribute], domain: str
) -> Recipe:
    """The recipe for some of the subjects of its pictures, numbered from 1 at the left.

    Args:
        recipe: whose pictures show several.
        subject: of the identity, or by role: ``identity``, or an attribute that a picture is given
            for.
        attributes: those of the domains.
        domain: what is styled, such as ``lips`` or ``lips+hat``.

    Raises:
        UserError: if a number is below 1, or of a role that plays no picture.

    Example:
        >>> from styleforge.recipe.recipe import Recipe
        >>> two = Recipe(domain="lips", method="dye", stages=(), identity=ImageRef("two.png"))
        >>> with_subjects(two, 2, (), "lips").identity.subject
        2
    """
    if subject is None:
        return recipe
    by_role = dict(subject) if isinstance(subject, Mapping) else {"identity": subject}
    if "identity" in by_role and recipe.identity is not None:
        identity = replace(recipe.identity, subject=by_role.pop("identity"))
        recipe = replace(recipe, identity=identity)
    names = {named(key, attributes, domain).name: one for key, one in by_role.items()}
    return _of_references(recipe, names)


def _of_references(recipe: Recipe, names: Mapping[str, int]) -> Recipe:
    edits = (recipe, *recipe.also)
    pictures = [
        name for part in edits for name, one in part.conditions.items() if isinstance(one, ImageRef)
    ]
    for name in names:
        if name not in pictures:
            have = ", ".join(["identity", *pictures])
            msg = (
                f"{name} is given no picture of which a subject could be chosen; these are: {have}."
            )
            raise UserError(msg)
    first, *also = (
        replace(
            part,
            conditions={
                name: replace(one, subject=names[name])
                if name in names and isinstance(one, ImageRef)
                else one
                for name, one in part.conditions.items()
            },
        )
        for part in edits
    )
    return replace(first, also=tuple(also))
