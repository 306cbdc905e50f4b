"""Rows of what is over: a result measured, a run that failed, and what makes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from styleforge.errors import UserError
from styleforge.evaluate.cases import Case
from styleforge.evaluate.given import given_picture
from styleforge.evaluate.measuring import cosines_of, latent_of, scores_of
from styleforge.evaluate.methods import Setting
from styleforge.evaluate.rows import SECONDS, Row
from styleforge.files import write_whole
from styleforge.prepare.images import to_picture
from styleforge.run.checkpoint import remove_checkpoint

if TYPE_CHECKING:
    from torch import Tensor

    from styleforge.forge import Forge
    from styleforge.run.result import Result

RESULTS, MEASURED, UNFINISHED = "results", "measured", "unfinished"  # folders
DIGITS = 6  # of a score that are kept


def unfinished(folder: Path, case: str, method: str) -> Path:
    """Where the checkpoint of a run is kept until it is done.

    Example:
        >>> unfinished(Path("out"), "easy-0", "loho").as_posix()
        'out/unfinished/loho/easy-0.resume'
    """
    return folder / UNFINISHED / method / f"{case}.resume"


def failed_row(case: Case, method: str, why: str, folder: Path, picture: str = "") -> Row:
    """The row of a run that failed, with its sentence.

    Example:
        >>> failed_row(Case("easy-0", "easy", {}), "loho", "No face.", Path("out")).status
        'failed'
    """
    return Row(
        case=case.name,
        level=case.level,
        method=method,
        status="failed",
        error=_told((why,), case, folder)[0],
        picture=picture,
    )


def finished_row(
    forge: Forge,
    setting: Setting,
    case: Case,
    method: str,
    result: Result,
    folder: Path,
) -> Row:
    """The row of a result, which is written and measured.

    Raises:
        UserError: if its file cannot be written.
        PluginError: if a metric fails.
    """
    name = f"{method}/{case.name}.png"
    picture, measured = f"{RESULTS}/{name}", ""
    result.save(folder / picture, share=True)
    if result.pasted.shape[-2:] != result.image.shape[-2:]:  # it was pasted back into a photograph
        measured = f"{MEASURED}/{name}"
        _write(result.image, folder / measured)
    if result.status == "failed":
        return failed_row(case, method, " ".join(result.notes) or "It failed.", folder, picture)
    try:
        latent = latent_of(result)
        scores = scores_of(forge, setting, case.within(folder), result.image, latent)
    except UserError as error:
        return failed_row(case, method, str(error), folder, picture)
    remove_checkpoint(unfinished(folder, case.name, method))
    return Row(
        case=case.name,
        level=case.level,
        method=method,
        scores=rounded({**scores, SECONDS: result.took}),
        picture=picture,
        measured=measured,
        notes=_told(result.notes, case, folder),
        weights=result.recipe.weights,
        threads=result.recipe.threads,
        device=result.recipe.device,
        cosines=cosines_of(result.history),
    )


def sweep(folder: Path) -> None:
    """Remove the folders of checkpoints that hold none."""
    for path in (*(folder / UNFINISHED).glob("*"), folder / UNFINISHED):
        with suppress(OSError):  # it holds some, or is not there
            path.rmdir()


def given_row(forge: Forge, setting: Setting, case: Case, method: str, folder: Path) -> Row:
    """The row of what makes nothing: the true answer, or the identity as it was.

    Raises:
        PluginError: if a metric fails.
    """
    here, picture = case.within(folder), f"{RESULTS}/{method}/{case.name}.png"
    try:
        image = given_picture(forge, setting, method, here)
        _write(image, folder / picture)
        scores = scores_of(forge, setting, here, image)
    except UserError as error:
        return failed_row(case, method, str(error), folder)
    return Row(
        case=case.name, level=case.level, method=method, scores=rounded(scores), picture=picture
    )


def _told(notes: Sequence[str], case: Case, folder: Path) -> tuple[str, ...]:
    """Notes in which files are called by their names: a report tells nobody's folders."""
    names = {path: Path(path).name for path in case.within(folder).pictures.values()}
    found = []
    for note in notes:
        for path, name in names.items():
            note = note.replace(path, name)  # noqa: PLW2901
        found.append(note)
    return tuple(found)


def _write(image: Tensor, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, partial(to_picture(image).save, format="PNG"))


def rounded(scores: Mapping[str, float]) -> dict[str, float]:
    """Scores as they are kept.

    Example:
        >>> rounded({"iou": 0.123456789})
        {'iou': 0.123457}
    """
    return {name: float(f"{value:.{DIGITS}g}") for name, value in scores.items()}
