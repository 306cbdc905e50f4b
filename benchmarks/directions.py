"""Whether published directions hold: `python -m benchmarks.directions REPORT.json`.

Reads a report of `styleforge evaluate` with the methods that are compared. A direction holds where
the whole paired interval is on its side, and is open where the interval holds 0.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from styleforge.evaluate.report import Report, read_report
from styleforge.evaluate.statistics import difference_of
from styleforge.evaluate.tables import conflict

VERDICTS = {
    "better": "holds",
    "worse": "does not hold",
    "open": "open",
    "too few": "too few triples to say",
}


@dataclass(frozen=True)
class Direction:
    """That one method is better than another, by a score."""

    says: str
    one: str
    other: str
    score: str
    level: str = ""


DIRECTIONS = (
    Direction("two stages beat one", "loho", "loho-joint", "{region}_iou"),
    Direction("two stages beat one", "loho", "loho-joint", "truth_lpips"),
    Direction("orthogonalization keeps the shape", "loho", "loho-plain", "{region}_iou"),
    Direction("orthogonalization keeps the shape", "loho", "loho-plain", "shape_iou"),
    Direction("orthogonalization brings the look", "loho", "loho-plain", "appearance_error"),
    Direction("masks are dilated for a reason", "loho", "loho-undilated", "{region}_iou"),
    Direction("LOHO beats copy-paste", "loho", "copy-paste", "truth_lpips", "difficult"),
    Direction("loho-fast is as good as loho", "loho-fast", "loho", "truth_lpips"),
    Direction("loho-fast beats copy-paste", "loho-fast", "copy-paste", "truth_lpips"),
    Direction("tailored beats loho-fast", "tailored", "loho-fast", "truth_lpips"),
    Direction("LOHO keeps the face better than I2S++", "loho", "i2spp", "identity_psnr"),
)


def directions(report: Report, region: str) -> Iterator[str]:
    """A line for each direction whose methods were both compared."""
    for one in DIRECTIONS:
        score = one.score.replace("{region}", region)
        if not {one.one, one.other} <= set(report.methods) or score not in report.scores:
            continue
        found = difference_of(
            report.rows, one.one, one.other, score, better=report.scores[score].better,
            level=one.level,
        )  # fmt: skip
        if found is None:
            continue
        mean, where = found.difference, f", {one.level}" if one.level else ""
        yield (
            f"- {one.says} ({one.one} against {one.other}, {score}{where}): "
            f"{VERDICTS[found.verdict]} ({mean.mean:+.4f}, 95 % [{mean.low:+.4f}, "
            f"{mean.high:+.4f}], n = {mean.count})"
        )


def main(path: Annotated[Path, typer.Argument(help="report.json of styleforge evaluate.")]) -> None:
    """Print the directions, and how the gradients of rules conflict."""
    report = read_report(path)
    for line in directions(report, report.setting.domain):
        typer.echo(line)
    found = conflict(report)
    if found:
        typer.echo(f"\nCosine of the gradients that rules keep apart, over the run:\n\n{found}")


if __name__ == "__main__":
    typer.run(main)
