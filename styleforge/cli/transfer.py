"""``styleforge transfer DOMAIN``: edit a picture by references."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from styleforge.cli import options
from styleforge.cli.run import run, say, say_of_plugins, use_threads
from styleforge.errors import UserError
from styleforge.together import JOIN, split

if TYPE_CHECKING:
    from styleforge.forge import Forge
    from styleforge.job import Job
    from styleforge.recipe import Recipe

RESUME = ".resume"  # added to the output's name: the checkpoint of a run that was stopped


def transfer(
    ctx: typer.Context,
    domain: Annotated[
        str, typer.Argument(metavar="DOMAIN", help="What is styled; `styleforge presets` lists.")
    ],
    identity: Annotated[
        str | None, typer.Option(help="The picture that is edited: a file, or gallery:NAME.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="The PNG to write; holds the recipe.")
    ] = None,
    pack: Annotated[str, typer.Option(help="The pack of models; the first by default.")] = "",
    preset: Annotated[str, typer.Option(help="The recipe; the domain's first by default.")] = "",
    steps: Annotated[
        int | None, typer.Option(help="Steps in all, shared among stages as in the preset.")
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option(help="Governs everything random; 0 by default.", min=0, max=2**63 - 1),
    ] = None,
    strength: Annotated[
        list[str] | None,
        typer.Option(help="From 0 to 1, for all attributes (0.5) or one (shape=0.5); repeatable."),
    ] = None,
    save_recipe: Annotated[
        Path | None, typer.Option(help="Also write the recipe to this JSON file.")
    ] = None,
    resume: Annotated[
        Path | None, typer.Option(help="Go on with a stopped run, from OUT.png.resume.")
    ] = None,
    no_pose: Annotated[
        bool, typer.Option("--no-pose", help="Do not warp references to the identity's pose.")
    ] = False,
    threads: Annotated[
        int | None, typer.Option(help="CPU threads; as many as there are cores by default.", min=1)
    ] = None,
) -> None:
    """Edit a picture: --ATTRIBUTE FILE for each attribute to change.

    The attributes of a domain are options of their own, such as --shape or --finer-style;
    `styleforge presets DOMAIN` lists them. Two domains are edited together as FIRST+SECOND, with
    options such as --first-shape. What is not asked for stays as it is. A first Ctrl-C
    keeps the best so far, a second aborts.
    """
    from styleforge.forge import Forge

    forge = Forge()
    say_of_plugins(forge)
    attributes = forge.attributes_of(domain)
    values = options.attribute_values(ctx.args, attributes, domain)
    out = options.writable(_output(out, resume), ".png")
    if save_recipe is not None:
        options.writable(save_recipe, ".json")
    use_threads(threads)
    if resume is not None:
        given = [
            name
            for name, value in (
                ("--identity", identity),
                ("--preset", preset),
                ("--pack", pack),
                ("--steps", steps),
                ("--strength", strength),
                ("--seed", None if seed is None else str(seed)),
                ("--no-pose", no_pose),
            )
            if value
        ]
        job = _resumed(forge, domain, resume, [*given, *(f"--{name}" for name in values)])
    else:
        job = _started(
            forge,
            domain,
            identity,
            values,
            strength or (),
            steps,
            pack=pack,
            preset=preset,
            seed=seed or 0,
            pose=not no_pose,
        )
        job.checkpoint = out.with_name(out.name + RESUME)
    if save_recipe is not None:
        save_recipe.write_text(job.recipe.to_json(indent=2) + "\n", encoding="utf-8")
    finish(job, domain, out)


def _output(out: Path | None, resume: Path | None) -> Path:
    """The output; that of the stopped run where only a checkpoint is given."""
    if out is not None:
        return out
    if resume is not None and resume.suffix == RESUME:
        return resume.with_suffix("")
    msg = "Say where the result goes: -o out.png."
    raise UserError(msg)


def _resumed(forge: Forge, domain: str, resume: Path, given: list[str]) -> Job:
    """The job of a checkpoint, with its own recipe and pictures."""
    from styleforge.cli.files import located
    from styleforge.job import Job

    if given:
        msg = f"--resume goes on with the run's own recipe; leave out {', '.join(given)}."
        raise UserError(msg)
    job = Job.resume(forge, resume)
    theirs = JOIN.join(job.recipe.domains)
    if split(theirs) != split(domain):
        msg = (
            f"{resume} is a run of the domain {theirs!r}, not {domain!r}; "
            f"use `styleforge transfer {theirs} --resume {resume}`."
        )
        raise UserError(msg)
    job.recipe = located(job.recipe, forge.models(job.recipe.pack), resume.parent)
    return job


def _started(
    forge: Forge,
    domain: str,
    identity: str | None,
    values: dict[str, str],
    strength: list[str] | tuple[str, ...],
    steps: int | None,
    *,
    pack: str,
    preset: str,
    seed: int,
    pose: bool,
) -> Job:
    """A new job from the words of the command line."""
    from styleforge.asked import condition_of, image_ref
    from styleforge.job import Job

    attributes = forge.attributes_of(domain)
    have = ", ".join(options.options_of(attributes).values()) or "none"
    if identity is None:
        msg = "Say whose picture is edited: --identity FILE, or --identity gallery:NAME."
        raise UserError(msg)
    if not values:
        msg = f"Nothing to change was asked for; give one or more of {have}."
        raise UserError(msg)
    models = forge.models(pack)
    by_name = {item.name: item for item in attributes}
    changes: dict[str, object] = {
        "pack": models.pack.name,
        "identity": image_ref(identity, models),
        "conditions": {
            name: condition_of(value, by_name[name], models) for name, value in values.items()
        },
        "seed": seed,
        "strengths": options.strengths_of(strength, values, attributes),
    }
    if not pose:
        changes["pose"] = "off"
    recipe: Recipe = forge.recipe(domain, preset, **changes)
    if steps is not None:
        recipe = recipe.with_steps(steps)
    return Job(forge, recipe)


def finish(job: Job, domain: str, out: Path) -> None:
    """Run a job and write its result; say how to go on where it was stopped or failed."""
    from styleforge.checkpoint import save_checkpoint

    words = ("styleforge", "transfer", domain, "--resume", str(job.checkpoint), "-o", str(out))
    again = shlex.join(words)
    try:
        result = run(job)
    except UserError as error:
        if job.checkpoint is None or not job.checkpoint.exists():
            raise
        msg = f"{error} What was done is in {job.checkpoint}; go on with: {again}"
        raise UserError(msg) from error
    except KeyboardInterrupt:
        if job.checkpoint is not None and job.checkpoint.exists():
            say(f"Aborted. What was done is in {job.checkpoint}; go on with: {again}")
        raise
    if result.steps == 0 and result.status != "done":
        msg = f"Stopped before the first step; {out} was not written."
        raise UserError(msg)
    try:
        result.save(out)
    except UserError as error:  # a full disk must not cost the run
        if job.checkpoint is None or job.state is None:
            raise
        save_checkpoint(job.checkpoint, job.state, job.recipe)
        msg = f"{error} The run is kept in {job.checkpoint}; write its result with: {again}"
        raise UserError(msg) from error
    if result.status == "failed":
        msg = f"The run failed after {result.steps} steps; {out} holds the best until then."
        raise UserError(msg)
    if result.status == "stopped":
        say(f"{out} holds the best of {result.steps} of {job.recipe.steps} steps.")
        say(f"Go on with: {again}")
    else:
        how = f"{result.steps} steps in {result.seconds:.0f} s" if result.steps else "one pass"
        say(f"{out} is done: {how}.")
