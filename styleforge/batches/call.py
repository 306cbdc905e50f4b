"""`styleforge.batch`: many edits from a table, with what becomes of each as it is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from styleforge.api.default import default_forge
from styleforge.batches.batching import Batching
from styleforge.batches.columns import check_columns, placed, short_names
from styleforge.batches.in_memory import said_cells, table_of
from styleforge.batches.manifest import Manifest
from styleforge.batches.plan import plan
from styleforge.batches.rows import Unread, row_of
from styleforge.batches.running import Batcher
from styleforge.batches.table import Table, read_table
from styleforge.errors import UserError
from styleforge.forge import Forge
from styleforge.prepare.formats import FORMATS

if TYPE_CHECKING:
    from styleforge.batches.rows import Row
    from styleforge.recipe.domain import Attribute


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
    forge: Forge | None = None,
) -> Batching:
    """Many edits, whose results and what became of each are kept in a folder.

    The batch is looked at here, and runs as it is iterated. Run again, it goes on: rows that are
    done are not run again, runs that were stopped go on from their checkpoints, and rows that
    failed are left until they are asked for.

    Args:
        jobs: a table's file (CSV, or JSON lines), or rows: ``identity``, attributes by role, and
            what `styleforge.batches.columns` lists besides. In rows, pictures may be in memory.
        domain: what is styled; may be left out where only one domain is installed.
        out: the folder of results, of ``manifest.jsonl``, ``results.csv``, ``sheet.jpg`` and
            ``index.html``.
        also: values for what rows leave empty.
        form: of results: ``png``, ``jpg``, ``webp`` or ``tif``.
        failed: run those that failed before, mended or as they are, and no others.
        overwrite: run all anew, and replace files that are there.
        share: leave the folders of pictures out of the recipes in results.
        executor: where it runs (see `styleforge.run.executor`).
        forge: plugins and models; one for the process by default.

    Returns:
        What can be iterated: what became of each row, as it is known, first of those that were
        done before. A row that failed says why in ``error``. Leaving the loop stops the batch.

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
    forge = forge or default_forge()
    folder, suffix = Path(out), f".{form.lower().removeprefix('.')}"
    if suffix not in FORMATS:
        msg = f"Results are not written as {form!r}; one of {', '.join(FORMATS)} was expected."
        raise UserError(msg)
    if folder.exists() and not folder.is_dir():
        msg = f"{folder} is a file; a folder for the results was expected."
        raise UserError(msg)
    where = str(jobs) if isinstance(jobs, str | Path) else "The batch"
    table = read_table(jobs) if isinstance(jobs, str | Path) else table_of(jobs, forge)
    domain = domain or _only_domain(forge)
    attributes = forge.attributes_of(domain)
    defaults = said_cells(also or {}, "What is said for all rows", forge)
    check_columns(table.columns, attributes, domain, where)
    check_columns(("identity", *defaults), attributes, domain, "What is said for all rows")
    defaults = short_names(defaults, attributes)
    rows = _rows(table, defaults, attributes, domain)
    manifest = Manifest(folder)
    found = plan(rows, manifest, domain, suffix=suffix, failed=failed, overwrite=overwrite)
    notes = table.notes
    if found.failed_before:
        many = "1 row" if found.failed_before == 1 else f"{found.failed_before} rows"
        again = "--failed, in Python failed=True, runs such rows again"
        notes += (f"{many} failed before and will be left as they are; {again}.",)
    if found.new:
        many = "1 row is new and is" if found.new == 1 else f"{found.new} rows are new and are"
        notes += (f"{many} left; without --failed, in Python failed=True, such rows are run.",)
    batcher = Batcher(forge, domain, manifest, executor, share=share, overwrite=overwrite)
    return Batching(batcher=batcher, plan=found, folder=folder, notes=notes)


def _rows(
    table: Table, defaults: Mapping[str, str], attributes: Sequence[Attribute], domain: str
) -> list[tuple[Row | Unread, Mapping[str, str]]]:
    """Every row of a table with its cells, what is said for all rows among them."""
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
    return rows


def _only_domain(forge: Forge) -> str:
    names = list(forge.domains)
    if len(names) == 1:
        return names[0]
    have = ", ".join(names) or "none"
    msg = f"Say what is styled: --domain NAME, in Python domain=; there are: {have}."
    raise UserError(msg)
