"""What an earlier call left undone: rows whose pictures are gone, and metrics that came later."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from styleforge.errors import UserError
from styleforge.evaluate.measuring import scores_of, style_of
from styleforge.evaluate.outcomes import rounded
from styleforge.measure.by_metrics import able, score_names
from styleforge.prepare.images import load_image

if TYPE_CHECKING:
    from styleforge.evaluate.cases import Case
    from styleforge.evaluate.manifest import Manifest
    from styleforge.evaluate.rows import Row
    from styleforge.forge import Forge


def with_pictures(manifest: Manifest, folder: Path) -> Manifest:
    """The manifest without the rows whose picture is gone or damaged: they are run again.

    Example:
        >>> from styleforge.evaluate.manifest import Manifest
        >>> from styleforge.evaluate.methods import Setting
        >>> from styleforge.evaluate.rows import Row
        >>> row = Row(case="easy-0", level="easy", method="loho", picture="gone.png")
        >>> one = Manifest(source="world", setting=Setting("lips", "toy"), rows=(row,))
        >>> with_pictures(one, Path("out")).rows
        ()
    """
    kept = tuple(
        row
        for row in manifest.rows
        if row.status != "done"
        or all(_whole(folder / name) for name in (row.picture, row.measured) if name)
    )
    return replace(manifest, rows=kept)


def measured_by(forge: Forge, manifest: Manifest) -> tuple[str, ...]:
    """Which of the metrics there are measured all that is done; all of them where nothing is.

    A manifest of an earlier version does not say: there those that any row has a score of.
    """
    done = [row for row in manifest.rows if row.status == "done"]
    now = able(forge.components, forge.models(manifest.setting.pack))
    if not done:
        return now
    if manifest.metrics:
        return tuple(name for name in now if name in manifest.metrics)
    have = {score for row in done for score in row.scores}
    domain = forge.domains[manifest.setting.domain]
    style = style_of(forge, manifest.cases[0], domain.name)
    named = score_names(forge.components, domain, style)
    return tuple(name for name in now if named[name] in have)


def later_metrics(forge: Forge, manifest: Manifest) -> tuple[str, ...]:
    """Metrics that came after what is done was measured."""
    now = able(forge.components, forge.models(manifest.setting.pack))
    return tuple(name for name in now if name not in manifest.metrics)


def measured_again(
    forge: Forge, manifest: Manifest, folder: Path
) -> Iterator[tuple[Row, Manifest]]:
    """Every row that is done with its scores by metrics that came later, and the manifest so far.

    They are measured on the pictures as they were saved, which have no latents. One that fails says
    so in the manifest's notes, and is tried again by the next call.
    """
    new = later_metrics(forge, manifest)
    cases = {one.name: one for one in manifest.cases}
    done = [row for row in manifest.rows if row.status == "done" and row.case in cases]
    failed: dict[str, str] = {}
    now = manifest
    for number, row in enumerate(done if new else (), 1):
        scores = dict(row.scores)
        for name in new:
            try:
                scores |= _scores(forge, manifest, cases[row.case], row, folder, name)
            except UserError as error:
                why = f"{row.method} on {row.case} is not measured by {name}. {error}"
                failed.setdefault(name, why)
        found = replace(row, scores=rounded(scores))
        now = now.with_row(found)
        if number == len(done):
            good = tuple(name for name in new if name not in failed)
            now = replace(
                now,
                metrics=(*now.metrics, *good),
                notes=(*now.notes, *failed.values()),
            )
        yield found, now


def _scores(
    forge: Forge, manifest: Manifest, case: Case, row: Row, folder: Path, metric: str
) -> dict[str, float]:
    image = load_image(folder / (row.measured or row.picture))
    here = case.within(folder)
    return scores_of(forge, manifest.setting, here, image, only=(metric,))


def _whole(path: Path) -> bool:
    """Whether a file is a picture that was not cut off."""
    try:
        with Image.open(path) as opened:
            opened.verify()
    except (OSError, SyntaxError, ValueError):  # a PNG with a wrong checksum is a SyntaxError
        return False
    return True
