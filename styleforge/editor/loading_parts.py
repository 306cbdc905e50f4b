"""From a recipe of one or several domains to the controls of a session that edits several."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from styleforge.editor.loading import MORE, edit_of_recipe, says_the_same
from styleforge.editor.together import fronted, switched_off
from styleforge.recipe.combine import parts

if TYPE_CHECKING:
    from styleforge.editor.desk import Desk
    from styleforge.editor.state import Edit
    from styleforge.recipe.recipe import Recipe


def edit_of_parts(
    recipe: Recipe, edit: Edit, desk: Desk, *, beside: Path, keep_identity: bool = False
) -> tuple[Edit, tuple[str, ...]]:
    """The controls as a recipe sets them, of each domain that it edits; of others nothing is asked.

    Args and Returns: as `edit_of_recipe`.

    Raises:
        UserError: as `edit_of_recipe`.
    """
    if not edit.beside or not set(recipe.domains) <= set(desk.desks):
        return edit_of_recipe(recipe, edit, desk, beside=beside, keep_identity=keep_identity)
    front, notes = edit.domain, []
    for part in _own_recipes(recipe, desk):
        edit, said = edit_of_recipe(
            part,
            fronted(edit, part.domain),
            desk.at(part.domain),
            beside=beside,
            keep_identity=keep_identity,
        )
        edit = replace(edit, custom="")
        notes += [one for one in said if one != MORE]
    for name in desk.desks:
        if name not in recipe.domains:
            other = fronted(edit, name)
            edit = replace(other, custom="", own="", attributes=switched_off(other))
    locked = any(
        state.locked for name in desk.desks for state in fronted(edit, name).attributes.values()
    )
    edit = fronted(edit, recipe.domain)
    if not locked and not says_the_same(edit, recipe, desk.at(recipe.domain)):
        edit = replace(edit, custom=recipe.to_json())
        notes.append(MORE)
    return fronted(edit, front), tuple(dict.fromkeys(notes))


def _own_recipes(recipe: Recipe, desk: Desk) -> Iterator[Recipe]:
    """What a recipe edits of each domain, as if it were alone."""
    for _, part in parts(recipe):
        published = {one.name: one for one in desk.at(part.domain).domain.presets}
        preset = published.get(part.method)
        bare = preset is not None and not preset.stages
        yield replace(part, also=(), stages=() if bare else part.stages)
