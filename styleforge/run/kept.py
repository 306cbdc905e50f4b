"""The state of a run on disk: written now and then, and read by a run that goes on."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from styleforge.errors import UserError
from styleforge.prepare.inputs import with_inputs
from styleforge.run.checkpoint import load_checkpoint, save_checkpoint
from styleforge.run.schedule import at_rates_of

if TYPE_CHECKING:
    from styleforge.forge import Forge
    from styleforge.recipe.condition import ImageRef, Mask
    from styleforge.recipe.recipe import Recipe
    from styleforge.run.state import State

SAVE_EVERY = 15.0  # seconds between checkpoints


class Kept:
    """The checkpoint of a run, if it has one.

    Args:
        path: of its file; None for a run that is not kept.

    Example:
        >>> Kept(None).due
        False
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._saved = time.monotonic()
        self._unsaved = ""  # why it could not be written

    def begin(self) -> None:
        """The steps begin."""
        self._saved = time.monotonic()

    @property
    def due(self) -> bool:
        """Whether it is time to write it again."""
        return self._path is not None and time.monotonic() - self._saved > SAVE_EVERY

    def save(self, state: State, recipe: Recipe) -> str:
        """Write it. Where that fails: why, for the user, once for each reason."""
        self._saved = time.monotonic()
        if self._path is None or not state.whole:
            return ""
        try:
            save_checkpoint(self._path, state, recipe)
        except UserError as error:
            before, self._unsaved = self._unsaved, str(error)
            if self._unsaved == before:
                return ""
            return f"{error} What is done from here on cannot be resumed."
        self._unsaved = ""
        return ""


def gone_on(
    forge: Forge, checkpoint: str | Path, recipe: Recipe | None = None
) -> tuple[State, Recipe]:
    """The state in a checkpoint, and the recipe to go on with.

    Args:
        forge: whose packs are looked up.
        checkpoint: the file.
        recipe: the checkpoint's own, or that which was asked for; its pictures may lie elsewhere
            by now.

    Raises:
        UserError: if there is no such checkpoint, it cannot be read, or it is of another recipe.

    Example:
        >>> from styleforge.testing import toy
        >>> gone_on(toy.toy_forge(), "none.resume")
        Traceback (most recent call last):
        styleforge.errors.UserError: ...
    """
    state, theirs = load_checkpoint(checkpoint)
    found = theirs if recipe is None else _as_run(forge, recipe, theirs)
    if _whatever_files(found) != _whatever_files(theirs):
        msg = (
            f"{checkpoint} is a run of another recipe, so it cannot go on with this one. "
            "Resume it with its own, or run this recipe anew."
        )
        raise UserError(msg)
    return state, _as_chosen(found, theirs)


def _as_run(forge: Forge, recipe: Recipe, run: Recipe) -> Recipe:
    """A recipe with what a run adds to it: its pack and the pack's rates, weights, machine."""
    pack = recipe.pack or run.pack
    if pack in forge.packs:
        recipe = at_rates_of(forge.packs[pack], replace(recipe, pack=pack))
    return replace(
        recipe,
        weights=recipe.weights or run.weights,
        threads=recipe.threads or run.threads,
        device=recipe.device or run.device,
    )


def _as_chosen(recipe: Recipe, run: Recipe) -> Recipe:
    """A recipe with the SHA-256 of the files that a run began with, so that a change is told."""
    sums: list[str | None] = []

    def look(item: ImageRef | Mask) -> tuple[str, str | None]:
        sums.append(item.sha256)
        return item.path, item.sha256

    with_inputs(run, look)
    before = iter(sums)  # of the same files: the recipes are alike but for them
    return with_inputs(recipe, lambda item: (item.path, next(before) or item.sha256))


def _whatever_files(recipe: Recipe) -> Recipe:
    """A recipe without what may differ when a run goes on: where its pictures lie, on what."""
    return with_inputs(recipe, lambda _: ("", None)).as_asked()
