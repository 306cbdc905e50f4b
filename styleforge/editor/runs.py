"""A session's runs: one at a time, the others wait; results become candidates."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from styleforge.editor.core import SessionCore
from styleforge.editor.recipes import missing
from styleforge.editor.runner import Outcome, Run, curves_of
from styleforge.editor.state import Candidate, Edit, Progress
from styleforge.editor.sweep import edits, filled, plan
from styleforge.errors import UserError
from styleforge.images import to_picture

if TYPE_CHECKING:
    from styleforge.result import Result

RESULTS = 16  # kept in memory whole; all are kept as pictures


class Runs(SessionCore):
    """What a session does with runs, on its own thread unless it says otherwise."""

    def _run(self, *, replace: bool = False) -> str:
        found = missing(self._model.edit, self._desk)
        if found:
            raise UserError(" ".join(found))
        if replace:
            self._stop_runs()
        run = self._new_run(self._model.edit)
        self._enqueue(run)
        return run.id

    def _new_run(self, edit: Edit, label: str = "", **more: Any) -> Run:
        self._model.runs += 1
        name = f"r{self._model.runs}"
        checkpoint = self._checkpoint(name)
        label = label or f"Result {self._model.runs}"
        return Run(id=name, label=label, edit=edit, checkpoint=checkpoint, **more)

    def _checkpoint(self, run_id: str) -> Path:
        return self.folder / "runs" / f"{run_id}.resume"

    def _enqueue(self, *runs: Run) -> None:
        self._model.pending.extend(runs)
        self._begin_next()

    def _begin_next(self) -> None:
        model = self._model
        if model.running is not None or not model.pending:
            return
        run = model.pending.popleft()
        model.running = run
        model.progress = Progress(status="preparing", run=run.id, label=run.label)
        self._dirty = True
        self._runner.start(run)

    def _stop_runs(self) -> None:
        model = self._model
        for run in model.pending:
            self._failures[run.id] = f"{run.label} was taken off the queue before it began."
        model.pending.clear()
        if model.running is not None:
            model.progress = replace(model.progress, status="stopping")
            self._runner.stop()

    def _run_and_wait(self, *, replace: bool, timeout: float | None) -> Result:
        run = self._loop.ask(lambda: self._run(replace=replace))
        if not self._loop.wait(lambda: run in self._results or run in self._failures, timeout):
            msg = f"The run takes longer than {timeout:g} s; it goes on, and `stop` ends it."
            raise UserError(msg)
        if run in self._failures:
            raise UserError(self._failures[run])
        return self._results[run]

    def _told_by_run(self, progress: Progress) -> None:
        self._loop.post(self._take_progress, progress)

    def _take_progress(self, progress: Progress) -> None:
        model = self._model
        if model.running is None or model.running.id != progress.run:
            return
        stopping = model.progress.status == "stopping"
        model.progress = replace(progress, status="stopping") if stopping else progress

    def _ended_by_run(self, outcome: Outcome) -> None:
        """Called in the run's thread: the picture is on disk before anybody hears of it."""
        path = self.folder / "results" / f"{outcome.run.id}.png"
        if outcome.result is not None:
            try:
                outcome.result.save(path)
            except UserError as error:
                outcome = replace(outcome, notes=(*outcome.notes, str(error)))
        self._loop.post(self._take_outcome, outcome, path)

    def _take_outcome(self, outcome: Outcome, path: Path) -> None:
        model, run = self._model, outcome.run
        model.running, model.progress = None, Progress()
        self._dirty = True
        for text in outcome.notes:
            model.say("note", self._pictures.by_name(text))
        error = outcome.error and self._pictures.by_name(outcome.error)
        if outcome.result is not None:
            try:
                self._take_result(run, outcome.result, outcome.notes, path)
            except UserError as raised:
                error = str(raised)
        if error:
            self._failures[run.id] = error
            model.say("note" if outcome.stopped else "error", error)
            if run.checkpoint.exists():
                model.interrupted[run.id] = run
        self._begin_next()

    def _take_result(self, run: Run, result: Result, notes: tuple[str, ...], path: Path) -> None:
        model = self._model
        if path.exists():
            picture = self._pictures.take(path, run.label, "result")
        else:  # the disk was full: the picture is still worth having
            picture = self._pictures.take(to_picture(result.photo), run.label)
        losses, cosines = curves_of(result)
        made = Candidate(
            id=run.id,
            base=run.edit.identity,
            picture=picture.id,
            label=run.label,
            status=result.status,
            edit=run.edit,
            recipe=result.recipe.to_json(),
            steps=result.steps,
            seconds=result.seconds,
            notes=notes,
            losses=losses,
            cosines=cosines,
            sweep=run.sweep,
            opened=not run.sweep,
        )
        model.candidates[run.id] = made
        model.interrupted.pop(run.id, None)
        self._results[run.id] = result
        while len(self._results) > RESULTS:
            self._results.popitem(last=False)
        if result.status == "failed":
            model.say("error", f"{run.label} failed; the best until then is kept.")
        if run.sweep:
            if model.sweep is not None and model.sweep.id == run.sweep:
                model.sweep = filled(model.sweep, run.cell, run.id)
        elif made.base == model.edit.identity:
            model.shown, model.pair = run.id, ("", "")
        else:
            model.say("note", f"{run.label} was made of another picture; go back to it to see it.")

    def _resume(self, run_id: str) -> None:
        model = self._model
        found = model.interrupted.get(run_id)
        candidate = model.candidate(run_id)
        if found is None and candidate is not None:
            found = self._new_run(candidate.edit, candidate.label)
            found = replace(found, checkpoint=self._checkpoint(candidate.id))
        if found is None or not found.checkpoint.exists():
            msg = "There is no stopped run to go on with; run it anew."
            raise UserError(msg)
        self._enqueue(replace(found, resumes=True))

    def _start_sweep(self, strengths: dict[str, tuple[float, ...]]) -> None:
        model = self._model
        found = missing(model.edit, self._desk)
        if found:
            raise UserError(" ".join(found))
        grid = plan(f"s{model.runs + 1}", strengths, model.edit, self._desk)
        made = [
            self._new_run(edit, label, sweep=grid.id, cell=cell)
            for cell, label, edit in edits(grid, model.edit, self._desk)
        ]
        model.sweep = grid
        self._enqueue(*made)

    def _open_cell(self, candidate: str) -> None:
        model = self._model
        if candidate not in model.candidates:
            msg = f"The sweep has no result {candidate!r} yet; wait until its cell is done."
            raise UserError(msg)
        model.candidates[candidate] = replace(model.candidates[candidate], opened=True)
        model.shown, model.pair = candidate, ("", "")
        self._dirty = True

    def _close(self) -> None:
        self._loop.post(self._stop_runs)
        if not self._loop.inside:
            self._loop.wait(self._idle, None)
            self._runner.join()
        self._loop.close()
