"""What a command writes: a run's picture and its recipe, and never over what it is made of."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from styleforge.cli.run import run, say
from styleforge.cli.unfinished import again
from styleforge.errors import SeveralSubjects, UserError
from styleforge.files import write_text
from styleforge.pack.on_disk import differs, seen

if TYPE_CHECKING:
    from styleforge.forge import Forge
    from styleforge.pack.models import Models
    from styleforge.pack.on_disk import Seen
    from styleforge.recipe.condition import ImageRef, Mask
    from styleforge.recipe.recipe import Recipe
    from styleforge.run.executor import Run
    from styleforge.run.result import Result


def spare_inputs(out: Path, recipe: Recipe, models: Models, *others: Path) -> None:
    """Refuse an output that is one of the pictures a recipe is made of, or one of ``others``.

    Raises:
        UserError: if it is the identity, a reference, a mask or another of them.
    """
    from styleforge.prepare.inputs import with_inputs
    from styleforge.prepare.prepare import resolve

    read = {str(path): path for path in others}

    def look(item: ImageRef | Mask) -> tuple[str, str | None]:
        read[item.path] = resolve(item.path, models)
        return item.path, item.sha256

    with_inputs(recipe, look)
    for name, path in read.items():
        if out.exists() and path.exists() and out.samefile(path):
            msg = (
                f"-o {out} would overwrite {name}, which this result is made of; choose another "
                "name for the result."
            )
            raise UserError(msg)


def write_recipe(forge: Forge, recipe: Recipe, path: Path | None) -> None:
    """Write a recipe, with the rates that it will run at, where a file was asked for.

    Raises:
        UserError: if the file cannot be written.
    """
    from styleforge.run.schedule import at_rates_of

    if path is not None:
        rated = at_rates_of(forge.models_of(recipe).pack, recipe)
        write_text(path, rated.to_json(indent=2) + "\n")


def finish(
    doing: Run,
    recipe: Recipe,
    out: Path,
    checkpoint: Path | None = None,
    *,
    device: str = "",
    done: int = 0,
    share: bool = False,
) -> None:
    """Run and write the result; say how to go on where it was stopped or failed.

    Args:
        doing: what an executor made of the recipe.
        recipe: what is run.
        out: where the result goes.
        checkpoint: where the run keeps its state, if it does.
        device: where it is run.
        done: steps that are done already, where it is resumed.
        share: leave the folders of pictures out of the recipe in the result.

    Raises:
        UserError: if there is no result, it cannot be written, or the run failed on the way.
    """
    from styleforge.run.checkpoint import remove_checkpoint

    before = seen([out])
    here = replace(recipe, threads=0, device=device)
    on = again(here, checkpoint, out) if checkpoint else ""
    result = _run(doing, recipe.steps, checkpoint, on, done, out)
    if result.steps == 0 and result.status != "done":
        if not done and checkpoint is not None:  # which holds nothing, and would be in the way
            checkpoint.unlink(missing_ok=True)
        msg = f"Stopped before the first step; {out} was not written."
        raise UserError(msg)
    out = _unless_written(out, before)
    try:
        for note in result.save(out, share=share):
            say(note)
    except UserError as error:  # a full disk must not cost the run
        raise UserError(_unsaved(doing, error, checkpoint, on)) from error
    if result.status == "failed":
        msg = f"The run failed after {result.steps} steps; {out} holds the best until then."
        how = f" Once that is mended, go on with: {on}" if _kept(checkpoint) else ""
        raise UserError(msg + how)
    if result.status == "stopped":
        say(f"{out} holds the best of {result.steps} of {recipe.steps} steps.")
        if _kept(checkpoint):
            say(f"Go on with: {on}")
        return
    how = f"{result.steps} steps in {result.seconds:.0f} s" if result.steps else "one pass"
    say(f"{out} is done: {how}.")
    if checkpoint is not None:
        try:
            remove_checkpoint(checkpoint)
        except UserError as error:  # the result is there
            say(str(error))


def _unless_written(out: Path, before: dict[Path, Seen | None]) -> Path:
    """Where a result goes: beside what somebody else wrote there while it was made."""
    if not differs(seen([out]), before):
        return out
    names = (out.with_name(f"{out.stem}-{number}{out.suffix}") for number in count(2))
    other = next(one for one in names if not one.exists())
    say(f"{out} was written by something else meanwhile; this result goes to {other}.")
    return other


def _numbered(error: SeveralSubjects, out: Path) -> str:
    """Write the picture with the subjects' numbers beside the output; a sentence that says so."""
    path = out.with_name(f"{out.stem}-subjects.png")
    if error.numbered is None or path.exists():  # somebody's own
        return ""
    try:
        error.numbered.save(path)
    except OSError:
        return ""
    return f" {path} shows their numbers."


def _run(doing: Run, steps: int, checkpoint: Path | None, on: str, done: int, out: Path) -> Result:
    """The result; where there is none, what was done is not forgotten to be said."""
    try:
        return run(doing, steps, done=done)
    except SeveralSubjects as error:
        raise UserError(f"{error}{_numbered(error, out)}") from error
    except UserError as error:
        if not _kept(checkpoint):
            raise
        msg = f"{error} What was done is in {checkpoint}; go on with: {on}"
        raise UserError(msg) from error
    except KeyboardInterrupt:
        if _kept(checkpoint):
            say(f"Aborted. What was done is in {checkpoint}; go on with: {on}")
        raise


def _kept(checkpoint: Path | None) -> bool:
    return checkpoint is not None and checkpoint.exists()


def _unsaved(doing: Run, error: UserError, checkpoint: Path | None, on: str) -> str:
    """Keep a run whose result cannot be written; a sentence on where it is."""
    from styleforge.run.executor import Keeping

    if checkpoint is None or not isinstance(doing, Keeping):
        return str(error)
    try:
        if not doing.keep(checkpoint):
            return str(error)
    except UserError as second:
        if not checkpoint.exists():
            return f"{error} {second}"
        return f"{error} {second} An earlier one is there; go on with: {on}"
    return f"{error} The run is kept in {checkpoint}; write its result with: {on}"
