"""Runs that are not finished: their checkpoints lie beside the output, to be resumed."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from styleforge.errors import UserError

if TYPE_CHECKING:
    from styleforge.forge import Forge
    from styleforge.recipe.recipe import Recipe

RESUME = ".resume"  # added to the output's name: the checkpoint of a run that was stopped


def again(recipe: Recipe, checkpoint: Path, out: Path) -> str:
    """The command that goes on with a run, to the bit: with its threads, on its device.

    A recipe that has not run yet says neither; those of this process are its then.
    """
    import torch

    from styleforge.recipe.combine import JOIN

    domain = JOIN.join(recipe.domains)
    words = ["styleforge", "transfer", domain, "--resume", str(checkpoint), "-o", str(out)]
    words += ["--threads", str(recipe.threads or torch.get_num_threads())]
    words += ["--device", recipe.device] if recipe.device else []
    return shlex.join(words)


def output_of(out: Path | None, resume: Path | None) -> Path:
    """The output; that of the stopped run where only a checkpoint is given.

    Raises:
        UserError: if neither says where the result goes.
    """
    if out is not None:
        return out
    if resume is not None and resume.suffix == RESUME:
        return resume.with_suffix("")
    msg = "Say where the result goes: -o out.png."
    raise UserError(msg)


def keep_beside(forge: Forge, recipe: Recipe, out: Path) -> Path:
    """Where a new run keeps its checkpoint: beside its output.

    Raises:
        UserError: if the checkpoint of a run that is not finished is there, for it would be lost.
    """
    from styleforge.run.checkpoint import read_header

    checkpoint = out.with_name(out.name + RESUME)
    if checkpoint.exists():
        try:
            theirs, done = read_header(checkpoint)
        except UserError as error:
            msg = f"{error} It is in the way; move it, or choose another name for -o."
            raise UserError(msg) from error
        which = "this run" if _same(theirs, recipe, forge) else "another run"
        msg = (
            f"{checkpoint} holds {which}, which ended after {done} of {theirs.steps} steps. To "
            "begin anew, delete that file or choose another name for -o. To go on with it: "
            f"{again(theirs, checkpoint, out)}"
        )
        raise UserError(msg)
    return checkpoint


def _same(theirs: Recipe, recipe: Recipe, forge: Forge) -> bool:
    """Whether a checkpoint is of the recipe; weights and rates are filled in by a run."""
    from styleforge.run.schedule import at_rates_of

    mine = at_rates_of(forge.models_of(recipe).pack, recipe)
    return mine.as_asked() == theirs.as_asked()


def resumed(forge: Forge, domain: str, resume: Path, given: list[str]) -> tuple[Recipe, int]:
    """The recipe of a stopped run with its pictures where they are now, and its steps done.

    Raises:
        UserError: if options are ``given`` that the run has already, it is of another domain, or
            the checkpoint or its pictures cannot be read.
    """
    from styleforge.prepare.locate import located
    from styleforge.recipe.combine import JOIN, split
    from styleforge.run.checkpoint import read_header

    if given:
        msg = f"--resume goes on with the run's own recipe; leave out {', '.join(given)}."
        raise UserError(msg)
    recipe, done = read_header(resume)
    theirs = JOIN.join(recipe.domains)
    if split(theirs) != split(domain):
        msg = (
            f"{resume} is a run of the domain {theirs!r}, not {domain!r}; "
            f"use `styleforge transfer {theirs} --resume {resume}`."
        )
        raise UserError(msg)
    return located(recipe, forge.models_of(recipe), resume.parent), done
