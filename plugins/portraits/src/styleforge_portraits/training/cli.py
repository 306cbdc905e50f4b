"""The command line of the trainings."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import torch
import typer

from styleforge.training.loop import Budget, run
from styleforge_portraits.models.generator import build_generator
from styleforge_portraits.training import rendering
from styleforge_portraits.training.basis import BASIS, Basis, fit_basis
from styleforge_portraits.training.dataset import load
from styleforge_portraits.training.mapping import PEOPLE as PEOPLE_OF_W
from styleforge_portraits.training.mapping import MappingTrainer, people_table, trained_mapping
from styleforge_portraits.training.outfits import OUTFITS, build_outfits
from styleforge_portraits.training.pairs import PAIRS, build_pairs
from styleforge_portraits.training.small import Place, Small, train
from styleforge_portraits.training.table import AFTER, BEFORE, GENERATOR_SHARE, MAPPING_SHARE
from styleforge_portraits.training.without_hair import PEOPLE, build_without_hair

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
FEWEST_OF_W = 1000  # people that a quick try lays W out by


def _device() -> torch.device:
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


@app.command()
def dataset(data: Data = DEFAULT, seed: Seed = 0, processes: int = 2, part: Part = 1.0) -> None:
    """Render the people, pairs of them, and some of them without hair or dressed otherwise."""
    plan = rendering.Plan(seed=seed).scaled(part)
    rendering.build(data / "world", plan, processes)
    train, held = (round(count * part) for count in PAIRS)
    build_pairs(data / "world", train=train, held=held, seed=seed, processes=processes)
    train, held = (round(count * part) for count in PEOPLE)
    build_without_hair(data / "world", train=train, held=held, processes=processes)
    train, held = (round(count * part) for count in OUTFITS)
    build_outfits(data / "world", train=train, held=held, seed=seed, processes=processes)


@app.command()
def mapping(
    data: Data = DEFAULT,
    budget: Minutes = 20.0,
    seed: Seed = 0,
    people: Annotated[int, typer.Option(help="People to learn from.")] = PEOPLE_OF_W,
) -> None:
    """Lay out W, then train the mapping network; needs no pictures."""
    torch.manual_seed(seed)
    codes, measures = people_table(people)
    data.mkdir(parents=True, exist_ok=True)
    basis = fit_basis(measures)
    basis.save(data / BASIS)
    trainer = MappingTrainer(build_generator().mapping, basis, codes, measures)
    run(trainer, data, Budget(budget), seed)


@app.command()
def generator(
    data: Data = DEFAULT,
    budget: Minutes = 150.0,
    size: int = 256,
    seed: Seed = 0,
    stop_at: StopAt = 1.0,
    weights: Weights = None,
    from_weights: GoOn = False,
) -> None:
    """Train the generator's synthesis; needs the mapping network."""
    from styleforge_portraits.models.loading import load_features, load_generator
    from styleforge_portraits.training.generator import GeneratorTrainer
    from styleforge_portraits.training.phases import PHASES

    torch.manual_seed(seed)
    world, device = load(data / "world"), _device()
    phases = (replace(PHASES[-1], begin=0.0),) if from_weights else PHASES
    features = load_features(weights).to(device)
    basis = Basis.load(data / BASIS)
    trainer = GeneratorTrainer(world, basis, size, phases=phases, features=features, device=device)
    if from_weights:  # a checkpoint, if there is one, is read over them
        trainer.start_from(load_generator(weights).state_dict())
    trainer.take_mapping(trained_mapping(data))
    run(trainer, data, Budget(budget, export_early=True), seed, stop_at, weights)


def _command(small: Small) -> None:
    """Add the command of a small training."""

    def begin(
        data: Data = DEFAULT,
        budget: Minutes = small.minutes,
        seed: Seed = 0,
        weights: Weights = None,
    ) -> None:
        train(small, Place(data, weights, _device()), budget, seed)

    def go_on(
        data: Data = DEFAULT,
        budget: Minutes = small.minutes,
        seed: Seed = 0,
        weights: Weights = None,
        from_weights: GoOn = False,
    ) -> None:
        place = Place(data, weights, _device())
        train(small, place, budget, seed, from_weights=from_weights)

    app.command(small.trainer.name, help=small.help)(go_on if small.goes_on else begin)


for _small in (*BEFORE, *AFTER):
    _command(_small)


@app.command()
def evaluate(
    data: Data = DEFAULT,
    steps: Annotated[int, typer.Option(help="Steps of an inversion.")] = 200,
    weights: Weights = None,
    people: Annotated[int, typer.Option(help="Random people for the Frechet distance.")] = 500,
) -> None:
    """Measure the weights on held-out people; write sheets of inversions and random people."""
    from styleforge_portraits.training.evaluate import evaluate as measure

    figures = measure(load(data / "world"), data, steps, weights, people)
    for name, value in figures.items():
        typer.echo(f"{name:32} {value:.4f}")


@app.command("generator-figures")
def figures_of_generator(
    weights: Weights = None,
    out: Annotated[Path, typer.Option(help="Folder for the sheets.")] = DEFAULT,
    held: Annotated[int, typer.Option(help="Held-out people, at most 500.")] = 500,
    people: Annotated[int, typer.Option(help="Random people for the Frechet distance.")] = 500,
) -> None:
    """Measure the generator of a folder on held-out people, which are rendered anew."""
    from styleforge_portraits.models.loading import load_features, load_generator, load_lpips
    from styleforge_portraits.training.generator_figures import generator_figures, held_out_codes

    out.mkdir(parents=True, exist_ok=True)
    lpips = dict(load_lpips().weights)
    generator, codes = load_generator(weights), held_out_codes(held)
    for name, value in generator_figures(
        generator, codes, load_features(), lpips, out, people
    ).items():
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
    """Render, then train everything but the mappers; stopping and starting again continues.

    A mapper belongs to a domain: ``styleforge train hair --pack portraits`` trains one.
    """
    dataset(data, seed, part=part)
    place = Place(data, weights, _device())
    unit = budget / (
        MAPPING_SHARE + GENERATOR_SHARE + sum(small.share for small in (*BEFORE, *AFTER))
    )
    for small in BEFORE:
        train(small, place, small.share * unit, seed)
    mapping(data, MAPPING_SHARE * unit, seed, max(round(PEOPLE_OF_W * part), FEWEST_OF_W))
    generator(data, GENERATOR_SHARE * unit, seed=seed, weights=weights)
    for small in AFTER:
        train(small, place, small.share * unit, seed)
    evaluate(data, steps, weights, max(round(500 * part), 40))


if __name__ == "__main__":
    app()
