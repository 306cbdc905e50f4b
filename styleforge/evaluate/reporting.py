"""From what is done of a comparison to its report, and what follows from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import PurePath
from typing import TYPE_CHECKING

from styleforge.errors import UserError
from styleforge.evaluate.cases import Case
from styleforge.evaluate.manifest import Manifest
from styleforge.evaluate.report import Report, Score
from styleforge.evaluate.rows import SECONDS, Row
from styleforge.evaluate.statistics import Difference, difference_of

if TYPE_CHECKING:
    from styleforge.forge import Forge


def report_of(forge: Forge, manifest: Manifest, *, against: str = "") -> Report:
    """The report of what is done so far.

    Args:
        forge: tells what scores mean.
        manifest: the comparison.
        against: the method that the others are compared with; the first by default.

    Raises:
        UserError: if ``against`` is no method of the comparison.
    """
    names = tuple(manifest.methods)
    if against and against not in names:
        msg = f"{against!r} is not among the methods that are compared: {', '.join(names)}."
        raise UserError(msg)
    against = against or (names[0] if names else "")
    rows = _sorted([row for row in manifest.rows if row.status == "done"], manifest)
    failed = _sorted([row for row in manifest.rows if row.status == "failed"], manifest)
    scores = _scores(forge, manifest, rows)
    levels = tuple(dict.fromkeys(one.level for one in manifest.cases if one.level))
    return Report(
        source=_name(manifest.source),
        setting=manifest.setting,
        chosen=manifest.chosen,
        levels=levels,
        cases=tuple(_without_folders(one) for one in manifest.cases),
        methods=manifest.methods,
        scores=scores,
        rows=rows,
        failed=failed,
        differences=tuple(_differences(rows, names, against, scores, levels)),
        against=against,
        sessions=manifest.sessions,
        notes=manifest.notes,
    )


def _scores(forge: Forge, manifest: Manifest, rows: Sequence[Row]) -> dict[str, Score]:
    """Those that any row has, in the order of the metrics."""
    from styleforge.evaluate.measuring import style_of
    from styleforge.measure.by_metrics import directions, meanings

    if not manifest.cases:
        return {}
    domain = forge.domains[manifest.setting.domain]
    style = style_of(forge, manifest.cases[0], domain.name)
    says = meanings(forge.components, domain, style)
    better = directions(forge.components, domain, style)
    have = dict.fromkeys(name for row in rows for name in row.scores)
    order = [name for name in says if name in have]
    order += [name for name in have if name not in says and name != SECONDS]
    found = {name: Score(says=says.get(name, ""), better=better.get(name, "")) for name in order}
    if SECONDS in have:
        found[SECONDS] = Score(
            says="of a run, once models were loaded and pictures prepared", better="less"
        )
    return found


def _sorted(rows: Sequence[Row], manifest: Manifest) -> tuple[Row, ...]:
    cases = [one.name for one in manifest.cases]
    methods = list(manifest.methods)
    known = [row for row in rows if row.case in cases and row.method in methods]
    return tuple(sorted(known, key=lambda row: (cases.index(row.case), methods.index(row.method))))


def _differences(
    rows: Sequence[Row],
    methods: Sequence[str],
    against: str,
    scores: Mapping[str, Score],
    levels: Sequence[str],
) -> list[Difference]:
    found = [
        difference_of(rows, method, against, score, better=scores[score].better, level=level)
        for method in methods
        if method != against
        for level in ("", *(levels if len(levels) > 1 else ()))
        for score in scores
    ]
    return [one for one in found if one is not None]


def _without_folders(case: Case) -> Case:
    return replace(case, pictures={role: _name(path) for role, path in case.pictures.items()})


def _name(path: str) -> str:
    """A file without the folders of this machine; a relative path stays as it is."""
    return PurePath(path).name if PurePath(path).is_absolute() else path
