"""``styleforge train DOMAIN``: train a domain's mapper for a pack."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from styleforge.cli.run import say, use_threads
from styleforge.cli.shared import DeviceOption, PackOption, ThreadsOption
from styleforge.errors import UserError
from styleforge.files import private_beside


def train(
    domain: Annotated[str, typer.Argument(metavar="DOMAIN", help="What the mapper edits.")],
    pack: PackOption = "",
    minutes: Annotated[
        float,
        typer.Option(
            metavar="NUMBER", help="Minutes of training in all, earlier runs included.", min=0
        ),
    ] = 30.0,
    steps: Annotated[
        int | None, typer.Option(metavar="NUMBER", help="Steps in all, instead of minutes.", min=1)
    ] = None,
    folder: Annotated[
        Path,
        typer.Option(
            metavar="FOLDER", help="Where checkpoints and the log are kept; a run there goes on."
        ),
    ] = Path("out/training"),
    weights: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Folder for the mapper; your data by default."),
    ] = None,
    pictures: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER", help="Folder of pictures to learn from; the pack's own by default."
        ),
    ] = None,
    batch: Annotated[int, typer.Option(metavar="NUMBER", help="Edits per step.", min=1)] = 8,
    size: Annotated[
        int | None,
        typer.Option(
            metavar="NUMBER", help="Side of the pictures that the losses see, in pixels.", min=1
        ),
    ] = None,
    hidden: Annotated[
        int | None,
        typer.Option(
            metavar="NUMBER", help="Width inside the modulation; that of W+ by default.", min=1
        ),
    ] = None,
    depth: Annotated[
        int, typer.Option(metavar="NUMBER", help="Modulation modules of a sub-mapper.", min=1)
    ] = 5,
    latents: Annotated[
        float,
        typer.Option(
            metavar="NUMBER",
            help="Part of the time on latents alone, where the pack knows the answers.",
            min=0,
            max=1,
        ),
    ] = 0.7,
    gain: Annotated[
        float,
        typer.Option(
            metavar="NUMBER",
            help="What the mapper's step is multiplied by once trained.",
            min=0.1,
            max=4,
        ),
    ] = 1.0,
    seed: Annotated[
        int, typer.Option(metavar="NUMBER", help="Governs everything random.", min=0)
    ] = 0,
    device: DeviceOption = "",
    threads: ThreadsOption = None,
) -> None:
    """Train a mapper: words, colours and pictures to a step in W+.

    Can be stopped (Ctrl-C) and started again at any time. Published: 500,000 steps of one edit.
    """
    from styleforge.forge import Forge
    from styleforge.mapper.outside import weights_folder
    from styleforge.pack.knowing import knowing

    forge = Forge(device=device)
    attributes = tuple(one for one in forge.attributes_of(domain) if one.drives)
    models = knowing(forge.models(pack), [forge.domains[domain].region])
    target = weights or weights_folder(models.pack.name)
    if pictures is None and not models.has("edits"):
        msg = (
            f"The pack {models.pack.name!r} brings no pictures to learn from; name some "
            "with --pictures FOLDER."
        )
        raise UserError(msg)
    for place in (folder, target):
        _writable(place)
    use_threads(threads)
    import torch

    from styleforge.training.loop import Budget, run
    from styleforge.training.mapper import MapperTrainer
    from styleforge.training.settings import Settings
    from styleforge.training.source import FolderSource

    torch.manual_seed(seed)
    source = FolderSource(pictures, models, attributes) if pictures else models.get("edits")
    settings = Settings(batch=batch, size=size, hidden=hidden, depth=depth, warm=latents, gain=gain)
    trainer = MapperTrainer(forge, domain, models, source, settings)
    state = run(trainer, folder, Budget(minutes, steps), seed, weights=target)
    say(f"{target / trainer.name}.safetensors: {state.steps} steps, {state.pictures} edits.")


def _writable(folder: Path) -> None:
    """Make a folder, before half an hour is spent on what goes there.

    Raises:
        UserError: if it cannot be made, or nothing can be written there.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with private_beside(folder / "mapper"):
            pass
    except OSError as error:
        msg = f"{folder} cannot be written: {error.strerror or error}. Choose another folder."
        raise UserError(msg) from error
