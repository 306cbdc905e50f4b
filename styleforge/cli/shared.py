"""Options that several commands have, each with its help."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

_THREADS = "CPU threads; as many as there are free cores by default"

DomainArgument = Annotated[
    str, typer.Argument(metavar="DOMAIN", help="What is styled; `styleforge presets` lists.")
]
IdentityOption = Annotated[
    str | None,
    typer.Option(metavar="PICTURE", help="The picture that is edited: a file, or gallery:NAME."),
]
SubjectOption = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NUMBER",
        help="Which one, from 1 at the left, where a picture shows several: of the identity (2), "
        "or of a reference (shape=2); repeatable.",
    ),
]
MaskOption = Annotated[
    list[str] | None,
    typer.Option(
        metavar="FILE",
        help="Where the region is, painted white in the picture's own size: FILE for the "
        "identity, ROLE=FILE for a reference; repeatable.",
    ),
]
TuneOption = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME=NUMBER",
        help="Recolour in another way, NAME=NUMBER such as roots=0.7; `styleforge packs PACK` "
        "lists what there is; repeatable.",
    ),
]
PackOption = Annotated[
    str,
    typer.Option(
        metavar="PACK", help="The pack of models; the one that can do what is asked by default."
    ),
]
OutOption = Annotated[
    Path | None,
    typer.Option("--out", "-o", metavar="FILE", help="The picture to write; holds the recipe."),
]
SaveRecipeOption = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Also write the recipe to this JSON file.")
]
ShareOption = Annotated[
    bool, typer.Option("--share", help="Leave folders out of the recipe in the result.")
]
ExecutorOption = Annotated[
    str,
    typer.Option(
        "--executor",
        metavar="WHERE",
        help="Where it runs: inline, which is here; processes:4, which is 4 worker processes; ray, "
        "ray://HOST:PORT; or what a plugin brings. STYLEFORGE_EXECUTOR or inline by default.",
    ),
]  # of every command that runs recipes; to be given to Forge.executor
DeviceOption = Annotated[
    str,
    typer.Option(
        metavar="DEVICE",
        help="Where models run: cpu, cuda, cuda:1, mps; STYLEFORGE_DEVICE or cpu by default.",
    ),
]
ThreadsOption = Annotated[int | None, typer.Option(metavar="NUMBER", help=f"{_THREADS}.", min=1)]
ResumedThreadsOption = Annotated[
    int | None,
    typer.Option(metavar="NUMBER", help=f"{_THREADS}, and those of the run that goes on.", min=1),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]
