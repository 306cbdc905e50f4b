"""`styleforge.batch`: many edits from a table, with what becomes of each as it is known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from styleforge.api.in_memory import as_path, as_wish
from styleforge.batches.columns import check_columns, placed, short_names
from styleforge.batches.manifest import Manifest, Outcome, claimed
from styleforge.batches.plan import Plan, plan
from styleforge.batches.report import write_report
from styleforge.batches.rows import Unread, row_of
from styleforge.batches.running import Batcher, Watch
from styleforge.batches.table import Cells, Table, cells_of, column, read_table
from styleforge.errors import UserError
from styleforge.forge import Forge, default_forge
from styleforge.prepare.formats import FORMATS
from styleforge.recipe.condition import ImageRef, Mask, Swatch, Text

if TYPE_CHECKING:
    from styleforge.batches.rows import Row
    from styleforge.pack.pack import Models


@dataclass(frozen=True, kw_only=True)
class Batching:
    """A batch that was looked at and has not begun.

    Args:
        batcher: what its rows are run with.
        plan: which rows are run.
        folder: of the results.
        notes: what should be known before it begins.

    Example:
        >>> import tempfile
        >>> from styleforge.testing import toy
        >>> rows = [{"identity": "me.png", "shape": "tall"}]
        >>> made = batching(rows, "toy", out=tempfile.mkdtemp(), forge=toy.toy_forge())
        >>> len(made.plan.todo)
        1
    """

    batcher: Batcher
    plan: Plan
    folder: Path
    notes: tuple[str, ...] = field(default_factory=tuple)

    def run(self, watch: Watch | None = None) -> Iterator[Outcome]:
        """Run it: what was done before comes first, then each row as it ends.

        However it ends, the page, the sheets and the table of what is there are written.

        Raises:
            UserError: if another batch writes to the folder, or something cannot be written.
        """
        ended = {one.key: one for one in self.plan.earlier}
        with claimed(self.folder):
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


def batch(
    jobs: str | Path | Table | Sequence[Mapping[str, Any]],
    domain: str = "",
    *,
    out: str | Path,
    also: Mapping[str, Any] | None = None,
    form: str = "png",
    failed: bool = False,
    overwrite: bool = False,
    share: bool = False,
    executor: str = "",
    watch: Watch | None = None,
    forge: Forge | None = None,
) -> Iterator[Outcome]:
    """Run many edits, and keep results and what became of each in a folder.

    Run again, it goes on: rows that are done are not run again, runs that were stopped go on from
    their checkpoints, and rows that failed are left until they are asked for.

    Args:
        jobs: a table's file (CSV, or JSON lines), or rows: ``identity``, attributes by role, and
            what `styleforge.batches.columns` lists besides. In rows, pictures may be in memory.
        domain: what is styled; may be left out where only one domain is installed.
        out: the folder of results, of ``manifest.jsonl``, ``results.csv``, ``sheet.jpg`` and
            ``index.html``.
        also: values for what rows leave empty.
        form: of results: ``png``, ``jpg``, ``webp`` or ``tif``.
        failed: run those that failed before, and no others.
        overwrite: run all anew, and replace files that are there.
        share: leave the folders of pictures out of the recipes in results.
        executor: where it runs (see `styleforge.run.executor`).
        watch: called with a row and its events, and with what became of it; the batch stops where
            it gives False.
        forge: plugins and models; one for the process by default.

    Returns:
        What became of each row, as it is known: first those that were done before. A row that
        failed says why in ``error``. Leaving the loop stops the batch.

    Raises:
        UserError: before the first run, if the table cannot be read, has a column that says
            nothing, or something is in the way of a result.

    Example:
        >>> import tempfile
        >>> from styleforge.testing import toy
        >>> rows = [{"identity": "me.png", "shape": "tall"}, {"identity": "gone.png", "shape": "x"}]
        >>> for one in batch(rows, "toy", out=tempfile.mkdtemp(), forge=toy.toy_forge()):
        ...     print(one.name, one.state)
        001-me done
        002-gone failed
    """
    made = batching(
        jobs, domain, out=out, also=also, form=form, failed=failed, overwrite=overwrite,
        share=share, executor=executor, forge=forge,
    )  # fmt: skip
    return made.run(watch)


def batching(
    jobs: str | Path | Table | Sequence[Mapping[str, Any]],
    domain: str = "",
    *,
    out: str | Path,
    also: Mapping[str, Any] | None = None,
    form: str = "png",
    failed: bool = False,
    overwrite: bool = False,
    share: bool = False,
    executor: str = "",
    forge: Forge | None = None,
) -> Batching:
    """Look at a batch, as `batch` does before it begins.

    Raises:
        UserError: as `batch`.

    Example:
        >>> import tempfile
        >>> from styleforge.testing import toy
        >>> rows = [{"identity": "me.png", "hape": "tall"}]
        >>> batching(rows, "toy", out=tempfile.mkdtemp(), forge=toy.toy_forge())
        Traceback (most recent call last):
        styleforge.errors.UserError: The batch has a column 'hape', ... Did you mean 'shape'?
    """
    forge = forge or default_forge()
    folder, suffix = Path(out), f".{form.lower().removeprefix('.')}"
    if suffix not in FORMATS:
        msg = f"Results are not written as {form!r}; one of {', '.join(FORMATS)} was expected."
        raise UserError(msg)
    if folder.exists() and not folder.is_dir():
        msg = f"{folder} is a file; a folder for the results was expected."
        raise UserError(msg)
    where = str(jobs) if isinstance(jobs, str | Path) else "The batch"
    table = read_table(jobs) if isinstance(jobs, str | Path) else _table(jobs, forge)
    domain = domain or _only_domain(forge)
    attributes = forge.attributes_of(domain)
    defaults = _cells(also or {}, "What is said for all rows", forge)
    check_columns(table.columns, attributes, domain, where)
    check_columns(("identity", *defaults), attributes, domain, "What is said for all rows")
    defaults = short_names(defaults, attributes)
    rows: list[tuple[Row | Unread, Mapping[str, str]]] = []
    for cells in table.rows:
        values = {**defaults, **short_names(placed(cells, table, attributes), attributes)}
        try:
            row: Row | Unread = row_of(
                cells.number, values, attributes, domain, decimal=table.decimal
            )
        except UserError as error:
            row = Unread(cells.number, values, str(error))
        rows.append((row, values))
    manifest = Manifest(folder)
    found = plan(rows, manifest, domain, suffix=suffix, failed=failed, overwrite=overwrite)
    notes = table.notes
    if found.failed_before:
        many = "1 row" if found.failed_before == 1 else f"{found.failed_before} rows"
        again = "--failed, in Python failed=True, runs such rows again"
        notes += (f"{many} failed before and will be left as they are; {again}.",)
    batcher = Batcher(forge, domain, manifest, executor, share=share, overwrite=overwrite)
    return Batching(batcher=batcher, plan=found, folder=folder, notes=notes)


def _only_domain(forge: Forge) -> str:
    names = list(forge.domains)
    if len(names) == 1:
        return names[0]
    have = ", ".join(names) or "none"
    msg = f"Say what is styled: --domain NAME, in Python domain=; there are: {have}."
    raise UserError(msg)


def _table(jobs: Table | Sequence[Mapping[str, Any]], forge: Forge) -> Table:
    """Rows in memory as a table."""
    if isinstance(jobs, Table):
        return jobs
    rows = [
        Cells(number, _cells(row, f"Row {number}", forge)) for number, row in enumerate(jobs, 1)
    ]
    if not rows:
        msg = "The batch has no row; give one for each edit."
        raise UserError(msg)
    columns = dict.fromkeys(name for row in rows for name in row.values)
    return Table(tuple(columns), tuple(rows))


def _cells(raw: Mapping[str, Any], where: str, forge: Forge) -> dict[str, str]:
    """Values in memory as cells; pictures become files of the forge."""
    found = cells_of({name: _said(value, name, forge) for name, value in raw.items()}, where)
    return {column(name): value for name, value in found.items() if value}


def _said(value: Any, name: str, forge: Forge) -> Any:
    """A value as a cell says it."""
    if value is None or isinstance(value, str | int | float | list | tuple):
        return value
    if isinstance(value, Mapping):
        return {key: _said(one, f"{name}.{key}", forge) for key, one in value.items()}
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, ImageRef | Mask):
        return f"mask:{value.path}" if isinstance(value, Mask) else value.path
    if isinstance(value, Text):
        return f"text:{value.text}"
    if isinstance(value, Swatch):
        return value.colour
    wish, _ = as_wish(value, name, forge)
    return str(wish) if isinstance(wish, Path) else as_path(value, name, forge)[0]
