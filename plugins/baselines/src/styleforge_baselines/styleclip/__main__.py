"""What StyleCLIP needs of a pack first: `python -m styleforge_baselines.styleclip`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from styleforge.errors import UserError

app = typer.Typer(help="Prepare StyleCLIP for a pack.", no_args_is_help=True)

Pack = Annotated[str, typer.Option(help="Whose generator and text-image encoder.")]
Size = Annotated[
    int | None, typer.Option(help="Side of the pictures that are looked at; the generator's own.")
]


@app.command()
def directions(
    pack: Pack = "portraits",
    samples: Annotated[int, typer.Option(min=1, help="Pictures to differentiate at.")] = 16,
    size: Size = None,
    seed: int = 0,
    out: Annotated[Path | None, typer.Option(help="File; among your own by default.")] = None,
) -> None:
    """Measure how each channel of the generator moves a picture's embedding."""
    import torch
    from tqdm import tqdm

    from styleforge.forge import Forge
    from styleforge.recipe.words import phrase
    from styleforge_baselines.styleclip import measurement, relevance

    forge = Forge()
    models = forge.models(pack)
    generator, encoder = models.get("generator"), models.get("embedding")
    like = torch.zeros(1, device=models.device, dtype=models.dtype)
    neutral = {}
    for one in forge.attributes.values():
        words = [phrase(text, one) for text in models.pack.suggested(one)]
        if "text" in one.accepts and words:
            with torch.no_grad():
                mean = encoder.embed_text(words).mean(dim=0, keepdim=True)
            neutral[one.name] = torch.nn.functional.normalize(mean, dim=1)
    with tqdm(total=samples) as bar:
        found = relevance.measure(
            generator, encoder.embed_image, samples, seed, like=like, size=size,
            tell=lambda done: bar.update(done - bar.n),
        )  # fmt: skip
    path = out or measurement.own_file(pack)
    digest = measurement.digest_of(models)
    measurement.write(path, measurement.Measurement(found, neutral, digest))
    typer.echo(f"{path}: {len(found.deviations)} channels, {samples} pictures.")


@app.command()
def mapper(
    attribute: Annotated[str, typer.Argument(help="What the words are of, such as hair.shape.")],
    words: Annotated[str, typer.Argument(help="The description, such as 'long wavy'.")],
    pack: Pack = "portraits",
    minutes: Annotated[float, typer.Option(help="Of training, earlier runs included.")] = 10.0,
    steps: Annotated[int | None, typer.Option(help="Of training, instead of minutes.")] = None,
    size: Size = None,
    data: Annotated[Path, typer.Option(help="Folder for the checkpoints.")] = Path("out/training"),
    weights: Annotated[
        Path | None, typer.Option(help="Folder of the network; among your own by default.")
    ] = None,
    seed: int = 0,
) -> None:
    """Train the network of one description; a training that was stopped goes on."""
    import torch

    from styleforge.forge import Forge
    from styleforge.recipe.words import phrase
    from styleforge.training.loop import Budget, run
    from styleforge_baselines.styleclip.trained import folder_of, named
    from styleforge_baselines.styleclip.training import MapperTrainer

    forge = Forge()
    models = forge.models(pack)
    asked = forge.attributes[attribute]
    text, notes = models.get("embedding").place(phrase(words, asked), attribute)
    for note in notes:
        typer.echo(note)
    folder = weights or folder_of(pack)
    target = folder / f"{named(attribute, words)}.safetensors"
    length = f"--minutes {minutes:g}" if steps is None else f"--steps {steps}"
    of_size = "" if size is None else f" --size {size}"
    about = {
        "name": f"StyleCLIP's mapper for {words!r}, of {attribute}",
        "licence": "Apache-2.0",
        "trained_on": f"random latents of the generator of {pack}; no photograph",
        "command": f"python -m styleforge_baselines.styleclip mapper {attribute} {words!r} "
        f"--pack {pack} {length}{of_size}",
        "seed": seed,
    }
    torch.manual_seed(seed)
    trainer = MapperTrainer(models, asked, text, target, size, about, words)
    state = run(trainer, data, Budget(minutes=minutes, steps=steps), seed=seed)
    typer.echo(f"{target}: {state.steps} steps.")


if __name__ == "__main__":
    try:
        app(prog_name="python -m styleforge_baselines.styleclip")
    except UserError as error:
        typer.echo(str(error), err=True)
        sys.exit(2)
