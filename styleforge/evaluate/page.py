"""A report as one page of HTML: opens from a disk, light and dark, on a phone and on a desk.

The page holds its own styles, plots and small pictures, and asks no network for anything. Links go
to the pictures at full size, which lie beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from importlib.resources import files
from pathlib import Path

from styleforge.evaluate.cells import ARROWS, number
from styleforge.evaluate.contacts import contacts
from styleforge.evaluate.method_sets import Table
from styleforge.evaluate.plots import kind_of, plot
from styleforge.evaluate.report import Report
from styleforge.evaluate.sentences import FEWER, VERDICTS, facts, failed, made, title
from styleforge.evaluate.set_tables import best_set, rows_of, warned
from styleforge.evaluate.statistics import Difference, Mean

MISSING = "–"
MARKS = {"better": "better", "worse": "worse", "open": "open", "too few": "few"}


def html(report: Report, cases: Mapping[str, Mapping[str, str]], folder: Path) -> str:
    """The whole page.

    Args:
        report: what is told.
        cases: the pictures of each case by label, relative to the folder or whole.
        folder: where results and pictures lie, and the page will.
    """
    sections = [
        _section("means", "Means", _tables(report)),
        *(
            _section(f"table-{index}", one.title, _of_a_set(report, one))
            for index, one in enumerate(report.tables)
        ),
        _section("levels", "By level", _plots(report)) if len(report.levels) > 1 else "",
        _section("sets", "All pictures together", _sets(report)) if report.sets else "",
        _section("against", f"Against {report.against}", _against(report))
        if len(report.methods) > 1
        else "",
        _section("pictures", "Pictures", "".join(contacts(report, cases, folder))),
        _section("failed", "Runs that failed", _failed(report)) if report.failed else "",
        _section("made", "How it was made", _made(report)),
    ]
    style = (files("styleforge.evaluate") / "page.css").read_text(encoding="utf-8")
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{escape(title(report))}</title>\n<style>\n{style}</style>\n</head>\n<body>\n"
        f"<header><h1>{escape(title(report))}</h1>\n<p>{_said(facts(report))}</p></header>\n"
        f"<main>\n{''.join(sections)}</main>\n</body>\n</html>\n"
    )


def _section(name: str, heading: str, inside: str) -> str:
    return f'<section id="{name}">\n<h2>{escape(heading)}</h2>\n{inside}\n</section>\n'


def _tables(report: Report) -> str:
    """The table of all cases, one of each level folded away, and what the scores tell."""
    found = [_table(report, "")]
    if len(report.levels) > 1:
        found += [
            f"<details><summary>{escape(level)}</summary>{_table(report, level)}</details>"
            for level in report.levels
        ]
    says = "".join(
        f"<dt>{escape(name)}{_arrow(one.better)}</dt><dd>{escape(one.says)}</dd>"
        for name, one in report.scores.items()
    )
    return "\n".join([*found, f"<h3>What the scores tell</h3><dl>{says}</dl>"])


def _table(report: Report, level: str) -> str:
    means = {name: report.means(name, level) for name in report.scores}
    best = {name: report.best(name, level) for name in report.scores}
    fewer = {name: report.fewer(name, level) for name in report.scores}
    heads = "".join(
        f'<th scope="col" title="{escape(one.says)}">{_broken(name)}{_arrow(one.better)}</th>'
        for name, one in report.scores.items()
    )
    rows = []
    for method in report.methods:
        cells = "".join(
            _cell(means[name].get(method), best=method in best[name], fewer=method in fewer[name])
            for name in report.scores
        )
        count = report.count(method, level)
        rows.append(f'<tr><th scope="row">{escape(method)}</th><td>{count}</td>{cells}</tr>')
    head = f'<tr><th scope="col">method</th><th scope="col">n</th>{heads}</tr>'
    table = _scrolling(f"<thead>{head}</thead><tbody>{''.join(rows)}</tbody>")
    return table + (f"<p>{FEWER}</p>" if any(fewer.values()) else "")


def _cell(mean: Mean | None, *, best: bool, fewer: bool) -> str:
    if mean is None:
        return "<td>–</td>"
    value = number(mean.mean)
    shown = f"<strong>{value}</strong>" if best else value
    told = [f"{number(mean.low)} – {number(mean.high)}"] if mean.count > 1 else []
    told += [f"n = {mean.count}"] if fewer else []
    small = f"<small>{', '.join(told)}</small>" if told else ""
    return f"<td>{shown}{small}</td>"


def _of_a_set(report: Report, shown: Table) -> str:
    """A table as a paper has it: some methods, some scores, by level."""
    head, rows = rows_of(report, shown)
    heads = "".join(f'<th scope="col">{_broken(cell)}</th>' for cell in head)
    heads = heads.replace('<th scope="col">method', '<th scope="col" class="name">method')
    body = "".join(
        f'<tr><td>{escape(level)}</td><th scope="row" class="name">{escape(method)}</th>'
        f"{''.join(f'<td>{escape(cell) or MISSING}</td>' for cell in cells)}</tr>"
        for level, method, *cells in rows
    )
    said = warned(report, shown)
    table = _scrolling(f"<thead><tr>{heads}</tr></thead><tbody>{body}</tbody>")
    return table + (f"<p>{_said(said)}</p>" if said else "")


def _plots(report: Report) -> str:
    """A plot of each score by difficulty, with one legend for all."""
    key = "".join(
        f'<li><svg class="mark" viewBox="0 0 12 12" aria-hidden="true">'
        f'<circle class="{kind_of(index)}" cx="6" cy="6" r="5"/></svg>{escape(method)}</li>'
        for index, method in enumerate(report.methods)
    )
    plots = "".join(
        f"<figure>{plot(report, name)}<figcaption>{escape(name)}{_arrow(one.better)}</figcaption>"
        "</figure>"
        for name, one in report.scores.items()
    )
    return (
        "<p>Means of each level with their intervals.</p>"
        f'<ul class="key">{key}</ul><div class="plots">{plots}</div>'
    )


def _sets(report: Report) -> str:
    names = [name for name in report.set_scores if any(name in one for one in report.sets.values())]
    heads = "".join(
        f'<th scope="col">{_broken(name)}{_arrow(report.set_scores[name].better)}</th>'
        for name in names
    )
    rows = []
    for method, found in report.sets.items():
        cells = ""
        for name in names:
            value = number(found[name]) if name in found else "–"
            best = method in best_set(report, name)
            cells += f"<td><strong>{value}</strong></td>" if best else f"<td>{value}</td>"
        rows.append(f'<tr><th scope="row">{escape(method)}</th>{cells}</tr>')
    says = "".join(
        f"<dt>{escape(name)}{_arrow(one.better)}</dt><dd>{escape(one.says)}</dd>"
        for name, one in report.set_scores.items()
    )
    head = f'<tr><th scope="col">method</th>{heads}</tr>'
    table = _scrolling(f"<thead>{head}</thead><tbody>{''.join(rows)}</tbody>")
    return f"{table}<dl>{says}</dl>"


def _against(report: Report) -> str:
    """Verdicts on every score, over all cases; those of each level are folded away."""
    lead = (
        "<p>Mean differences case by case, with their intervals. A method is better or worse where "
        "the whole interval is on one side of 0, from six cases on; else it is open.</p>"
    )
    found = [_differences([one for one in report.differences if not one.level], report)]
    for level in report.levels if len(report.levels) > 1 else ():
        inside = _differences([one for one in report.differences if one.level == level], report)
        found.append(f"<details><summary>{escape(level)}</summary>{inside}</details>")
    return lead + "".join(found)


def _differences(found: Sequence[Difference], report: Report) -> str:
    """A table with a row for each score and a column for each method."""
    methods = [name for name in report.methods if name != report.against]
    by = {(one.score, one.one): one for one in found}
    rows = []
    for score, about in report.scores.items():
        cells = ""
        for method in methods:
            one = by.get((score, method))
            if one is None:
                cells += "<td>–</td>"
                continue
            mean = one.difference
            told = VERDICTS[one.verdict] if about.better or one.verdict == "too few" else ""
            mark = f'<span class="{MARKS[one.verdict]}">{told}</span>' if told else ""
            cells += (
                f"<td>{mean.mean:+.3g} {mark}"
                f"<small>{mean.low:+.3g} … {mean.high:+.3g}, n = {mean.count}</small></td>"
            )
        rows.append(f'<tr><th scope="row">{_broken(score)}{_arrow(about.better)}</th>{cells}</tr>')
    heads = "".join(f'<th scope="col">{escape(name)}</th>' for name in methods)
    head = f'<tr><th scope="col">score</th>{heads}</tr>'
    return _scrolling(f"<thead>{head}</thead><tbody>{''.join(rows)}</tbody>")


def _failed(report: Report) -> str:
    return f"<ul>{''.join(f'<li>{_said(one)}</li>' for one in failed(report))}</ul>"


def _made(report: Report) -> str:
    lines = [line.removeprefix("* ") for line in made(report).splitlines()]
    return f"<ul>{''.join(f'<li>{_said(line)}</li>' for line in lines)}</ul>"


def _said(text: str) -> str:
    """A sentence, with what stands between backticks as code."""
    pieces = escape(text).split("`")
    if len(pieces) % 2 == 0:  # a lone one stays as it is
        return escape(text)
    return "".join(
        f"<code>{piece}</code>" if index % 2 else piece for index, piece in enumerate(pieces)
    )


def _scrolling(inside: str) -> str:
    return f'<div class="wide" tabindex="0"><table>{inside}</table></div>'


def _broken(name: str) -> str:
    """A score's name, which may break after an underscore."""
    return escape(name).replace("_", "_<wbr>")


def _arrow(better: str) -> str:
    return f"&nbsp;{ARROWS[better]}" if better in ARROWS else ""
