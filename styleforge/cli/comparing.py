"""A comparison in the terminal: a bar of its runs, with the time that is left."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from styleforge.cli.progress import Bar, duration
from styleforge.evaluate.rows import SECONDS
from styleforge.evaluate.running import Done, Going, pending

if TYPE_CHECKING:
    from styleforge.evaluate.manifest import Manifest

BAR = "{desc} {percentage:3.0f}%|{bar:20}| {postfix}"


class Comparing(Bar):
    """Shows the runs of a comparison."""

    def __init__(self, manifest: Manifest) -> None:
        left = pending(manifest)
        super().__init__(max(len(left), 1), BAR)
        self._all = len(left)
        self._left = dict.fromkeys(((case.name, method) for case, method in left), 0.0)
        self._took: dict[str, list[float]] = {}
        for row in manifest.rows:
            if row.status == "done" and SECONDS in row.scores:  # what makes nothing takes no time
                self._took.setdefault(row.method, []).append(row.scores[SECONDS])
        self._begun: dict[tuple[str, str], float] = {}

    def show(self, event: Going | Done) -> None:
        """Show what happened."""
        if isinstance(event, Going):
            key = (event.case, event.method)
            self._begun.setdefault(key, time.monotonic())
            self._left[key] = event.share
            self._draw(f"{event.method} on {event.case}: {event.what}")
            return
        row = event.row
        if event.measured:
            self.say(f"{row.method} on {row.case}: measured by {', '.join(event.measured)}, too")
            return
        self._left.pop(row.key, None)
        begun = self._begun.pop(row.key, None)
        if row.status == "done" and begun is not None:
            self._took.setdefault(row.method, []).append(time.monotonic() - begun)
        number = self._all - len(self._left)
        said = "done" if row.status == "done" else f"failed: {row.error}"
        self.say(f"{number} of {self._all}: {row.method} on {row.case} {said}{self._rest()}")
        self._draw("")

    def _draw(self, what: str) -> None:
        if not self._tty:
            return
        done = self._all - len(self._left) + sum(self._left.values())
        self._bar.n = min(done, self._bar.total)
        self._bar.set_description_str(f"{self._all - len(self._left)} of {self._all}")
        self._bar.set_postfix_str(f"{what}{self._rest()}", refresh=True)

    def _rest(self) -> str:
        """The time that is left, once a run of some method was timed."""
        if not self._left or not self._took:
            return ""
        means = {name: sum(found) / len(found) for name, found in self._took.items()}
        other = sum(means.values()) / len(means)
        at_once = max(1, len(self._begun))
        left = sum(
            means.get(method, other) * (1 - share) for (_, method), share in self._left.items()
        )
        return f", about {duration(left / at_once)} left"
