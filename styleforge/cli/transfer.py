"""``styleforge transfer DOMAIN``: edit a picture by references."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from styleforge.cli import options
from styleforge.cli.outputs import finish, spare_inputs, write_recipe
from styleforge.cli.run import say_of_plugins, use_threads
from styleforge.cli.shared import (
    DeviceOption,
    DomainArgument,
    ExecutorOption,
    IdentityOption,
    MaskOption,
    OutOption,
    PackOption,
    ResumedThreadsOption,
    SaveRecipeOption,
    ShareOption,
    SubjectOption,
    TuneOption,
)
from styleforge.cli.unfinished import keep_beside, output_of, resumed
from styleforge.cli.usage import options_of
from styleforge.errors import UserError
from styleforge.recipe.precision import Precision

if TYPE_CHECKING:
    from collections.abc import Mapping

    from styleforge.forge import Forge
    from styleforge.recipe.recipe import Recipe


def transfer(
    ctx: typer.Context,
    domain: DomainArgument,
    identity: IdentityOption = None,
    out: OutOption = None,
    subject: SubjectOption = None,
    pack: PackOption = "",
    preset: Annotated[
        str,
        typer.Option(
            metavar="PRESET",
            help="The recipe, a published one or one of yours; the domain's first by default.",
        ),
    ] = "",
    steps: Annotated[
        int | None,
        typer.Option(metavar="NUMBER", help="Steps in all, shared among stages as in the preset."),
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option(
            metavar="NUMBER", help="Governs everything random; 0 by default.", min=0, max=2**63 - 1
        ),
    ] = None,
    strength: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NUMBER",
            help="From 0 to 1, for all attributes (0.5) or one (shape=0.5); repeatable.",
        ),
    ] = None,
    tune: TuneOption = None,
    precision: Annotated[
        Precision | None,
        typer.Option(
            metavar="float32|bfloat16|float16",
            help="What networks compute in during the steps, float32 by default; bfloat16 is "
            "quicker where the processor has it, float16 is for graphics cards.",
        ),
    ] = None,
    mask: MaskOption = None,
    save_recipe: SaveRecipeOption = None,
    resume: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Go on with a stopped run, from OUT.png.resume."),
    ] = None,
    no_pose: Annotated[
        bool, typer.Option("--no-pose", help="Do not warp references to the identity's pose.")
    ] = False,
    executor: ExecutorOption = "",
    share: ShareOption = False,
    device: DeviceOption = "",
    threads: ResumedThreadsOption = None,
) -> None:
    """Edit a picture by reference pictures, step by step.

    Each attribute of the domain is an option: --shape FILE takes the shape from that picture, and
    --finer-style FILE the finer style from another. `styleforge transfer DOMAIN --help` lists them.
    Two domains are edited together as FIRST+SECOND. What is not asked for stays as it is. A first
    Ctrl-C keeps the best so far, a second aborts.
    """
    from styleforge.forge import Forge

    forge = Forge(device=device)
    say_of_plugins(forge)
    attributes = forge.attributes_of(domain)
    values = options.attribute_values(ctx.args, attributes, domain, others=options_of(ctx))
    out = options.writable_picture(output_of(out, resume))
    if save_recipe is not None:
        options.writable(save_recipe, ".json")
    if resume is not None:
        given = [
            name
            for name, value in (
                ("--identity", identity),
                ("--subject", subject),
                ("--preset", preset),
                ("--pack", pack),
                ("--steps", steps),
                ("--strength", strength),
                ("--tune", tune),
                ("--precision", precision),
                ("--mask", mask),
                ("--seed", None if seed is None else str(seed)),
                ("--no-pose", no_pose),
            )
            if value
        ]
        given += [f"--{name}" for name in values]
        recipe, done = resumed(forge, domain, resume, given)
        use_threads(threads, recipe.threads)
        checkpoint = resume
    else:
        use_threads(threads)
        recipe, done = (
            _asked(
                forge,
                domain,
                identity,
                values,
                strength or (),
                steps,
                pack=pack,
                preset=preset,
                seed=seed or 0,
                subject=options.subjects_of(subject or (), attributes),
                pose=not no_pose,
                masks=options.masks_of(mask or ()),
                tune=options.numbers_of(tune or ()),
                precision=precision or "float32",
            ),
            0,
        )
        checkpoint = keep_beside(forge, recipe, out)
    where = forge.executor(executor)
    doing = where.submit(recipe, checkpoint=checkpoint, resume=resume is not None)
    spare_inputs(out, recipe, forge.models_of(recipe))
    write_recipe(forge, recipe, save_recipe)
    finish(doing, recipe, out, checkpoint, device=forge.device, done=done, share=share)


def _asked(
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
    subject: Mapping[str, int],
    pose: bool,
    masks: dict[str, str],
    tune: Mapping[str, float],
    precision: Precision,
) -> Recipe:
    """The recipe of the words of the command line."""
    from styleforge.api.fitting import takes_nothing
    from styleforge.api.own import own_preset
    from styleforge.api.subjects import with_subjects
    from styleforge.api.transfer_recipe import transfer_recipe

    if identity is None:
        msg = "Say whose picture is edited: --identity FILE, or --identity gallery:NAME."
        raise UserError(msg)
    attributes = forge.attributes_of(domain)
    own = own_preset(forge, domain, preset)
    brought = {} if own is None else dict.fromkeys(own.conditions, "")
    if not values and not brought and not takes_nothing(forge, domain, preset):
        if own is None:
            forge.recipe(domain, preset)  # which refuses one that there is not
        have = ", ".join(options.options_of(attributes).values()) or "none"
        msg = f"Nothing to change was asked for; give one or more of {have}."
        raise UserError(msg)
    recipe = transfer_recipe(
        forge,
        domain,
        identity,
        values,
        pack=pack,
        preset=preset,
        strength=options.strengths_of(strength, {**brought, **values}, attributes),
        steps=steps,
        pose=pose,
        seed=seed,
        masks=masks,
        tune=tune,
        precision=precision,
    )
    return with_subjects(recipe, subject, attributes, domain)
