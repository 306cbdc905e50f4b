"""What stands beside the results at the end: a table, contact sheets and a page."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from io import BytesIO, StringIO
from pathlib import Path
from typing import TYPE_CHECKING

from styleforge.batches.page import pages
from styleforge.batches.sheets import sheets
from styleforge.files import write_text, write_whole

if TYPE_CHECKING:
    from styleforge.batches.manifest import Outcome
    from styleforge.pack.models import Models

TABLE, PAGE = "results.csv", "index.html"
_QUALITY = 88
_OWN = ("row", "name", "state", "file", "seconds", "steps", "made with", "error", "notes")


def write_report(outcomes: Sequence[Outcome], folder: Path, models: Models | None) -> None:
    """Write ``results.csv``, ``sheet.jpg`` and ``index.html`` to the folder of the results.

    Raises:
        UserError: if one cannot be written.

    Example:
        >>> import tempfile
        >>> from styleforge.batches.manifest import Outcome
        >>> folder = Path(tempfile.mkdtemp())
        >>> one = Outcome(key="0", number=1, name="001-me", state="failed", domain="lips")
        >>> write_report([one], folder, None)
        >>> sorted(path.name for path in folder.iterdir())
        ['index.html', 'results.csv']
    """
    ordered = sorted(outcomes, key=lambda one: (one.number, one.name))
    write_text(folder / TABLE, _table(ordered))
    for name, sheet in sheets(ordered, folder, models):
        file = BytesIO()
        sheet.save(file, "JPEG", quality=_QUALITY)
        write_whole(folder / name, file.getvalue())
    for name, text in pages(ordered, folder, models).items():
        write_text(folder / name, text)


def _table(outcomes: Sequence[Outcome]) -> str:
    """All rows as CSV: what was asked for, what became of it, and its figures."""
    asked = dict.fromkeys(name for one in outcomes for name in one.asked if name != "name")
    figures = dict.fromkeys(name for one in outcomes for name in one.figures)
    file = StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow([*_OWN, *asked, *figures])
    for one in outcomes:
        own = (
            one.number, one.name, one.state, one.file, one.seconds or "", one.steps or "",
            one.method, one.error, " ".join(one.notes),
        )  # fmt: skip
        writer.writerow(
            [_plain(cell) for cell in (
                *own, *(one.asked.get(name, "") for name in asked),
                *(one.figures.get(name, "") for name in figures),
            )]
        )  # fmt: skip
    return file.getvalue()


def _plain(cell: object) -> object:
    """A cell that a spreadsheet takes for text and no formula."""
    risky = isinstance(cell, str) and cell[:1] in {"=", "+", "-", "@", "\t", "\r"}
    return f"'{cell}" if risky else cell
