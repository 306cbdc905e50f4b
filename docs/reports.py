"""Take a report into the docs: ``python docs/reports.py NAME DIR``.

Copies ``report.json`` out of the folder that `styleforge evaluate` wrote, and writes ``report.md``
anew from it. The pages of the docs include tables of these, and a test holds the two together.
"""

from __future__ import annotations

import sys
from pathlib import Path

from styleforge.evaluate.report import read_report, to_json
from styleforge.evaluate.tables import markdown

FOLDER = Path(__file__).parent / "reports"
LARGEST = 600_000  # bytes of a report that is committed


def take(name: str, folder: Path) -> Path:
    """Write a report into the docs; its folder there."""
    report = read_report(folder / "report.json")
    text = to_json(report)
    if len(text) > LARGEST:
        sys.exit(f"The report has {len(text)} bytes; at most {LARGEST} are committed.")
    own = FOLDER / name
    own.mkdir(parents=True, exist_ok=True)
    (own / "report.json").write_text(text, encoding="utf-8")
    (own / "report.md").write_text(markdown(report), encoding="utf-8")
    return own


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("Write: python docs/reports.py NAME DIR")
    print(take(sys.argv[1], Path(sys.argv[2])))
