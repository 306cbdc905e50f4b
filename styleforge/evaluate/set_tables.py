"""Tables of sets of methods as papers have them, and scores of all results together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from styleforge.evaluate.cells import arrow, bold, line, number
from styleforge.evaluate.statistics import FEWEST

if TYPE_CHECKING:
    from styleforge.evaluate.method_sets import Table
    from styleforge.evaluate.report import Report, Score


def rows_of(report: Report, shown: Table) -> tuple[list[str], list[list[str]]]:
    """A table of some methods by some scores, over all cases and by level: its head, its rows.

    Scores of all results together have no level of their own.
    """
    levels = ("", *(report.levels if len(report.levels) > 1 else ()))
    heads = [f"{name}{arrow(_score(report, name).better)}" for name in shown.scores]
    rows = []
    for level in levels:
        for method in shown.methods:
            found = [_value(report, method, name, level) for name in shown.scores]
            cells = ["" if value is None else number(value) for value in found]
            if any(cells):
                rows.append([level or "all", method, str(report.count(method, level)), *cells])
    return ["cases", "method", "n", *heads], rows


def warned(report: Report, shown: Table) -> str:
    """Which methods have no result, and that cases are too few to say which is better."""
    counts = {method: report.count(method) for method in shown.methods}
    none = [method for method, count in counts.items() if not count]
    found = [f"Without a result: {', '.join(none)}; see the runs that failed."] if none else []
    fewest = min((count for count in counts.values() if count), default=0)
    if fewest < FEWEST:
        few = "one case" if fewest == 1 else f"{fewest} cases"
        found.append(
            f"A method has {few} here: with fewer than {FEWEST}, this table does not say which is "
            "better."
        )
    return " ".join(found)


def of_a_set(report: Report, shown: Table) -> str:
    """`rows_of` as Markdown, and whether it says anything."""
    head, rows = rows_of(report, shown)
    lines = [line(head), "|" + "---|" * len(head), *(line(row) for row in rows)]
    said = warned(report, shown)
    return "\n".join([*lines, *(("", said) if said else ())])


def sets(report: Report) -> str:
    """Scores of all pictures of a method together, as Markdown."""
    names = [name for name in report.set_scores if any(name in one for one in report.sets.values())]
    heads = [f"{name}{arrow(report.set_scores[name].better)}" for name in names]
    lines = [line(["method", *heads]), "|" + "---|" * (len(names) + 1)]
    best = {name: best_set(report, name) for name in names}
    for method, found in report.sets.items():
        cells = [
            bold(number(found[name]), best=method in best[name]) if name in found else ""
            for name in names
        ]
        lines.append(line([method, *cells]))
    says = "\n".join(
        f"* `{name}`{arrow(one.better)}: {one.says}" for name, one in report.set_scores.items()
    )
    return "\n".join([*lines, "", says])


def best_set(report: Report, name: str) -> tuple[str, ...]:
    """The methods with the best score of all pictures together, of those with the most results.

    What makes nothing is no method that could be best, and of one method there is no best.
    """
    found = {
        method: one[name]
        for method, one in report.sets.items()
        if name in one and report.methods[method].made
    }
    most = max((report.count(method) for method in found), default=0)
    found = {method: value for method, value in found.items() if report.count(method) == most}
    better = report.set_scores[name].better
    if better not in {"more", "less"} or len(found) < 2:
        return ()
    best = max(found.values()) if better == "more" else min(found.values())
    return tuple(method for method, value in found.items() if value == best)


def _score(report: Report, name: str) -> Score:
    """What a score tells, of each result or of all together."""
    return report.scores[name] if name in report.scores else report.set_scores[name]


def _value(report: Report, method: str, name: str, level: str = "") -> float | None:
    """The mean of a score, or a score of all results together, which no level has of its own."""
    if name in report.scores:
        mean = report.mean(method, name, level)
        return None if mean is None else mean.mean
    return None if level else report.sets.get(method, {}).get(name)
