"""Runs the rows of a batch on an executor, and keeps what becomes of each."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

from styleforge.batches.figures import figures_of
from styleforge.batches.inputs import files_of, inputs_of
from styleforge.batches.manifest import Manifest, Outcome
from styleforge.batches.plan import Planned
from styleforge.batches.recipe_of import recipe_of
from styleforge.errors import UserError, as_said
from styleforge.run.checkpoint import remove_checkpoint
from styleforge.run.events import Finished
from styleforge.run.many import Task, at_once, together

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from styleforge.forge import Forge
    from styleforge.recipe.recipe import Recipe
    from styleforge.run.events import Event
    from styleforge.run.result import Result

UNFINISHED = "unfinished"  # folder of checkpoints
Watch = Callable[[Planned, "Event | Outcome"], bool | None]


_Ended = tuple[Planned, Outcome]


@dataclass
class _Begun:
    planned: Planned
    recipe: Recipe
    at: float  # seconds of a clock
    seconds: float = 0.0  # until its last event, without those of rows between


@dataclass(frozen=True)
class Batcher:
    """What rows are run with.

    Args:
        forge: plugins and models.
        domain: what is styled.
        manifest: where it is kept what becomes of them.
        executor: where they run, as `styleforge.Forge.executor` takes it.
        share: leave the folders of pictures out of the recipes in results.
        overwrite: results may replace files that are there.

    Example:
        >>> import tempfile
        >>> from styleforge.batches.plan import plan
        >>> from styleforge.batches.rows import Row
        >>> from styleforge.testing import toy
        >>> manifest = Manifest(Path(tempfile.mkdtemp()))
        >>> row = Row(number=1, identity="me.png", asked={"toy.shape": "tall"})
        >>> todo = plan([(row, {})], manifest, "toy").todo
        >>> [one.state for one in Batcher(toy.toy_forge(), "toy", manifest).run(todo)]
        ['done']
    """

    forge: Forge
    domain: str
    manifest: Manifest
    executor: str = ""
    share: bool = False
    overwrite: bool = False

    def run(self, todo: Sequence[Planned], watch: Watch | None = None) -> Iterator[Outcome]:
        """Run rows, yielding what became of each as they end.

        Args:
            todo: the rows.
            watch: given the events of a row and what became of it; the batch stops where it gives
                False. What runs then is stopped, and goes on when the batch is run again.

        Raises:
            UserError: if the executor is not there, or the manifest cannot be written.
        """
        where = self.forge.executor(self.executor)
        width = at_once(where)
        in_turn = width == 1
        failed: list[_Ended] = []
        begun: dict[int, _Begun] = {}
        tasks = self._tasks(iter(todo), begun, failed)
        running = together(where, tasks, width=width)
        goes_on = True
        try:
            with contextlib.closing(running) as stream:
                before = time.monotonic()
                for index, event in stream:
                    one, now = begun[index], time.monotonic()
                    one.seconds = one.seconds + now - before if in_turn else now - one.at
                    planned, ended = one.planned, self._ended(one, event)
                    if ended is not None:
                        del begun[index]
                    elif watch is not None:
                        goes_on = watch(planned, cast("Event", event)) is not False
                    if ended is not None:
                        failed.append((planned, ended))
                    if in_turn:
                        failed.sort(key=_number)
                    while failed and not (in_turn and _early(failed[0], begun.values())):
                        which, outcome = failed.pop(0)
                        goes_on = _told(watch, which, outcome) and goes_on
                        yield outcome
                    if not goes_on:
                        break
                    before = time.monotonic()
            while failed:
                which, outcome = failed.pop(0)
                _told(watch, which, outcome)
                yield outcome
        finally:
            for one in begun.values():
                with contextlib.suppress(UserError):  # it stands there as begun
                    self._kept(self._outcome(one.planned, "stopped", method=one.recipe.method))
            with contextlib.suppress(OSError):  # is not there, or not empty
                (self.manifest.folder / UNFINISHED).rmdir()

    def _tasks(
        self,
        todo: Iterator[Planned],
        begun: dict[int, _Begun],
        failed: list[_Ended],
    ) -> Iterator[Task]:
        """Tasks as they are asked for; rows without a recipe go to ``failed``."""
        index = 0
        for planned in todo:
            try:
                recipe = recipe_of(planned.row, self.forge, self.domain)
                self._spare_inputs(planned, recipe)
            except Exception as error:  # the others go on
                said = str(as_said(error))
                failed.append((planned, self._kept(self._outcome(planned, "failed", error=said))))
                continue
            checkpoint = self._checkpoint(planned)
            goes_on = bool(recipe.stages) and checkpoint.is_file()
            if recipe.stages:
                checkpoint.parent.mkdir(parents=True, exist_ok=True)
            self._kept(self._outcome(planned, "running", method=recipe.method))
            begun[index] = _Begun(planned, recipe, time.monotonic())
            index += 1
            yield Task(recipe, checkpoint if recipe.stages else None, resume=goes_on)

    def _checkpoint(self, planned: Planned) -> Path:
        return self.manifest.folder / UNFINISHED / f"{planned.name}-{planned.key}.resume"

    def _ended(self, begun: _Begun, event: Event | UserError) -> Outcome | None:
        """What became of a row, where an event is its last."""
        planned, recipe = begun.planned, begun.recipe
        if isinstance(event, UserError):
            error = self._outcome(planned, "failed", error=str(event), method=recipe.method)
            return self._kept(error)
        if not isinstance(event, Finished):
            return None
        result, path = event.result, self.manifest.folder / planned.file
        saving = time.monotonic()
        if result.status == "stopped":
            return self._kept(self._outcome(planned, "stopped", method=recipe.method))
        try:
            notes = (*result.notes, *result.save(path, share=self.share))
        except UserError as error:
            return self._kept(
                self._outcome(planned, "failed", error=str(error), method=recipe.method)
            )
        done = result.status == "done"
        if done:
            remove_checkpoint(self._checkpoint(planned))
        outcome = self._outcome(planned, "done" if done else "failed", method=recipe.method)
        return self._kept(
            replace(
                outcome,
                file=planned.file,
                seconds=round(begun.seconds + time.monotonic() - saving, 3),
                steps=result.steps,
                figures=figures_of(result),
                error="" if done else _why(result),
                notes=notes,
                inputs=inputs_of(recipe, self.forge.models_of(recipe), self.manifest.folder),
                result=result,
            )
        )

    def _outcome(
        self, planned: Planned, state: str, *, error: str = "", method: str = ""
    ) -> Outcome:
        return Outcome(
            key=planned.key,
            number=planned.row.number,
            name=planned.name,
            state=state,  # type: ignore[arg-type]
            domain=self.domain,
            method=method,
            asked=dict(planned.values),
            error=error,
        )

    def _kept(self, outcome: Outcome) -> Outcome:
        self.manifest.write(outcome)
        return outcome

    def _spare_inputs(self, planned: Planned, recipe: Recipe) -> None:
        """Refuse a row whose result would replace one of its pictures, or a file that appeared."""
        path = self.manifest.folder / planned.file
        if not path.exists():
            return
        if any(
            path.samefile(one)
            for one in files_of(recipe, self.forge.models_of(recipe)).values()
            if one.exists()
        ):
            msg = f"{path} would replace a picture that it is made of; give the row another name."
            raise UserError(msg)
        before = self.manifest.outcomes.get(planned.key)
        if before is not None and before.state == "running":
            return  # it was not there when the row began, so that this row saved it, and was killed
        if not self.overwrite and self.manifest.owner(planned.file) != planned.key:
            msg = f"{path} is there already, and no result of this row. --overwrite replaces it."
            raise UserError(msg)


def _told(watch: Watch | None, planned: Planned, outcome: Outcome) -> bool:
    return watch is None or watch(planned, outcome) is not False


def _early(ended: _Ended, begun: Iterable[_Begun]) -> bool:
    """Whether rows that go on stand before one that has ended; here rows are told in order."""
    return any(one.planned.row.number < _number(ended) for one in begun)


def _number(ended: _Ended) -> int:
    return ended[0].row.number


def _why(result: Result) -> str:
    """Why a run ended before its time, as its notes say; its best is kept."""
    kept = [one for one in result.notes if "best result so far is kept" in one]
    return kept[-1] if kept else f"The run failed after {result.steps} steps; its best is kept."
