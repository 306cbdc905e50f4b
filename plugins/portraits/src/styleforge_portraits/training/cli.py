"""The command line of the trainings."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import torch
import typer

from styleforge_portraits.models.weights import load_weights
from styleforge_portraits.training import rendering
from styleforge_portraits.training.bare import BARE, build_bare, load_bare
from styleforge_portraits.training.dataset import load
from styleforge_portraits.training.loop import Budget, run
from styleforge_portraits.training.pairs import PAIRS, build_pairs, load_pairs

app = typer.Typer(help="Train the models of the portraits pack.", no_args_is_help=True)

Data = Annotated[Path, typer.Option(help="Folder for the rendered world and the checkpoints.")]
Minutes = Annotated[float, typer.Option(help="Minutes of training in all, earlier runs included.")]
Seed = Annotated[int, typer.Option(help="Seed of everything.")]
StopAt = Annotated[float, typer.Option(help="Pause at this part of the budget.")]
Part = Annotated[float, typer.Option(help="Part of the people to render; for a quick try.")]
Weights = Annotated[
    Path | None, typer.Option(help="Folder that weights are read from and written to.")
]  # the pack's own by default
GoOn = Annotated[bool, typer.Option(help="Without a checkpoint, go on from the weights.")]
DEFAULT = Path("out/training")


def _device() -> torch.device:
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


@app.command()
def dataset(data: Data = DEFAULT, seed: Seed = 0, processes: int = 2, part: Part = 1.0) -> None:
    """Render the people, pairs of them, and some of them without hair."""
    plan = rendering.Plan(seed=seed).scaled(part)
    rendering.build(data / "world", plan, processes)
    train, held = (round(count * part) for count in PAIRS)
    build_pairs(data / "world", train=train, held=held, seed=seed, processes=processes)
    train, held = (round(count * part) for count in BARE)
    build_bare(data / "world", train=train, held=held, processes=processes)


@app.command()
def generator(
    data: Data = DEFAULT,
    budget: Minutes = 95.0,
    size: int = 256,
    seed: Seed = 0,
    stop_at: StopAt = 1.0,
    weights: Weights = None,
    from_weights: GoOn = False,
) -> None:
    """Train the generator."""
    from styleforge_portraits.models.loading import load_features, load_generator
    from styleforge_portraits.training.generator import GeneratorTrainer
    from styleforge_portraits.training.phases import PHASES

    torch.manual_seed(seed)
    world, device = load(data / "world"), _device()
    phases = (PHASES[-1],) if from_weights else PHASES
    features = load_features(weights).to(device)
    trainer = GeneratorTrainer(world, size, phases=phases, features=features, device=device)
    if from_weights:  # a checkpoint, if there is one, is read over them
        shipped = load_generator(weights).state_dict()
        trainer.generator.load_state_dict(shipped)
        trainer.wake_noise()
        trainer.ema.load_state_dict(shipped)
    run(trainer, data, Budget(budget, export_early=True), seed, stop_at, weights)


@app.command()
def perception(
    data: Data = DEFAULT, budget: Minutes = 4.0, seed: Seed = 0, weights: Weights = None
) -> None:
    """Train the perceptual network and fit the LPIPS weights."""
    from styleforge_portraits.training.perception import PerceptionTrainer

    _small(PerceptionTrainer, data, budget, seed, weights, batch=16, rate=1e-3, limit=200)


@app.command()
def regions(
    data: Data = DEFAULT,
    budget: Minutes = 5.0,
    seed: Seed = 0,
    weights: Weights = None,
    from_weights: GoOn = False,
) -> None:
    """Train the region network."""
    from styleforge_portraits.training.regions import RegionTrainer

    _small(
        RegionTrainer, data, budget, seed, weights, from_weights=from_weights, batch=8, rate=3e-3
    )


@app.command()
def landmarks(
    data: Data = DEFAULT,
    budget: Minutes = 4.0,
    seed: Seed = 0,
    weights: Weights = None,
    from_weights: GoOn = False,
) -> None:
    """Train the landmark network."""
    from styleforge_portraits.training.landmarks import LandmarkTrainer

    _small(
        LandmarkTrainer, data, budget, seed, weights, from_weights=from_weights, batch=16, rate=2e-3
    )


@app.command()
def poser(
    data: Data = DEFAULT,
    budget: Minutes = 6.0,
    seed: Seed = 0,
    weights: Weights = None,
    from_weights: GoOn = False,
) -> None:
    """Train the network that bends hair and clothing to another person."""
    from styleforge_portraits.training.poser import PoserTrainer

    _small(
        PoserTrainer, data, budget, seed, weights,
        from_weights=from_weights, batch=16, rate=2e-3, pairs=load_pairs(data / "world"),
    )  # fmt: skip


@app.command()
def inpainter(
    data: Data = DEFAULT,
    budget: Minutes = 9.0,
    seed: Seed = 0,
    weights: Weights = None,
    from_weights: GoOn = False,
) -> None:
    """Train the network that shows what is under hair."""
    from styleforge_portraits.training.inpainter import InpainterTrainer

    _small(
        InpainterTrainer, data, budget, seed, weights,
        from_weights=from_weights, batch=8, rate=2e-3, bare=load_bare(data / "world"),
    )  # fmt: skip


@app.command()
def inverter(
    data: Data = DEFAULT, budget: Minutes = 14.0, seed: Seed = 0, weights: Weights = None
) -> None:
    """Train the inverter; needs the generator and the perceptual network."""
    from styleforge_portraits.models.loading import load_features, load_generator, load_lpips
    from styleforge_portraits.training.inverter import InverterTrainer

    device = _device()
    generator_network = load_generator(weights).to(device)
    features = load_features(weights).to(device)
    lpips = {name: one.to(device) for name, one in load_lpips(weights).weights.items()}
    _small(
        InverterTrainer, data, budget, seed, weights, batch=8, rate=1e-4,
        generator=generator_network, features=features, lpips=lpips,
    )  # fmt: skip


def _small(
    trainer: type[Any],
    data: Path,
    budget: float,
    seed: int,
    weights: Path | None,
    *,
    from_weights: bool = False,
    **settings: Any,
) -> None:
    torch.manual_seed(seed)
    made = trainer(data=load(data / "world"), device=_device(), **settings)
    if from_weights:  # a checkpoint, if there is one, is read over them
        made.network.load_state_dict(load_weights(trainer.name, weights))
    run(made, data, Budget(budget), seed, weights=weights)


@app.command()
def evaluate(data: Data = DEFAULT, steps: int = 200, weights: Weights = None) -> None:
    """Measure the weights on held-out people and write the sheet of inversions."""
    from styleforge_portraits.training.evaluate import evaluate as measure

    figures = measure(load(data / "world"), data, steps, weights)
    for name, value in figures.items():
        typer.echo(f"{name:32} {value:.4f}")


@app.command("all")
def everything(
    data: Data = DEFAULT,
    budget: Minutes = 110.0,
    seed: Seed = 0,
    part: Part = 1.0,
    weights: Weights = None,
    steps: int = 200,
) -> None:
    """Render, then train everything; stopping and starting again continues."""
    dataset(data, seed, part=part)
    for train, share in (
        (perception, 0.04), (regions, 0.04), (landmarks, 0.04), (poser, 0.06),
        (inpainter, 0.08), (generator, 0.62), (inverter, 0.12),
    ):  # fmt: skip
        train(data, share * budget, seed=seed, weights=weights)
    evaluate(data, steps, weights)


if __name__ == "__main__":
    app()
