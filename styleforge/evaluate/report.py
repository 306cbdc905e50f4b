"""The report of a comparison as data: what was compared, how it went, and what follows from it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from styleforge.errors import UserError
from styleforge.evaluate.cases import Case
from styleforge.evaluate.manifest import Manifest, Method, Session
from styleforge.evaluate.method_sets import Table
from styleforge.evaluate.methods import Setting
from styleforge.evaluate.rows import SECONDS, Row
from styleforge.evaluate.statistics import (
    Difference,
    Mean,
    best_of,
    difference_of,
    mean_of,
    values_of,
)

if TYPE_CHECKING:
    from pydantic import TypeAdapter

    from styleforge.forge import Forge


@dataclass(frozen=True, kw_only=True)
class Score:
    """What a score tells, and whether ``more`` or ``less`` of it is better, if either is.

    Example:
        >>> Score(says="dB, result against the true answer", better="more").better
        'more'
    """

    says: str
    better: str = ""


@dataclass(frozen=True, kw_only=True)
class Report:
    """A comparison, to be read and quoted.

    Args:
        source: where the cases come from.
        setting: how every method was run.
        chosen: the seed of the cases.
        levels: of difficulty, from easy to difficult; empty where cases are not sorted.
        cases: with the names of their pictures.
        methods: in the order of the tables.
        scores: by name, in their order.
        rows: of what is in the tables.
        failed: runs without a score, each with its sentence.
        sets: scores of all pictures of a method together, by method and name.
        set_scores: what those tell, by name.
        differences: of every method from ``against``, by score, over all cases and by level.
        against: the method that the others are compared with.
        sessions: the commands, machines and versions.
        notes: sentences on it all.
        tables: of some methods by some scores, as papers have them.

    Example:
        >>> Report(source="world", setting=Setting("lips", "toy")).methods
        {}
    """

    source: str
    setting: Setting
    chosen: int = 0
    levels: tuple[str, ...] = ()
    cases: tuple[Case, ...] = ()
    methods: Mapping[str, Method] = field(default_factory=dict)
    scores: Mapping[str, Score] = field(default_factory=dict)
    rows: tuple[Row, ...] = ()
    failed: tuple[Row, ...] = ()
    sets: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    set_scores: Mapping[str, Score] = field(default_factory=dict)
    differences: tuple[Difference, ...] = ()
    against: str = ""
    sessions: tuple[Session, ...] = ()
    notes: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    format: int = 1

    def mean(self, method: str, score: str, level: str = "") -> Mean | None:
        """A method's mean of a score, over all cases or those of a level; None without any."""
        found = values_of(self.rows, method, score, level)
        return mean_of(list(found.values())) if found else None

    def means(self, score: str, level: str = "") -> dict[str, Mean]:
        """The means of a score by method."""
        found = {name: self.mean(name, score, level) for name in self.methods}
        return {name: mean for name, mean in found.items() if mean is not None}

    def best(self, score: str, level: str = "") -> tuple[str, ...]:
        """The methods with the best mean, of those that were measured on as many cases as any.

        What makes nothing is no method that could be best, and of one method there is no best.
        """
        means = {n: one for n, one in self.means(score, level).items() if self.methods[n].made}
        most = max((one.count for one in means.values()), default=0)
        running = {name: one for name, one in means.items() if one.count == most}
        return best_of(running, self.scores[score].better) if len(running) > 1 else ()

    def fewer(self, score: str, level: str = "") -> tuple[str, ...]:
        """The methods whose mean of a score is over fewer cases than that of another one."""
        means = self.means(score, level)
        most = max((one.count for one in means.values()), default=0)
        return tuple(name for name, one in means.items() if one.count < most)

    def count(self, method: str, level: str = "") -> int:
        """Cases of a method that are done, of a level or of all."""
        return sum(row.method == method and level in {"", row.level} for row in self.rows)


Report.__pydantic_config__ = {"extra": "forbid"}  # type: ignore[attr-defined]


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


def to_json(report: Report) -> str:
    """The report as JSON, a line for each row, case and difference; ends in a newline."""
    held = _adapter().dump_python(report, mode="json", exclude_defaults=True)
    held = {"format": report.format, "scores": {}, **held}  # what a manifest has not
    lines = []
    for name, value in held.items():
        if isinstance(value, list) and value and not isinstance(value[0], str):
            inside = ",\n ".join(_compact(one) for one in value)
            lines.append(f"{_compact(name)}: [\n {inside}]")
        else:
            lines.append(f"{_compact(name)}: {_compact(value)}")
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(", ", ": "))


def read_report(path: Path) -> Report:
    """A report that was written as JSON.

    Raises:
        UserError: if there is none, or it holds something else.
    """
    from pydantic import ValidationError

    try:
        held = json.loads(path.read_bytes())
        if not isinstance(held, dict) or "scores" not in held:
            msg = f"{path} is no report of `styleforge evaluate`; its report.json was expected."
            raise UserError(msg)
        return _adapter().validate_json(json.dumps(held))
    except OSError as error:
        msg = f"{path} cannot be read: {error.strerror or error}. `styleforge evaluate` writes it."
        raise UserError(msg) from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the file"
        msg = f"{path} is no report of `styleforge evaluate`: {where}: {first['msg']}."
        raise UserError(msg) from error
    except ValueError as error:
        msg = f"{path} is no JSON ({error}); a report of `styleforge evaluate` was expected."
        raise UserError(msg) from error


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


@cache
def _adapter() -> TypeAdapter[Report]:
    from pydantic import TypeAdapter

    return TypeAdapter(Report)
