"""The report of a comparison as data, written as JSON: what was compared, and how it went."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from styleforge.errors import UserError
from styleforge.evaluate.cases import Case
from styleforge.evaluate.manifest import Method, Session
from styleforge.evaluate.method_sets import Table
from styleforge.evaluate.methods import Setting
from styleforge.evaluate.rows import Row
from styleforge.evaluate.statistics import (
    Difference,
    Mean,
    best_of,
    mean_of,
    values_of,
)
from styleforge.recipe.faults import fault_of

if TYPE_CHECKING:
    from pydantic import TypeAdapter


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
        msg = f"{path} is no report of `styleforge evaluate`: {fault_of(error.errors())}."
        raise UserError(msg) from error
    except ValueError as error:
        msg = f"{path} is no JSON ({error}); a report of `styleforge evaluate` was expected."
        raise UserError(msg) from error


@cache
def _adapter() -> TypeAdapter[Report]:
    from pydantic import TypeAdapter

    return TypeAdapter(Report)
