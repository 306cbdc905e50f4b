"""The runs of a comparison: every method on every case that is not done yet."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from styleforge.errors import UserError
from styleforge.evaluate.cases import Case
from styleforge.evaluate.earlier import later_metrics, measured_again
from styleforge.evaluate.given import is_given
from styleforge.evaluate.manifest import Manifest, write_manifest
from styleforge.evaluate.methods import recipe_of
from styleforge.evaluate.outcomes import failed_row, finished_row, given_row, sweep, unfinished
from styleforge.evaluate.rows import Row
from styleforge.run.checkpoint import read_header
from styleforge.run.events import Finished, Preparing, Step
from styleforge.run.many import Task, together
from styleforge.run.schedule import at_rates_of

if TYPE_CHECKING:
    from styleforge.forge import Forge
    from styleforge.recipe.recipe import Recipe
    from styleforge.run.events import Event
    from styleforge.run.executor import Executor


@dataclass(frozen=True)
class Going:
    """A run goes on: how much of it is done, from 0 to 1, and what it does now.

    Example:
        >>> Going("easy-0", "loho", 0.25, "loho.structure 9/36").share
        0.25
    """

    case: str
    method: str
    share: float
    what: str


@dataclass(frozen=True)
class Done:
    """A run is over; ``row`` is in ``manifest``, and that in its file.

    Where it was done before, it was ``measured`` by metrics that came later.

    Example:
        >>> from styleforge.evaluate.methods import Setting
        >>> made = Manifest(source="world", setting=Setting("lips", "toy"))
        >>> Done(Row(case="easy-0", level="easy", method="loho"), made).row.status
        'done'
    """

    row: Row
    manifest: Manifest
    measured: tuple[str, ...] = ()


def pending(manifest: Manifest) -> tuple[tuple[Case, str], ...]:
    """Cases and methods that are not done, so that what is done at any time can be compared.

    All methods of a case one after the other; the first case of each level, then the second ones.

    Example:
        >>> from styleforge.evaluate.manifest import Method
        >>> from styleforge.evaluate.methods import Setting
        >>> cases = tuple(Case(f"{level}-0", level, {}) for level in ("easy", "difficult"))
        >>> methods = {name: Method(recipe="") for name in ("loho", "mapper")}
        >>> made = Manifest(
        ...     source="world", setting=Setting("lips", "toy"), cases=cases, methods=methods
        ... )
        >>> [(case.name, method) for case, method in pending(made)][:3]
        [('easy-0', 'loho'), ('easy-0', 'mapper'), ('difficult-0', 'loho')]
    """
    done, places = manifest.done(), dict.fromkeys((one.level for one in manifest.cases), 0)
    placed = []
    for case in manifest.cases:
        placed.append((places[case.level], case))
        places[case.level] += 1
    ordered = [case for _, case in sorted(placed, key=lambda one: one[0])]
    return tuple(
        (case, method)
        for case in ordered
        for method in manifest.methods
        if (case.name, method) not in done
    )


def run(
    forge: Forge, manifest: Manifest, folder: Path, executor: Executor, *, width: int | None = None
) -> Iterator[Going | Done]:
    """Run what is pending, measure each result here, and write the manifest after each.

    What is done is measured first by metrics that came later.

    A run that fails is a row with its sentence. Closing the iterator, and Ctrl-C, keep what is done
    and the checkpoints of what is not.

    Args:
        forge: plugins and models, by which results are measured.
        manifest: what is compared, and what is done of it.
        folder: where its files are.
        executor: where recipes run.
        width: runs at once, where that is fewer than the executor does.

    Raises:
        UserError: if a file cannot be written.
    """
    now, new = manifest, later_metrics(forge, manifest)
    for row, now in measured_again(forge, manifest, folder):
        write_manifest(now, folder)
        yield Done(row, now, new)
    for case, method in pending(manifest):
        if not is_given(forge, manifest.setting.domain, method):
            continue
        row = given_row(forge, manifest.setting, case, method, folder)
        now = now.with_row(row)
        write_manifest(now, folder)
        yield Done(row, now)
    todo = _Todo(forge, now, folder)
    told = together(executor, todo.tasks(), width=width, shared=False)  # methods are timed
    with closing(told) as stream:
        for index, event in stream:
            case, method = todo.pairs[index]
            match event:
                case Step(done=done, total=total):
                    yield Going(case.name, method, done / max(total, 1), event.stage)
                case Preparing(what=what):
                    yield Going(case.name, method, 0.0, what)
            for row in (*todo.refusals(), *_rows(forge, manifest, case, method, event, folder)):
                now = now.with_row(row)
                write_manifest(now, folder)
                yield Done(row, now)
    for row in todo.refusals():
        now = now.with_row(row)
        write_manifest(now, folder)
        yield Done(row, now)
    sweep(folder)


class _Todo:
    """The tasks of what is pending, made as they are asked for, and those that cannot be made."""

    def __init__(self, forge: Forge, manifest: Manifest, folder: Path) -> None:
        self.forge, self.manifest, self.folder = forge, manifest, folder
        self.pairs: list[tuple[Case, str]] = []
        self._refused: list[Row] = []

    def tasks(self) -> Iterator[Task]:
        """A task for each of ``pairs``."""
        for case, method in pending(self.manifest):
            if is_given(self.forge, self.manifest.setting.domain, method):
                continue  # it was tried
            path = unfinished(self.folder, case.name, method)
            try:
                here = case.within(self.folder)
                recipe = recipe_of(self.forge, self.manifest.setting, method, here)
                path.parent.mkdir(parents=True, exist_ok=True)
            except (UserError, OSError) as error:
                self._refused.append(failed_row(case, method, str(error), self.folder))
                continue
            self.pairs.append((case, method))
            begun = _begun(self.forge, recipe, path)
            yield Task(
                begun or recipe,
                checkpoint=path if recipe.stages else None,
                resume=begun is not None,
            )

    def refusals(self) -> list[Row]:
        """Rows of what could not be made since the last call."""
        found, self._refused = self._refused, []
        return found


def _begun(forge: Forge, recipe: Recipe, checkpoint: Path) -> Recipe | None:
    """The recipe of a checkpoint that a run can go on from; None where it is none of this one."""
    if not checkpoint.exists():
        return None
    try:
        theirs, _ = read_header(checkpoint)
    except UserError:  # it is written anew
        return None
    mine = at_rates_of(forge.models_of(recipe).pack, recipe)
    return theirs if mine.as_asked() == theirs.as_asked() else None


def _rows(
    forge: Forge,
    manifest: Manifest,
    case: Case,
    method: str,
    event: Event | UserError,
    folder: Path,
) -> Iterator[Row]:
    """The row of a run that is over."""
    if isinstance(event, UserError):
        yield failed_row(case, method, str(event), folder)
    elif isinstance(event, Finished) and event.result.status != "stopped":
        yield finished_row(forge, manifest.setting, case, method, event.result, folder)
