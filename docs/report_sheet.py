"""A picture of a report for the docs: ``python docs/report_sheet.py DIR METHODS FILE [CASES]``.

A row for each case: what was given, what the methods made, the true answer. DIR is the folder that
`styleforge evaluate` wrote, METHODS are names with commas. Of CASES (12) every level has as many.
"""

from __future__ import annotations

import sys
from itertools import chain, zip_longest
from pathlib import Path

from PIL import Image

from styleforge.display.grids import grid
from styleforge.evaluate.report import Report, read_report
from styleforge.evaluate.writing import TRUTHS

SIDE = 180  # pixels of a picture
CASES = 12


def cases_in(report: Report, count: int) -> list[str]:
    """So many cases, of the levels by turns, in the order of the levels."""
    levels = [[one.name for one in report.cases if one.level == level] for level in report.levels]
    turns = [name for name in chain.from_iterable(zip_longest(*levels)) if name][:count]
    return [name for level in levels for name in level if name in turns]


def drawn(folder: Path, methods: list[str], count: int = CASES) -> Image.Image:
    """The sheet of a report's folder."""
    report = read_report(folder / "report.json")
    cases = {one.name: one for one in report.cases}
    made = {row.key: row.picture for row in report.rows}
    names = cases_in(report, count)
    # Roles that come from the same picture share a column, unless some case tells them apart.
    given: dict[tuple[str, ...], str] = {}
    for role in cases[names[0]].pictures:
        given.setdefault(tuple(cases[name].pictures[role] for name in names), role)
    rows = []
    for number, name in enumerate(names):
        files = [pictures[number] for pictures in given]
        files += [made.get((name, method), "") for method in methods]
        files.append(f"{TRUTHS}/{name}.png")
        paths = [folder / file for file in files]
        rows.append([Image.open(path) if path.is_file() else None for path in paths])
    columns = [role.replace("_", " ") for role in given.values()]
    labels = [f"{name} {cases[name].said}".strip() for name in names]
    return grid(rows, [*columns, *methods, "truth"], labels, side=SIDE)


if __name__ == "__main__":
    if len(sys.argv) not in {4, 5}:
        sys.exit("Write: python docs/report_sheet.py DIR METHOD,METHOD FILE [CASES]")
    many = int(sys.argv[4]) if len(sys.argv) == 5 else CASES
    drawn(Path(sys.argv[1]), sys.argv[2].split(","), many).save(sys.argv[3], quality=88)
