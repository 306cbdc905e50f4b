"""Train a painter on the rendered world: `python -m styleforge_baselines.michigan`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from styleforge.errors import UserError


def main(
    region: Annotated[str, typer.Argument(help="What is drawn: hair or clothing.")] = "hair",
    pack: Annotated[str, typer.Option(help="Whose perceptual network judges.")] = "portraits",
    data: Annotated[
        Path, typer.Option(help="Folder of the rendered world and checkpoints.")
    ] = Path("out/training"),
    minutes: Annotated[float, typer.Option(help="Of training, earlier runs included.")] = 20.0,
    out: Annotated[Path | None, typer.Option(help="File; among your own by default.")] = None,
    seed: int = 0,
) -> None:
    """Train on people that `python -m styleforge_portraits.training dataset` rendered."""
    from styleforge_portraits.plugin import REGIONS
    from styleforge_portraits.training.dataset import load

    from styleforge.forge import Forge
    from styleforge.training.loop import Budget, run
    from styleforge_baselines.michigan.training import PainterTrainer
    from styleforge_baselines.michigan.weights import own_file

    if region not in REGIONS:
        raise UserError(f"The world has no {region!r}; it has {', '.join(REGIONS)}.")
    import torch

    torch.manual_seed(seed)
    target = out or own_file(pack, region)
    about = {
        "name": f"Painter of {region}, in MichiGAN's manner",
        "licence": "Apache-2.0",
        "trained_on": "rendered people of styleforge_portraits.world; no photograph",
        "command": f"python -m styleforge_baselines.michigan {region} --minutes {minutes:g}",
        "seed": seed,
    }
    models = Forge().models(pack)
    trainer = PainterTrainer(load(data / "world"), models, REGIONS.index(region), target, about)
    state = run(trainer, data, Budget(minutes=minutes), seed=seed)
    typer.echo(f"{target}: {state.steps} steps.")


if __name__ == "__main__":
    app = typer.Typer()
    app.command()(main)
    try:
        app(prog_name="python -m styleforge_baselines.michigan")
    except UserError as error:
        typer.echo(str(error), err=True)
        sys.exit(2)
