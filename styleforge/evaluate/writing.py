"""The report of a comparison, written into its folder in every form."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from styleforge.errors import UserError
from styleforge.evaluate.cases import Case, parts_of
from styleforge.evaluate.contacts import ANSWER
from styleforge.evaluate.manifest import Manifest
from styleforge.evaluate.measuring import style_of, truth_of
from styleforge.evaluate.method_sets import Table, tables_of
from styleforge.evaluate.page import html
from styleforge.evaluate.report import Report, to_json
from styleforge.evaluate.reporting import report_of
from styleforge.evaluate.sets import Sets
from styleforge.evaluate.tables import comma_separated, markdown
from styleforge.files import write_text
from styleforge.prepare.images import save_image

if TYPE_CHECKING:
    from styleforge.forge import Forge

TRUTHS = "truths"  # folder of true answers
JSON, CSV, MARKDOWN, HTML = "report.json", "report.csv", "report.md", "report.html"


def write_report(
    forge: Forge,
    manifest: Manifest,
    folder: Path,
    *,
    against: str = "",
    sets: Sets | None = None,
) -> Report:
    """Write the report of what is done so far into the folder, in every form.

    Args:
        forge: tells what scores mean.
        manifest: the comparison.
        folder: where it is written.
        against: the method that the others are compared with; the first by default.
        sets: scores of all pictures of a method together.

    Raises:
        UserError: if a file cannot be written, or ``against`` is not among the methods.
    """
    report = report_of(forge, manifest, against=against)
    if sets is not None:
        report = replace(
            report,
            sets={name: sets.values[name] for name in report.methods if name in sets.values},
            set_scores=sets.scores,
            notes=(*report.notes, *sets.notes),
        )
    report = replace(report, tables=_tables(forge, report))
    write_text(folder / JSON, to_json(report))
    write_text(folder / CSV, comma_separated(report))
    write_text(folder / MARKDOWN, markdown(report))
    write_text(folder / HTML, html(report, _pictures(forge, manifest, folder), folder))
    return report


def _tables(forge: Forge, report: Report) -> tuple[Table, ...]:
    """The tables of sets of methods."""
    domain = forge.domains[report.setting.domain]
    first = report.cases[0] if report.cases else Case("", "", {})
    style = style_of(forge, first, domain.name)
    names = [*report.scores, *report.set_scores]
    role = style[0] if style else "style"
    return tables_of(forge, tuple(report.methods), names, domain.region, role)


def _pictures(forge: Forge, manifest: Manifest, folder: Path) -> dict[str, dict[str, str]]:
    """The pictures of each case by label, with the true answer, which is written."""
    attributes, found = forge.attributes_of(manifest.setting.domain), {}
    for case in manifest.cases:
        found[case.name] = parts_of(case, attributes)
        if not case.known:
            continue
        name = f"{TRUTHS}/{case.name}.png"
        if not (folder / name).exists():
            try:
                truth = truth_of(forge, manifest.setting, case.within(folder))
            except UserError:  # what stood beside the pictures is gone
                continue
            assert truth is not None
            (folder / name).parent.mkdir(exist_ok=True)
            save_image(truth.image, folder / name)
        found[case.name][ANSWER] = name
    return found
