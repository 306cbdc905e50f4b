"""What a report says in words, whatever form it is read in."""

from __future__ import annotations

from styleforge.evaluate.manifest import NONE
from styleforge.evaluate.report import Report

FEWER = (
    "A mean with an n of its own is over fewer cases than others in its column: it is not compared "
    "for the best. Differences case by case are of the cases that both have."
)
VERDICTS = {
    "better": "better",
    "worse": "worse",
    "open": "open",
    "too few": "too few to say",
}


def title(report: Report) -> str:
    """What was compared, in a line.

    Example:
        >>> from styleforge.evaluate.methods import Setting
        >>> title(Report(source="world", setting=Setting("lips", "toy")))
        'lips with toy: 0 methods on 0 cases'
    """
    setting = report.setting
    methods, cases = (
        f"{count} {noun}{'' if count == 1 else 's'}"
        for count, noun in ((len(report.methods), "method"), (len(report.cases), "case"))
    )
    return f"{setting.domain} with {setting.pack}: {methods} on {cases}"


def facts(report: Report) -> str:
    """What a reader has to know of the numbers, in a paragraph."""
    levels = ", ".join(
        f"{sum(case.level == level for case in report.cases)} {level}" for level in report.levels
    )
    known = sum(case.known for case in report.cases)
    worded = " in words" if any(case.words for case in report.cases) else ""
    parts = [
        f"Cases{worded} from {report.source}, seed {report.chosen}"
        + (f" ({levels})." if levels else "."),
        "The true answer of each is known."
        if known and known == len(report.cases)
        else "The true answers are not known."
        if not known
        else f"The true answer of {known} is known.",
        f"Runs with seed {report.setting.seed}.",
        "Intervals are of 95 %, of the mean (bootstrap over cases).",
    ]
    return " ".join([*parts, *report.notes])


def failed(report: Report) -> list[str]:
    """What failed and why, with what words asked for; alike on several cases is one line."""
    cases: dict[tuple[str, str], list[str]] = {}
    said = {case.name: f" ({case.said})" for case in report.cases if case.words}
    for row in report.failed:
        asked = row.case + said.get(row.case, "")
        cases.setdefault((row.method, row.error), []).append(asked)
    return [f"{method} on {', '.join(names)}: {why}" for (method, why), names in cases.items()]


def made(report: Report) -> str:
    """Commands, machines, versions and weights, as Markdown."""
    lines = []
    for one in report.sessions:
        machine = ", ".join(f"{name} {value}" for name, value in one.machine.items())
        versions = ", ".join(f"{name} {value}" for name, value in one.versions.items())
        lines += [f"* `{one.command}`, {one.started}, on {one.executor}: {machine}; {versions}."]
    for name, method in report.methods.items():
        if not method.made:
            lines.append(f"* {name}: {method.recipe.removeprefix(NONE)}; nothing was run.")
            continue
        steps = f"{method.steps} steps" if method.steps else "no steps"
        weights = f"weights {method.weights[:12]}" if method.weights else "no weights of files"
        lines.append(f"* {name}: {steps}, {weights}, recipe {method.recipe[:12]}.")
    return "\n".join(lines)
