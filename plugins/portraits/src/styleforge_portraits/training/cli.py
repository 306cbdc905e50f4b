"""The command line of the trainings."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import torch
import typer

from styleforge_portraits.training import dataset as dataset_module
from styleforge_portraits.training.loop import Budget, run

app = typer.Typer(help="Train the models of the portraits pack.", no_args_is_help=True)

Data = Annotated[Path, typer.Option(help="Folder for the rendered world and the checkpoints.")]
Minutes = Annotated[float, typer.Option(help="Minutes of training in all, earlier runs included.")]
Seed = Annotated[int, typer.Option(help="Seed of everything.")]
StopAt = Annotated[float, typer.Option(help="Pause at this part of the budget.")]
DEFAULT = Path("out/training")


def _device() -> torch.device:
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


@app.command()
def dataset(data: Data = DEFAULT, seed: Seed = 0, processes: int = 2) -> None:
    """Render the people."""
    dataset_module.build(data / "world", dataset_module.Plan(seed=seed), processes)


@app.command()
def generator(
    data: Data = DEFAULT,
    budget: Minutes = 95.0,
    size: int = 256,
    seed: Seed = 0,
    stop_at: StopAt = 1.0,
) -> None:
    """Train the generator."""
    from styleforge_portraits.training.generator import GeneratorTrainer

    torch.manual_seed(seed)
    trainer = GeneratorTrainer(dataset_module.load(data / "world"), size, device=_device())
    run(trainer, data, Budget(budget), seed, stop_at)


if __name__ == "__main__":
    app()
