"""``styleforge edit DOMAIN``: edit a picture in one pass, by words, colours or pictures."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

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
    SaveRecipeOption,
    ShareOption,
    SubjectOption,
    ThreadsOption,
    TuneOption,
)
from styleforge.cli.unfinished import keep_beside
from styleforge.cli.usage import options_of
from styleforge.errors import UserError


def edit(
    ctx: typer.Context,
    domain: DomainArgument,
    identity: IdentityOption = None,
    out: OutOption = None,
    subject: SubjectOption = None,
    pack: PackOption = "",
    strength: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NUMBER",
            help="0 to 3, for all attributes (1.5) or one (shape=0.5); repeatable.",
        ),
    ] = None,
    tune: TuneOption = None,
    interpolate: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Another edit's PNG: go on the way to it.")
    ] = None,
    at: Annotated[
        float, typer.Option(metavar="NUMBER", help="How far to go towards it, 0 to 1.")
    ] = 0.5,
    refine: Annotated[
        str,
        typer.Option(
            metavar="PRESET",
            help="A preset that goes on from the mapped latent, such as loho-fast.",
        ),
    ] = "",
    steps: Annotated[
        int | None, typer.Option(metavar="NUMBER", help="Steps of the refinement.")
    ] = None,
    seed: Annotated[
        int, typer.Option(metavar="NUMBER", help="Governs everything random.", min=0, max=2**63 - 1)
    ] = 0,
    mask: MaskOption = None,
    save_recipe: SaveRecipeOption = None,
    executor: ExecutorOption = "",
    share: ShareOption = False,
    device: DeviceOption = "",
    threads: ThreadsOption = None,
) -> None:
    """Edit a picture in one pass, by words, colours or pictures.

    Each attribute of the domain is an option: --shape "bob cut", --appearance "#8a2be2", or a FILE.
    `styleforge edit DOMAIN --help` lists them. Two domains are edited together as FIRST+SECOND.
    What is not asked for stays as it is.
    """
    from styleforge.api.edit_recipe import edit_recipe
    from styleforge.api.subjects import with_subjects
    from styleforge.forge import Forge

    forge = Forge(device=device)
    say_of_plugins(forge)
    attributes = forge.attributes_of(domain)
    values = options.attribute_values(
        ctx.args, attributes, domain, command="edit", others=options_of(ctx)
    )
    chosen = options.subjects_of(subject or (), attributes)
    if identity is None:
        msg = "Say whose picture is edited: --identity FILE, or --identity gallery:NAME."
        raise UserError(msg)
    if out is None:
        msg = "Say where the result goes: -o out.png."
        raise UserError(msg)
    options.writable_picture(out)
    if save_recipe is not None:
        options.writable(save_recipe, ".json")
    if steps is not None and not refine:
        msg = "--steps is for a refinement; add --refine PRESET, or leave --steps out."
        raise UserError(msg)
    if not values and interpolate is None:
        have = ", ".join(options.options_of([one for one in attributes if one.drives]).values())
        msg = f"Nothing to change was asked for; give one or more of {have or 'none'}."
        raise UserError(msg)
    use_threads(threads)
    recipe = edit_recipe(
        forge,
        domain,
        identity,
        values,
        pack=pack,
        strength=options.strengths_of(strength or (), values, attributes),
        interpolate=interpolate,
        at=at,
        refine=refine,
        steps=steps,
        seed=seed,
        masks=options.masks_of(mask or ()),
        tune=options.numbers_of(tune or ()),
    )
    recipe = with_subjects(recipe, chosen, attributes, domain)
    others = () if interpolate is None else (interpolate,)
    spare_inputs(out, recipe, forge.models_of(recipe), *others)
    checkpoint = keep_beside(forge, recipe, out) if recipe.stages else None
    write_recipe(forge, recipe, save_recipe)
    doing = forge.executor(executor).submit(recipe, checkpoint=checkpoint)
    finish(doing, recipe, out, checkpoint, device=forge.device, share=share)
