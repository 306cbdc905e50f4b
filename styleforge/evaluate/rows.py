"""Rows: what is known of one method on one case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

SECONDS = "seconds"  # the score that every run has


@dataclass(frozen=True, kw_only=True)
class Row:
    """One method on one case.

    Args:
        case: its name.
        level: its difficulty.
        method: a preset.
        status: ``done``, or ``failed``, which is tried again when the comparison goes on.
        scores: by name, see `styleforge.measure.by_metrics.measure`; with the run's ``seconds``.
        error: why it failed, as a sentence.
        picture: the result's file, relative to the folder of the comparison.
        measured: the file of the picture that was measured, where that is another: aligned.
        notes: what is to be known of the result.
        weights: SHA-256 of those that it was run with.
        threads: CPU threads of the run.
        device: where it ran.
        cosines: of the gradients that a rule keeps apart, over the run: about 20 of them.

    Example:
        >>> Row(case="easy-0", level="easy", method="loho", scores={"seconds": 3.0}).key
        ('easy-0', 'loho')
    """

    case: str
    level: str
    method: str
    status: Literal["done", "failed"] = "done"
    scores: Mapping[str, float] = field(default_factory=dict)
    error: str = ""
    picture: str = ""
    measured: str = ""
    notes: tuple[str, ...] = ()
    weights: str = ""
    threads: int = 0
    device: str = ""
    cosines: tuple[float, ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        """Case and method."""
        return self.case, self.method
