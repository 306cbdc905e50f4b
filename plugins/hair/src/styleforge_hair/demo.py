"""The demo: one person, another's hair, a third one's colour and strands, beside the truth.

``python -m styleforge_hair.demo`` writes sheet.png, result.png and metrics.json and prints the
metrics as a table.
"""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Annotated

import typer
from tqdm import tqdm

from styleforge.display.sheets import sheet
from styleforge.forge import Forge
from styleforge.measure.truth import measure
from styleforge.recipe.condition import ImageRef
from styleforge.run.events import Finished, Note, StageStarted, Step
from styleforge.run.job import Job

IDENTITY, SHAPE, LOOK = "gallery:mira", "gallery:noor", "gallery:otto"
STYLE = ("finer_style", "shape")  # whose strands the result has: person 3's, or person 2's
MEANING = {
    "hair_iou": "overlap of the result's hair with the true hair (1 is perfect)",
    "identity_psnr": "dB, face of the result against the face of the identity",
    "appearance_error": "CIEDE2000 between mean hair colours of result and truth",
    "truth_psnr": "dB, result against the true answer",
    "truth_ssim": "structural similarity to the true answer",
    "truth_lpips": "perceptual distance to the true answer (0 is perfect)",
    "finer_style_ratio": "strands: distance to person 3 over distance to person 2",
    "seconds": "of the transfer, loading of the models included",
}


def main(
    out: Annotated[Path, typer.Option(help="Folder to write to.")] = Path("out/demo"),
    identity: str = IDENTITY,
    shape: str = SHAPE,
    look: str = LOOK,
    preset: str = "loho-fast",
) -> None:
    """Run a hair transfer on gallery portraits and measure it against the truth."""
    forge = Forge()
    recipe = forge.recipe(
        "hair",
        preset,
        pack="portraits",
        identity=ImageRef(identity),
        conditions={
            "hair.shape": ImageRef(shape),
            "hair.appearance": ImageRef(look),
            "hair.finer_style": ImageRef(look),
        },
    )
    models, domain = forge.models(recipe.pack), forge.domains["hair"]
    truth = models.get("truth")(
        "hair", identity=identity, shape=shape, appearance=look, finer_style=look
    )
    out.mkdir(parents=True, exist_ok=True)
    job = Job(forge, recipe)
    started = time.perf_counter()
    with tqdm(total=recipe.steps, unit="step") as bar:
        for event in job:
            match event:
                case Note(text):
                    bar.write(text)
                case StageStarted():
                    bar.set_description(event.stage)
                case Step():
                    bar.update()
                    bar.set_postfix_str(f"objective {event.objective:.3f}")
                case Finished():
                    pass
    seconds = time.perf_counter() - started
    result, problem = job.result(), job.problem
    result.save(out / "result.png")
    assert problem is not None  # the job has made it
    scores = measure(result.image, truth, problem, domain, style=STYLE) | {"seconds": seconds}
    (out / "metrics.json").write_text(json.dumps(scores, indent=2) + "\n", encoding="utf-8")
    row = [
        ("identity", problem.identity.image),
        ("hair shape of", problem.role("shape").image),
        ("appearance and strands of", problem.role("appearance").image),
        ("result", result.image),
        ("truth", truth.image),
    ]
    sheet([row]).save(out / "sheet.png")
    for name, meaning in MEANING.items():
        typer.echo(f"{name:18} {scores[name]:8.3f}  {meaning}")
    typer.echo(f"Pictures: {out / 'sheet.png'}, {out / 'result.png'}")


if __name__ == "__main__":
    typer.run(main)
