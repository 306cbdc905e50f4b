"""A batch that was looked at: what it will do is known, and nothing was done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from styleforge.batches.manifest import Outcome
from styleforge.batches.report import write_report
from styleforge.errors import UserError
from styleforge.files import claimed

if TYPE_CHECKING:
    from styleforge.batches.plan import Plan
    from styleforge.batches.running import Batcher, Watch
    from styleforge.pack.models import Models


@dataclass(frozen=True, kw_only=True)
class Batching:
    """A batch that was looked at and has not begun. Iterating it runs it.

    Args:
        batcher: what its rows are run with.
        plan: which rows are run.
        folder: of the results.
        notes: what should be known before it begins.

    Example:
        >>> import tempfile
        >>> from styleforge import batch
        >>> from styleforge.testing import toy
        >>> rows = [{"identity": "me.png", "shape": "tall"}]
        >>> made = batch(rows, "toy", out=tempfile.mkdtemp(), forge=toy.toy_forge())
        >>> len(made.plan.todo), [one.state for one in made]
        (1, ['done'])
    """

    batcher: Batcher
    plan: Plan
    folder: Path
    notes: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[Outcome]:
        """Run it, as `run` does."""
        return self.run()

    def run(self, watch: Watch | None = None) -> Iterator[Outcome]:
        """Run it: what was done before comes first, then each row as it ends.

        However it ends, the page, the sheets and the table of what is there are written.

        Args:
            watch: called with a row and its events, and with what became of it; the batch stops
                where it gives False.

        Raises:
            UserError: if another batch writes to the folder or wrote to it since this one was
                looked at, or something cannot be written.
        """
        ended = {one.key: one for one in self.plan.earlier}
        with claimed(self.folder, "batch"):
            self.batcher.manifest.refuse_others()
            try:
                yield from self.plan.earlier
                for one in self.batcher.run(self.plan.todo, watch):
                    ended[one.key] = one
                    yield one
            finally:
                write_report(self._all(set(ended)), self.folder, self._models())

    def _all(self, known: set[str]) -> list[Outcome]:
        """Rows of this table as the manifest has them, and results of rows that it had before."""
        keys = known | {one.key for one in self.plan.todo}
        outcomes = self.batcher.manifest.outcomes.values()
        return [one for one in outcomes if one.key in keys or (one.file and one.state == "done")]

    def _models(self) -> Models | None:
        """Models that know a gallery; None where no pack is there."""
        try:
            return self.batcher.forge.models()
        except UserError:
            return None
