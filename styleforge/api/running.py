"""One run, or a batch of runs, of what `styleforge.transfer` and `styleforge.edit` were given."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from styleforge.api.batch import Batch, BatchError, rows_of
from styleforge.api.in_memory import as_mask, as_path, as_wish
from styleforge.api.subjects import with_subjects
from styleforge.errors import UserError
from styleforge.recipe.condition import ImageRef
from styleforge.run.events import Finished
from styleforge.run.many import Task, together

if TYPE_CHECKING:
    from styleforge.api.in_memory import Picture
    from styleforge.api.subjects import Chosen
    from styleforge.forge import Forge
    from styleforge.recipe.condition import Mask
    from styleforge.recipe.recipe import Recipe
    from styleforge.run.result import Result


def run(
    recipe: Callable[..., Recipe],
    forge: Forge,
    domain: str,
    executor: str,
    identity: Any,
    asked: Mapping[str, Any],
    masks: Any,
    subject: Chosen,
) -> Result | Batch:
    """Make every recipe, which reads every picture, then run as many at once as the executor does.

    Args:
        recipe: makes a recipe of a path, of what is asked for by role, and of ``masks``.
        forge: whose plugins, and whose ``executor``, by name.
        domain: what is styled, such as ``lips`` or ``lips+hat``.
        executor: where it runs.
        identity: the picture that is edited, or a list of some.
        asked: by role; lists go with those of the identity.
        masks: painted regions, ``Mapping[str, Picture | Mask]`` by role.
        subject: which ones are meant, as `styleforge.api.subjects.with_subjects` takes them.

    Raises:
        UserError: if a picture cannot be read, masks are not given by role, or the run fails.
        BatchError: if one of several runs fails; the others are in it.

    Example:
        >>> from functools import partial
        >>> from styleforge.api.edit_recipe import edit_recipe
        >>> from styleforge.testing import toy
        >>> forge = toy.toy_forge()
        >>> recipe = partial(edit_recipe, forge, "toy")
        >>> run(recipe, forge, "toy", "inline", "me.png", {"shape": "tall"}, {}, None).steps
        0
    """
    if not isinstance(masks, Mapping):
        msg = (
            f'Masks are given by role, as masks={{"identity": "painted.png"}}; '
            f"{type(masks).__name__} came."
        )
        raise UserError(msg)
    where = forge.executor(executor)
    rows = rows_of(identity, asked)
    each = rows or [(identity, dict(asked))]
    made = [_recipe(recipe, forge, domain, *row, masks, subject) for row in each]
    if rows is None:
        return _result(where.submit(made[0][0]).result(), made[0][1])
    done: dict[int, Result] = {}
    failed: dict[int, UserError] = {}
    with closing(together(where, (Task(one) for one, _ in made))) as told:
        for index, event in told:
            if isinstance(event, Finished):
                done[index] = _result(event.result, made[index][1])
            elif isinstance(event, UserError):
                failed[index] = event
    batch = Batch(tuple(done[index] for index in sorted(done)))
    if failed:
        said = " ".join(f"{index + 1}: {failed[index]}" for index in sorted(failed))
        msg = (
            f"{len(failed)} of {len(made)} runs failed, the others are in `done` of this error. "
            f"{said}"
        )
        raise BatchError(msg, batch)
    return batch


def _recipe(
    recipe: Callable[..., Recipe],
    forge: Forge,
    domain: str,
    identity: Any,
    asked: Mapping[str, Any],
    masks: Mapping[str, Picture | Mask],
    subject: Chosen,
) -> tuple[Recipe, tuple[str, ...]]:
    """A recipe of what was given, and notes on pictures that are no files."""
    path, notes = as_path(identity, "identity", forge)
    wishes = {}
    for name, wish in asked.items():
        wishes[name], more = as_wish(wish, name, forge)
        notes += more
    painted = {}
    for role, mask in masks.items():
        painted[role], more = as_mask(mask, f"the mask {role}", forge)
        notes += more
    made = recipe(path, wishes, masks=painted)
    if isinstance(identity, ImageRef):
        made = with_subjects(made, identity.subject, (), domain)
    made = with_subjects(made, subject, forge.attributes_of(domain), domain)
    return made, tuple(dict.fromkeys(notes))


def _result(result: Result, notes: tuple[str, ...]) -> Result:
    return replace(result, notes=(*result.notes, *notes)) if notes else result
