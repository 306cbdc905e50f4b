"""Reports in the docs: their pages are written from their data, and pages quote them."""

from __future__ import annotations

from pathlib import Path

import pytest

from styleforge.evaluate.report import read_report, to_json
from styleforge.evaluate.tables import markdown

DOCS = Path(__file__).parent.parent / "docs"
REPORTS = sorted((DOCS / "reports").glob("*/report.json"))
LARGEST = 600_000  # bytes


@pytest.mark.parametrize("path", REPORTS, ids=lambda path: path.parent.name)
def test_a_page_is_what_its_data_says(path):
    report = read_report(path)
    assert (path.parent / "report.md").read_text(encoding="utf-8") == markdown(report)
    assert path.read_text(encoding="utf-8") == to_json(report)
    assert path.stat().st_size < LARGEST
    assert report.rows
    assert not any(Path(picture).is_absolute() for case in report.cases
                   for picture in case.pictures.values())  # fmt: skip


def test_there_is_one_and_the_page_on_quality_quotes_it():
    assert REPORTS
    text = (DOCS / "quality.md").read_text(encoding="utf-8")
    assert any(f"reports/{path.parent.name}/report.md" in text for path in REPORTS)
