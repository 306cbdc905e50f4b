"""A report in rows: Markdown for people and docs, lines for a terminal, CSV for programs."""

from __future__ import annotations

import csv
import io

import numpy as np

from styleforge.evaluate.cells import arrow, bold, line, number
from styleforge.evaluate.report import Report
from styleforge.evaluate.sentences import FEWER, VERDICTS, facts, failed, made, title
from styleforge.evaluate.set_tables import best_set, of_a_set, sets
from styleforge.evaluate.statistics import FEWEST, Difference, Mean

CONFLICT = (
    "Cosine of structure's gradient with the one that it is kept apart from, before the rule, over "
    "the steps in which the rule acts: 1 where they pull together, -1 where they pull apart."
)


def markdown(report: Report) -> str:
    """The whole report as Markdown, ends in a newline."""
    parts = [f"# {title(report)}", facts(report), legend(report)]
    parts += ["## Means", table(report)]
    if len(report.levels) > 1:
        parts += [part for level in report.levels for part in _level(report, level)]
    for one in report.tables:
        parts += [f"## {one.title}", of_a_set(report, one)]
    if report.sets:
        parts += ["## Scores of all pictures together", sets(report)]
    if len(report.methods) > 1:
        parts += [f"## Against {report.against}", against(report)]
    found = conflict(report)
    if found:
        parts += ["## Conflict of gradients", CONFLICT, found]
    if report.failed:
        parts += ["## Runs that failed", failures(report)]
    parts += ["## How it was made", made(report)]
    return "\n\n".join(parts) + "\n"


def legend(report: Report) -> str:
    """What each score tells, as a list."""
    return "\n".join(
        f"* `{name}`{arrow(one.better)}: {one.says}" for name, one in report.scores.items()
    )


def table(report: Report, level: str = "", *, intervals: bool = True) -> str:
    """Means by method, the best of each score in bold, as Markdown.

    Args:
        report: whose.
        level: of difficulty; all where empty.
        intervals: with the interval of each mean.
    """
    names = list(report.scores)
    heads = [f"{name}{arrow(report.scores[name].better)}" for name in names]
    means = {name: report.means(name, level) for name in names}
    best = {name: report.best(name, level) for name in names}
    fewer = {name: report.fewer(name, level) for name in names}
    lines = [line(["method", "n", *heads]), "|" + "---|" * (len(names) + 2)]
    for method in report.methods:
        cells = [
            _mean(
                means[name].get(method),
                best=method in best[name],
                fewer=method in fewer[name],
                intervals=intervals,
            )
            for name in names
        ]
        lines.append(line([method, str(report.count(method, level)), *cells]))
    if any(fewer.values()):
        lines += ["", FEWER]
    return "\n".join(lines)


def overview(report: Report) -> str:
    """Means with a line for each score, for a terminal; the best ones with a star."""
    names = list(report.methods)
    rows = [["", *names], ["n", *(str(report.count(name)) for name in names)]]
    for score, about in report.scores.items():
        means = report.means(score)
        best = report.best(score)
        cells = [
            f"{number(means[name].mean)}{'*' if name in best else ' '}" if name in means else "- "
            for name in names
        ]
        rows.append([f"{score}{arrow(about.better)}", *cells])
    for score, about in report.set_scores.items():
        best = best_set(report, score)
        cells = [
            f"{number(report.sets[name][score])}{'*' if name in best else ' '}"
            if score in report.sets.get(name, {})
            else "- "
            for name in names
        ]
        rows.append([f"{score}{arrow(about.better)}", *cells])
    widths = [max(len(row[column]) for row in rows) for column in range(len(names) + 1)]
    lines = [
        "  ".join([
            row[0].ljust(widths[0]),
            *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)),
        ]).rstrip()
        for row in rows
    ]  # fmt: skip
    return "\n".join([*lines, "* the best mean; verdicts by paired intervals are in the report"])


def against(report: Report) -> str:
    """Whether each method is better than the one they are compared with, as Markdown."""
    how = (
        "Differences case by case, with the 95 % interval of their mean. A method is better or "
        f"worse where the whole interval is on one side of 0, from {FEWEST} cases on; else it is "
        "open."
    )
    lines = [
        how,
        "",
        line(["method", "score", "n", "difference", "verdict"]),
        "|" + "---|" * 5,
    ]
    lines += [_difference(report, one) for one in report.differences if not one.level]
    return "\n".join(lines)


def conflict(report: Report, parts: int = 5) -> str:
    """Mean cosine of the gradients that rules keep apart, over the run, as Markdown.

    Args:
        report: whose rows.
        parts: of equal length, into which each run is cut.

    Returns:
        Nothing where no method has such rules.
    """
    lines = []
    for method in report.methods:
        runs = [row.cosines for row in report.rows if row.method == method and row.cosines]
        if not runs:
            continue
        cut = [np.array_split(np.asarray(run), parts) for run in runs]
        found = [np.concatenate([one[part] for one in cut]) for part in range(parts)]
        lines.append(line([method, *(f"{one.mean():.3f}" if one.size else "" for one in found)]))
    if not lines:
        return ""
    head = line(["method", *(f"part {part + 1}" for part in range(parts))])
    return "\n".join([head, "|" + "---|" * (parts + 1), *lines])


def failures(report: Report) -> str:
    """Runs without a score, each with its sentence, as Markdown."""
    return "\n".join(f"* {said}" for said in failed(report))


def comma_separated(report: Report) -> str:
    """Every score of every case as CSV, a line for each method and case."""
    found = io.StringIO()
    names = list(report.scores)
    writer = csv.writer(found, lineterminator="\n")
    writer.writerow(["case", "level", "overlap", "distance", "words", "method", *names])
    cases = {case.name: case for case in report.cases}
    for row in report.rows:
        case = cases[row.case]
        scores = [row.scores.get(name, "") for name in names]
        about = [case.name, case.level, case.overlap, case.distance, case.said]
        writer.writerow([*about, row.method, *scores])
    return found.getvalue()


def _level(report: Report, level: str) -> tuple[str, str]:
    return f"## Means, {level}", table(report, level, intervals=False)


def _mean(mean: Mean | None, *, best: bool, fewer: bool, intervals: bool) -> str:
    if mean is None:
        return ""
    value = bold(number(mean.mean), best=best)
    if fewer:
        value += f" (n = {mean.count})"
    if not intervals or mean.count < 2:
        return value
    return f"{value} [{number(mean.low)}, {number(mean.high)}]"


def _difference(report: Report, one: Difference) -> str:
    mean = one.difference
    interval = f"{mean.mean:+.4f} [{mean.low:+.4f}, {mean.high:+.4f}]"
    verdict = VERDICTS[one.verdict]
    if one.verdict == "open" and not report.scores[one.score].better:
        verdict = ""  # neither way is better
    return line([one.one, one.score, str(mean.count), interval, verdict])
