"""Peak memory of an edit of a large photograph: `python -m benchmarks.memory --megapixels 48`.

A portrait of the gallery, enlarged on a plain ground, is edited by the command line in a process of
its own and written. Printed are MiB (`resource.getrusage`) and CPU seconds of that process.
"""

from __future__ import annotations

import math
import subprocess
import sys
import tempfile
from importlib import resources
from pathlib import Path
from typing import Annotated

import typer
from PIL import Image

KINDS = ("JPEG", "JPEG, turned by EXIF", "PNG, partly transparent")
_RUN = """
import resource, sys
from benchmarks.peak import peak_mib
from styleforge.cli import main
code = 0
try:
    main(["edit", "hair", "--identity", sys.argv[1], "--appearance", "#8a2be2",
          "-o", sys.argv[2], "--threads", "1"])
except SystemExit as end:
    code = end.code or 0
used = resource.getrusage(resource.RUSAGE_SELF)
print(code, round(peak_mib()), round(used.ru_utime + used.ru_stime, 1))
"""


def write_photo(path: Path, megapixels: float, kind: str = KINDS[0]) -> None:
    """A photograph of 4 to 3 with a portrait of the gallery in its middle."""
    tall = round(math.sqrt(megapixels * 1e6 * 3 / 4))
    folder = Path(str(resources.files("styleforge_portraits"))) / "gallery"
    with Image.open(folder / "mira.png") as opened:
        portrait = opened.convert("RGB").resize((tall, tall), Image.Resampling.BICUBIC)
    photo = Image.new("RGB", (tall * 4 // 3, tall), portrait.getpixel((5, 5)))
    photo.paste(portrait, (tall // 6, 0))
    exif = Image.Exif()
    if kind == KINDS[1]:
        photo = photo.transpose(Image.Transpose.ROTATE_90)
        exif[0x0112] = 6
    if kind == KINDS[2]:
        photo.putalpha(Image.linear_gradient("L").resize(photo.size))
    form = kind.partition(",")[0]
    photo.save(path, form, exif=exif, **({"quality": 92} if form == "JPEG" else {}))


def measured(path: Path, to: Path) -> tuple[int, float]:
    """Peak MiB and CPU seconds of an edit in a process of its own."""
    command = [sys.executable, "-c", _RUN, str(path), str(to)]
    said = subprocess.run(  # noqa: S603 - what is written above
        command, capture_output=True, text=True, check=True
    ).stdout
    code, mebibytes, seconds = said.split()[-3:]
    if code != "0":
        msg = f"The edit of {path} ended with {code}."
        raise RuntimeError(msg)
    return int(mebibytes), float(seconds)


def main(
    megapixels: Annotated[float, typer.Option(help="Of the photograph.")] = 48.0,
    kinds: Annotated[int, typer.Option(help="How many kinds of files.")] = len(KINDS),
) -> None:
    """Print the table."""
    typer.echo("| photograph | peak MiB | CPU s |\n|---|---|---|")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for kind in KINDS[:kinds]:
            write_photo(folder / "photo", megapixels, kind)
            mebibytes, seconds = measured(folder / "photo", folder / "out.png")
            typer.echo(f"| {megapixels:g} megapixels, {kind} | {mebibytes} | {seconds} |")


if __name__ == "__main__":
    typer.run(main)
